// `npm run bench:rules`: what the alert rules cost, in a Collector and in the process that observes frp.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { effectiveRules } from '../../dist/alerts/effectiveRules.js';
import { resolveOtelcol } from '../../tools/otelcol.mjs';
import { freePorts } from '../../tools/scenarios/freePorts.mjs';
import { startModule } from '../log-parsing/child.mjs';
import { machine } from '../log-parsing/report.mjs';
import { readOptions } from '../readOptions.mjs';
import { readWhole } from '../readWhole.mjs';
import { breachesOf } from './breachesOf.mjs';
import { Collector } from './collector.mjs';
import { payloadOf } from './payload.mjs';
import { evaluateInPrometheus, prometheusVersion } from './prometheus.mjs';
import { printCollectors, printEvaluations } from './report.mjs';
import { withoutRules } from './withoutRules.mjs';

/** @typedef {import('./collector.mjs').CollectorCost} CollectorCost */
/** @typedef {import('./evaluation.mjs').Evaluated} Evaluated */
/** @typedef {import('./prometheus.mjs').PrometheusEvaluated} PrometheusEvaluated */
/** @typedef {{ file: string, rules: 'with' | 'without', round: number, breaches: number, cost: CollectorCost }} CollectorRun */
/** @typedef {{ proxies: number, ours: Evaluated, prometheus: PrometheusEvaluated | undefined }} Evaluation */

const USAGE = `Usage: npm run bench:rules -- [options]

--proxies N        tcp proxies of the payload that the Collector is given over and over, each as frps and as frpc see it (500)
--points N         points that each Collector is given, at least (1000000)
--rounds N         Collectors of each kind, in turn (3); 0 leaves them out
--evaluate N,N     proxies of which the rules are evaluated in the process; 0 leaves that out (1000,10000)
--repeat N         evaluations that count (20)
--interval MS      of Prometheus's scrapes and evaluations (3000)
--warm-up N        evaluations of Prometheus that do not count (20)
--no-prometheus    leave Prometheus out
--json FILE        also write every figure there
OTELCOL_BIN        a Collector to use instead of the one that tools/otelcol.mjs builds
`;

const COLLECTOR_CONFIG = new URL('../../collector-config/', import.meta.url);
const FILES = ['gateway.yaml', 'all-in-one.yaml'];
/** What is left of a Collector's start is not measured. */
const WARM_UP_REQUESTS = 3;
const SENDERS = 2;
/** Neither is always the one that comes first. */
const ORDERS = /** @type {const} */ ([
  ['without', 'with'],
  ['with', 'without'],
]);
const TOKEN = 'bench';
/** One of a hundred proxies is down: there is something to tell. */
const PROXIES_PER_DOWN = 100;

const options = optionsGiven();
const folder = mkdtempSync(path.join(tmpdir(), 'frp-otel-bench-'));
try {
  await main();
} catch (error) {
  process.stderr.write(`bench:rules: ${/** @type {Error} */ (error).message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main() {
  console.log(`${machine()}.`);
  const collectors = options.rounds === 0 ? [] : await measureCollectors();
  if (collectors.length > 0) printCollectors(collectors);
  /** @type {Evaluation[]} */
  const evaluations = [];
  for (const proxies of options.evaluate) evaluations.push(await measureEvaluation(proxies));
  for (const evaluation of evaluations) printEvaluations(evaluation);
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ collectors, evaluations }, null, 2)}\n`);
}

async function measureCollectors() {
  const otelcol = (await resolveOtelcol()).file;
  const payload = await payloadOf(options.proxies);
  const breaches = breachesOf(payload.metrics, effectiveRules({}));
  const requests = Math.ceil(options.points / payload.points);
  const size = `${payload.points} points, ${(payload.body.length / 1e6).toFixed(1)} MB`;
  console.log(
    `A request: ${size}, of which the rules make ${breaches} points more. ${requests} requests to each Collector.`,
  );
  const sink = startModule(new URL('sink.mjs', import.meta.url).href);
  try {
    const { url } = /** @type {import('./sink.mjs').SinkCounts} */ (await sink.nextMessage());
    /** @type {CollectorRun[]} */
    const runs = [];
    for (let round = 0; round < options.rounds; round += 1) {
      for (const file of FILES) {
        for (const rules of ORDERS[round % ORDERS.length] ?? []) {
          const cost = await measureCollector({ otelcol, file, rules, sinkUrl: url, payload, requests });
          const made = rules === 'with' ? breaches * requests : 0;
          mustBeWhole(`${file} ${rules} rules`, cost, made);
          runs.push({ file, rules, round, breaches: made, cost });
        }
      }
    }
    return runs;
  } finally {
    await sink.end();
  }
}

