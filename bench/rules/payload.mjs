import { once } from 'node:events';
import { createServer } from 'node:http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { FrpPair } from './FrpPair.mjs';
import { readPair } from './readPair.mjs';

/** @typedef {import('@opentelemetry/sdk-metrics').MetricData} MetricData */
/**
 * One export of an agent that observes an frps and its frpc.
 *
 * @typedef {object} Payload
 * @property {Buffer} body OTLP protobuf, as the SDK's exporter sends it
 * @property {number} points
 * @property {Map<string, MetricData['dataPoints']>} metrics the same points, by the metric's name
 */

/** Growth is known from the second look on, and so are the metrics that are derived of it. */
const LOOKS = 2;
/** A rate is of at least this time. */
const BETWEEN_LOOKS_MILLIS = 20;

/**
 * @param {number} proxies of each role
 * @returns {Promise<Payload>}
 */
export const payloadOf = async (proxies) => {
  const pair = new FrpPair(proxies);
  /** @type {Buffer[]} */
  const bodies = [];
  const sink = createServer(async (request, response) => {
    /** @type {Buffer[]} */
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    bodies.push(Buffer.concat(chunks));
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  sink.listen(0, '127.0.0.1');
  await once(sink, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (sink.address());

  const exporter = new Tapped(new OTLPMetricExporter({ url: `http://127.0.0.1:${port}/v1/metrics` }));
  const provider = readPair(pair, new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 }));
  for (let look = 0; look < LOOKS; look += 1) {
    pair.live();
    await provider.forceFlush();
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MILLIS));
  }
  const { metrics } = exporter;
  await provider.shutdown();
  sink.close();

  const body = bodies[LOOKS - 1];
  if (body === undefined) throw new Error(`expected ${LOOKS} exports, received ${bodies.length}`);
  const points = [...metrics.values()].reduce((sum, { length }) => sum + length, 0);
  return { body, points, metrics };
};

/** Passes on what it is given, and remembers it. */
class Tapped {
  /** @type {Map<string, MetricData['dataPoints']>} */
  metrics = new Map();
  #inner;

  /** @param {OTLPMetricExporter} inner */
  constructor(inner) {
    this.#inner = inner;
  }

  /** @type {OTLPMetricExporter['export']} */
  export(metrics, done) {
    this.metrics = new Map(
      metrics.scopeMetrics.flatMap((scope) =>
        scope.metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]),
      ),
    );
    this.#inner.export(metrics, done);
  }

  forceFlush() {
    return this.#inner.forceFlush();
  }

  shutdown() {
    return this.#inner.shutdown();
  }

  /** @param {import('@opentelemetry/sdk-metrics').InstrumentType} type */
  selectAggregationTemporality(type) {
    return this.#inner.selectAggregationTemporality(type);
  }
}
