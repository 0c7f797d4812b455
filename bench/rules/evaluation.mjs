// A process of its own, which must have gc: evaluates all default rules over the metrics of an frps and its frpc, as the package does
// within a program. Its one message has what each evaluation took and what came of it.
import { writeFileSync } from 'node:fs';
import { MetricReader } from '@opentelemetry/sdk-metrics';
import { effectiveRules } from '../../dist/alerts/effectiveRules.js';
import { AlertEvaluator } from '../../dist/alerts/evaluator/AlertEvaluator.js';
import { prometheusLabel } from '../../dist/alerts/prometheusDialect.js';
import { PrometheusEndpoint } from '../../dist/telemetry/providers/PrometheusEndpoint.js';
import { FrpPair } from './FrpPair.mjs';
import { readPair } from './readPair.mjs';

/** @typedef {{ millis: number, cpuMillis: number }} Cost */
/**
 * @typedef {object} Evaluated
 * @property {number} points that were looked at
 * @property {Cost[]} collections
 * @property {Cost[]} evaluations
 * @property {number} heap bytes that the evaluator keeps
 * @property {string[]} alerts pending or firing, in a form that does not depend on who tells them
 */

/** What the package has by default. */
const INTERVAL_MILLIS = 15_000;
/** Those that fill the windows of five minutes, in which the code is compiled as well. */
const WARM_UP = 21;

class AskedReader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

const [proxies, down, repeat, pageFile] = process.argv.slice(2);
const pair = new FrpPair(Number(proxies), Number(down));
const reader = new AskedReader();
readPair(pair, reader);
process.send?.(await evaluate());
if (pageFile) writeFileSync(pageFile, await page());
process.send?.('page');
process.disconnect?.();

/** @returns {Promise<Evaluated>} */
async function evaluate() {
  const evaluator = new AlertEvaluator(effectiveRules({}));
  /** @type {Cost[]} */
  const collections = [];
  /** @type {Cost[]} */
  const evaluations = [];
  let points = 0;
  let heap = 0;
  let now = Date.now();
  for (let nth = -WARM_UP; nth < Number(repeat); nth += 1) {
    pair.live();
    now += INTERVAL_MILLIS;
    collectGarbage();
    const collected = await costOf(() => reader.collect());
    const metrics = collected.result.resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    points = metrics.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const { cost } = await costOf(() => evaluator.evaluate(metrics, now));
    collectGarbage();
    heap += process.memoryUsage().heapUsed - before;
    if (nth < 0) continue;
    collections.push(collected.cost);
    evaluations.push(cost);
  }
  return { points, collections, evaluations, heap, alerts: evaluator.active.map(written).sort() };
}

/**
 * @template Result
 * @param {() => Result | Promise<Result>} work
 */
async function costOf(work) {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const result = await work();
  const millis = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { result, cost: { millis, cpuMillis: (user + system) / 1_000 } };
}

/** @param {import('../../dist/alerts/AlertRecord.js').AlertRecord} record */
function written({ name, attributes }) {
  const labels = Object.entries(attributes).map(([name, value]) => `${prometheusLabel(name)}=${value}`);
  return `${name} ${labels.sort().join(' ')}`;
}

/** The same metrics as the package serves them to Prometheus. */
async function page() {
  const endpoint = new PrometheusEndpoint();
  readPair(pair, endpoint.reader);
  const url = await endpoint.listen('127.0.0.1', 0);
  if (url === undefined) throw new Error('no port could be had');
  await (await fetch(url)).text(); // a rate needs two looks
  pair.live();
  const text = await (await fetch(url)).text();
  endpoint.close();
  return text;
}

function collectGarbage() {
  if (globalThis.gc === undefined) throw new Error('expected node --expose-gc');
  globalThis.gc();
}