/**
 * @param {object} options
 * @param {string} options.otelcol
 * @param {string} options.file
 * @param {'with' | 'without'} options.rules
 * @param {string} options.sinkUrl
 * @param {import('./payload.mjs').Payload} options.payload
 * @param {number} options.requests
 */
async function measureCollector({ otelcol, file, rules, sinkUrl, payload, requests }) {
  const whole = parse(readFileSync(new URL(file, COLLECTOR_CONFIG), 'utf8'), { merge: true });
  const config = rules === 'with' ? whole : withoutRules(whole);
  config.service.telemetry = { ...config.service.telemetry, logs: { level: 'warn' } };
  const configFile = path.join(folder, `${rules}-${file}`);
  writeFileSync(configFile, stringify(config, { aliasDuplicateObjects: false }));
  const [http = 0, health = 0, own = 0, grpc = 0, prometheus = 0] = await freePorts(5);
  const collector = new Collector({
    otelcol,
    configFile,
    ports: { http, health, own },
    headers: { authorization: `Bearer ${TOKEN}` },
    env: {
      OTELCOL_OTLP_HTTP: `127.0.0.1:${http}`,
      OTELCOL_OTLP_GRPC: `127.0.0.1:${grpc}`,
      OTELCOL_PROMETHEUS: `127.0.0.1:${prometheus}`,
      OTELCOL_HEALTH: `127.0.0.1:${health}`,
      OTELCOL_OWN_METRICS_PORT: `${own}`,
      OTELCOL_TOKEN: TOKEN,
      OTELCOL_REMOTE_WRITE_URL: `${sinkUrl}/api/v1/write`,
      OTELCOL_MEMORY_MIB: '4096',
    },
  });
  try {
    await collector.ready();
    await collector.take(payload, { requests: WARM_UP_REQUESTS, senders: SENDERS });
    return await collector.take(payload, { requests, senders: SENDERS });
  } finally {
    await collector.end();
  }
}

/**
 * @param {string} who
 * @param {CollectorCost} cost
 * @param {number} breaches
 */
function mustBeWhole(who, { points, counted }, breaches) {
  const { accepted, sent, lost } = counted;
  if (accepted === points && sent === points + breaches && lost === 0) return;
  throw new Error(
    `${who}: expected ${points} points in and ${points + breaches} out, counted ${accepted} in, ${sent} out and ${lost} lost`,
  );
}

/**
 * @param {number} proxies
 * @returns {Promise<Evaluation>}
 */
async function measureEvaluation(proxies) {
  const version = options.prometheus ? prometheusVersion() : undefined;
  const pageFile = version === undefined ? '' : path.join(folder, 'page.txt');
  const down = Math.ceil(proxies / PROXIES_PER_DOWN);
  const args = [`${proxies}`, `${down}`, `${options.repeat}`, pageFile];
  const child = startModule(new URL('evaluation.mjs', import.meta.url).href, args, { execArgv: ['--expose-gc'] });
  const ours = /** @type {Evaluated} */ (await child.nextMessage());
  await child.nextMessage();
  await child.end();
  if (ours.alerts.length !== down) {
    throw new Error(`expected an alert of each of ${down} proxies that are down, received ${ours.alerts.length}`);
  }
  if (version === undefined) return { proxies, ours, prometheus: undefined };
  const { intervalMillis, warmUp, repeat } = options;
  const prometheus = await evaluateInPrometheus({ version, pageFile, folder, intervalMillis, warmUp, repeat });
  const different = [
    ...prometheus.alerts.filter((alert) => !ours.alerts.includes(alert)),
    ...ours.alerts.filter((alert) => !prometheus.alerts.includes(alert)),
  ];
  if (different.length > 0) {
    throw new Error(
      `${proxies} proxies: expected the same alerts of both, but not ${different.slice(0, 3).join('; ')}`,
    );
  }
  return { proxies, ours, prometheus };
}

function optionsGiven() {
  return readOptions(
    'bench:rules',
    USAGE,
    {
      proxies: { type: 'string', default: '500' },
      points: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '3' },
      evaluate: { type: 'string', default: '1000,10000' },
      repeat: { type: 'string', default: '20' },
      interval: { type: 'string', default: '3000' },
      'warm-up': { type: 'string', default: '20' },
      'no-prometheus': { type: 'boolean', default: false },
      json: { type: 'string' },
    },
    (values) => ({
      proxies: readWhole('proxies', values.proxies, 1),
      points: readWhole('points', values.points, 1),
      rounds: readWhole('rounds', values.rounds, 0),
      evaluate: values.evaluate
        .split(',')
        .map((text) => readWhole('evaluate', text, 0))
        .filter((proxies) => proxies > 0),
      repeat: readWhole('repeat', values.repeat, 1),
      intervalMillis: readWhole('interval', values.interval, 100),
      warmUp: readWhole('warm-up', values['warm-up'], 0),
      prometheus: !values['no-prometheus'],
      json: values.json,
    }),
  );
}
