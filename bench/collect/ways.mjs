import { createServer } from 'node:http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { DataPointType, MeterProvider } from '@opentelemetry/sdk-metrics';
import { PrometheusEndpoint } from '../../dist/telemetry/providers/PrometheusEndpoint.js';
import { SnapshotCollector } from '../../dist/telemetry/SnapshotCollector.js';
import { FrpMetricReader } from '../../dist/telemetry/withFrp.js';

/** @typedef {import('node:http').RequestListener} RequestListener */
/** @typedef {import('@opentelemetry/sdk-metrics').IMetricReader} IMetricReader */
/** @typedef {import('@opentelemetry/sdk-metrics').MetricData} MetricData */
/** @typedef {import('./frps.mjs').Frps} Frps */
/** @typedef {typeof WAYS[number]} Way */
/**
 * What is measured.
 *
 * @typedef {object} Subject
 * @property {string} url of /metrics
 * @property {(() => Promise<unknown>) | undefined} collect undefined where there is no collection without its text
 */

export const WAYS = /** @type {const} */ (['ours', "ours, the SDK's text", 'observables', 'prom-client']);

const LOOPBACK = '127.0.0.1';

/**
 * @param {Way} way
 * @param {Frps} frps
 * @returns {Promise<Subject>}
 */
export const startOurs = async (way, frps) => {
  const source = { snapshot: () => frps.model.snapshot() };
  if (way === 'ours') {
    const endpoint = new PrometheusEndpoint();
    const reader = new FrpMetricReader(endpoint.reader, () => source);
    new MeterProvider({ readers: [reader] });
    const url = await endpoint.listen(LOOPBACK, 0);
    if (url === undefined) throw new Error('no port could be had');
    return { url, collect: () => reader.collect() };
  }
  const exporter = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  const reader = new FrpMetricReader(exporter, () => source);
  new MeterProvider({ readers: [reader] });
  const url = await serve((request, response) => exporter.getMetricsRequestHandler(request, response));
  return { url, collect: () => reader.collect() };
};

/**
 * What the collector makes of an frps, for the others to have the same.
 *
 * @param {Frps} frps
 * @param {number} changed percent
 * @returns {MetricData[]}
 */
export const seriesOf = (frps, changed) => {
  const collector = new SnapshotCollector(() => 1);
  collector.collect(frps.model.snapshot(), Date.now() - 5_000); // a rate needs two looks
  frps.carryMore(changed);
  return collector.collect(frps.model.snapshot(), Date.now());
};

/**
 * One observable instrument per metric, with attributes that are there already. There is no observable histogram: these
 * are left out.
 *
 * @param {readonly MetricData[]} metrics
 * @returns {Promise<Subject>}
 */
export const startObservables = async (metrics) => {
  const exporter = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  const mostSeries = Math.max(...metrics.map(({ dataPoints }) => dataPoints.length));
  const provider = new MeterProvider({
    readers: [exporter],
    views: [{ instrumentName: '*', aggregationCardinalityLimit: mostSeries + 2 }], // 2,000 by default
  });
  const meter = provider.getMeter('bench');
  for (const metric of metrics) {
    if (metric.dataPointType === DataPointType.HISTOGRAM) continue;
    const { name, unit, description } = metric.descriptor;
    const isSum = metric.dataPointType === DataPointType.SUM;
    const kind = !isSum
      ? 'createObservableGauge'
      : metric.isMonotonic
        ? 'createObservableCounter'
        : 'createObservableUpDownCounter';
    const points = /** @type {import('@opentelemetry/sdk-metrics').DataPoint<number>[]} */ (metric.dataPoints);
    meter[kind](name, { unit, description }).addCallback((result) => {
      for (const { value, attributes } of points) result.observe(value, attributes);
    });
  }
  const url = await serve((request, response) => exporter.getMetricsRequestHandler(request, response));
  return { url, collect: () => exporter.collect() };
};

/**
 * Values are set beforehand: what setting them costs is not measured.
 *
 * @param {readonly MetricData[]} metrics
 * @returns {Promise<Subject>}
 */
export const startPromClient = async (metrics) => {
  const { Counter, Gauge, Histogram, Registry } = (await import('prom-client')).default;
  const registry = new Registry();
  /** @param {string} name */
  const plain = (name) => name.replace(/[^a-z0-9_]/gi, '_');
  for (const metric of metrics) {
    const { name, description } = metric.descriptor;
    const labelNames = [...new Set(metric.dataPoints.flatMap(({ attributes }) => Object.keys(attributes)))].map(plain);
    const options = { name: plain(name), help: description, labelNames, registers: [registry] };
    /** @param {import('@opentelemetry/api').Attributes} attributes */
    const labels = (attributes) =>
      Object.fromEntries(Object.entries(attributes).map(([name, value]) => [plain(name), String(value)]));
    if (metric.dataPointType === DataPointType.HISTOGRAM) {
      const buckets = metric.dataPoints[0]?.value.buckets.boundaries ?? [];
      const histogram = new Histogram({ ...options, buckets });
      for (const { attributes, value } of metric.dataPoints) {
        for (let nth = 0; nth < value.count; nth += 1)
          histogram.observe(labels(attributes), (value.sum ?? 0) / value.count);
      }
    } else if (metric.dataPointType === DataPointType.SUM && metric.isMonotonic) {
      const counter = new Counter({ ...options, name: `${options.name}_total` });
      for (const { attributes, value } of metric.dataPoints) counter.inc(labels(attributes), value);
    } else if (metric.dataPointType !== DataPointType.EXPONENTIAL_HISTOGRAM) {
      const gauge = new Gauge(options);
      for (const { attributes, value } of metric.dataPoints) gauge.set(labels(attributes), value);
    }
  }
  const url = await serve(async (_, response) => {
    response.setHeader('content-type', registry.contentType);
    response.end(await registry.metrics());
  });
  return { url, collect: undefined };
};

/**
 * @param {RequestListener} answer
 * @returns {Promise<string>}
 */
const serve = async (answer) => {
  const server = createServer(answer).unref();
  await new Promise((resolve) => server.listen(0, LOOPBACK, () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return `http://${LOOPBACK}:${port}/metrics`;
};
