// `npm run bench:log-parsing`: lines of frps's log per second of CPU, this package against the OpenTelemetry Collector's file_log receiver.
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { resolveOtelcol } from '../../tools/otelcol.mjs';
import { readOptions } from '../readOptions.mjs';
import { readWhole } from '../readWhole.mjs';
import { startModule } from './child.mjs';
import { machine, printTable, ratios } from './report.mjs';
import { runOurs } from './runOurs.mjs';
import { runPeer } from './runPeer.mjs';
import { writeServerLog } from './serverLog.mjs';

/** @typedef {import('./sink.mjs').SinkCounts} SinkCounts */
/** @typedef {import('./report.mjs').Row} Row */

const USAGE = `Usage: npm run bench:log-parsing -- [options]

--lines N       lines of frps's log to make up and read (1000000)
--rounds N      how often each way is run; the table has the median (1)
--seed N        other lines of the same kind (1)
--no-peer       leave the Collector out
--json FILE     also write the figures there
--profile DIR   leave a CPU profile of each run of ours there; it costs time
OTELCOL_BIN     a Collector to use instead of the one that tools/otelcol.mjs builds
`;

/** As the SDK's BatchLogRecordProcessor has it, by default. */
const BATCH = 512;
const WRITE_CHARS = 1 << 20;

const options = optionsGiven();
const folder = mkdtempSync(path.join(tmpdir(), 'frp-otel-bench-'));
const sink = startModule('sink.mjs');
try {
  await main();
} catch (error) {
  process.stderr.write(`bench:log-parsing: ${/** @type {Error} */ (error).message}\n`);
  process.exitCode = 1;
} finally {
  await sink.end();
  rmSync(folder, { recursive: true, force: true });
}

async function main() {
  const { url } = /** @type {SinkCounts} */ (await sink.nextMessage());
  const otelcol = options.peer ? await resolveOtelcol() : undefined;
  const file = path.join(folder, 'frps.log');
  const truth = writeFile(file);
  const bytes = statSync(file).size;
  console.log(`${truth.lines} lines, ${(bytes / 1e6).toFixed(1)} MB, seed ${options.seed}. ${machine()}.`);

  /** @type {Row[]} */
  const rows = [];
  /** @param {string} name @param {Omit<Row, 'name'>} run */
  const keep = (name, { cpuSeconds, rss, peakRss, sent }) => rows.push({ name, cpuSeconds, rss, peakRss, sent });
  /** @param {string} what @param {number} expected */
  const sentToSink = async (what, expected) => {
    const { records, requests, bytes, error } = /** @type {SinkCounts} */ (await sink.ask('counts'));
    if (error !== undefined) throw new Error(`the sink could not read what came from ${what}: ${error}`);
    if (records !== expected)
      throw new Error(`expected ${expected} records from ${what} at the sink, received ${records}`);
    return { records, requests, bytes };
  };

  for (let round = 0; round < options.rounds; round += 1) {
    const state = await runOurs({ file, way: 'state', profileFolder: options.profile });
    agree('file to state', state.counts, truth);
    keep('ours: file to state', state);

    await sink.ask('reset');
    const otlp = await runOurs({ file, way: 'otlp', sinkUrl: url, profileFolder: options.profile });
    agree('file to state and OTLP', otlp.counts, truth);
    keep('ours: file to state and OTLP', { ...otlp, sent: await sentToSink('ours', otlp.emitted) });

    if (otelcol === undefined) continue;
    const peer = {
      otelcol: otelcol.file,
      file,
      lines: truth.lines,
      batch: BATCH,
      folder,
      sink: { url, records: recordsAtSink },
    };
    await sink.ask('reset');
    const collector = await runPeer({ ...peer, way: 'otlp' });
    keep('Collector: file_log to OTLP', { ...collector, sent: await sentToSink('the Collector', truth.lines) });
    keep('Collector: file_log to file', await runPeer({ ...peer, way: 'file' }));
    keep('Collector: file_log to nop', await runPeer({ ...peer, way: 'nop' }));
  }
  printTable(rows, truth.lines);
  if (otelcol === undefined) console.log('The Collector was left out: --no-peer.');
  else console.log(`Collector ${otelcol.version}. ${ratios(rows)}`);
  console.log('Counted in the log, in the snapshot and at the sink: the same.');
  if (options.json !== undefined) writeJson(options.json, { truth, bytes, rows });
}

async function recordsAtSink() {
  const { records, error } = /** @type {SinkCounts} */ (await sink.ask('counts'));
  if (error !== undefined) throw new Error(`the sink could not read a request: ${error}`);
  return records;
}

/** @param {string} file */
function writeFile(file) {
  const out = openSync(file, 'w');
  let text = '';
  const truth = writeServerLog({
    lines: options.lines,
    seed: options.seed,
    onLine: (line) => {
      text += line;
      if (text.length < WRITE_CHARS) return;
      writeSync(out, text);
      text = '';
    },
  });
  writeSync(out, text);
  closeSync(out);
  return truth;
}

/**
 * @param {string} way
 * @param {Record<string, number>} counted
 * @param {Record<string, number>} truth
 */
function agree(way, counted, truth) {
  const wrong = Object.keys(truth).filter((key) => counted[key] !== truth[key]);
  if (wrong.length === 0) return;
  const words = wrong.map((key) => `${key} ${truth[key]}, counted ${counted[key]}`);
  throw new Error(`${way}: the snapshot is wrong: expected ${words.join('; expected ')}`);
}

/** @param {string} file @param {unknown} value */
function writeJson(file, value) {
  const out = openSync(file, 'w');
  writeSync(out, `${JSON.stringify(value, null, 2)}\n`);
  closeSync(out);
}

function optionsGiven() {
  return readOptions(
    'bench:log-parsing',
    USAGE,
    {
      lines: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      'no-peer': { type: 'boolean', default: false },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
    (values) => {
      /** @param {'lines' | 'rounds' | 'seed'} name */
      const whole = (name) => readWhole(name, values[name], 1);
      const { json, profile } = values;
      return {
        lines: whole('lines'),
        rounds: whole('rounds'),
        seed: whole('seed'),
        peer: !values['no-peer'],
        json,
        profile,
      };
    },
  );
}
