import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectorConfig } from './collectorConfig.mjs';
import { cpuSecondsOf, memoryOf } from './procfs.mjs';

/** @typedef {import('./collectorConfig.mjs').PeerWay} PeerWay */
/** @typedef {{ cpuSeconds: number, rss: number[], peakRss: number }} PeerResult */

const POLL_MS = 25;
const LIMIT_MS = 10 * 60_000;

/** What the Collector's own metrics count as done, where no sink counts. */
const DONE_METRIC = {
  file: 'otelcol_exporter_sent_log_records',
  nop: 'otelcol_receiver_accepted_log_records',
};

/**
 * Runs a Collector until it has brought all lines to their end, and ends it. Its CPU time is of its whole life until then.
 *
 * @param {object} options
 * @param {string} options.otelcol
 * @param {string} options.file
 * @param {number} options.lines
 * @param {PeerWay} options.way
 * @param {number} options.batch
 * @param {string} options.folder for its config and output
 * @param {{ url: string, records: () => Promise<number> }} options.sink
 * @returns {Promise<PeerResult>}
 */
export async function runPeer({ otelcol, file, lines, way, batch, folder, sink }) {
  const metricsPort = way === 'otlp' ? 0 : await freePort();
  const outFile = path.join(folder, 'records.json');
  const config = collectorConfig({ file, way, batch, sinkUrl: sink.url, outFile, metricsPort });
  const configFile = path.join(folder, `${way}.yaml`);
  await writeFile(configFile, JSON.stringify(config)); // JSON is YAML
  const done =
    way === 'otlp' ? sink.records : () => metricOf(`http://127.0.0.1:${metricsPort}/metrics`, DONE_METRIC[way]);

  const child = spawn(otelcol, [`--config=${configFile}`], { stdio: ['ignore', 2, 2] });
  const ended = once(child, 'exit').then(([code, signal]) => `ended with ${signal ?? `exit code ${code}`}`);
  try {
    const { pid } = child;
    if (pid === undefined) throw new Error(`${otelcol} cannot be started`);
    return await Promise.race([
      untilDone(pid, lines, done),
      ended.then((how) => Promise.reject(new Error(`the Collector ${how} before it was done`))),
    ]);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

/**
 * @param {number} pid
 * @param {number} lines
 * @param {() => Promise<number>} done
 * @returns {Promise<PeerResult>}
 */
async function untilDone(pid, lines, done) {
  const started = performance.now();
  /** @type {number[]} */
  const rss = [];
  for (;;) {
    const count = await done();
    while (rss.length < 4 && count >= (lines * (rss.length + 1)) / 4) rss.push(memoryOf(pid).rss);
    if (count >= lines) return { cpuSeconds: cpuSecondsOf(pid), rss, peakRss: memoryOf(pid).peakRss };
    if (performance.now() - started > LIMIT_MS) {
      throw new Error(`expected ${lines} records of the Collector within ${LIMIT_MS / 1000} s, received ${count}`);
    }
    await sleep(POLL_MS);
  }
}

/**
 * @param {string} url
 * @param {string} name
 * @returns {Promise<number>} 0 until the Collector answers and has counted
 */
async function metricOf(url, name) {
  const text = await fetch(url).then(
    (response) => response.text(),
    () => '',
  );
  return Number(new RegExp(`^${name}(?:_total)?(?:\\{.*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}
