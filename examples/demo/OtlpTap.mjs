import { createServer } from 'node:http';

const SIGNALS = /** @type {const} */ (['metrics', 'logs', 'traces']);

/** @typedef {typeof SIGNALS[number]} Signal */
/** @typedef {{ name: string, attributes: Record<string, string>, value: number }} Point */

/**
 * Receives OTLP/HTTP in JSON on 127.0.0.1, so that the demo shows what was really exported, and passes it on to the
 * endpoint of the environment, where there is one. What that endpoint refuses does not count.
 */
export class OtlpTap {
  #server = createServer((request, response) => void this.#receive(request, response));
  /** @type {Map<string, Point[]>} */
  #points = new Map();
  /** @type {Record<Signal, Set<string>>} names of proxies that each signal told of */
  #proxies = { metrics: new Set(), logs: new Set(), traces: new Set() };
  /** @type {Record<Signal, number>} */
  #items = { metrics: 0, logs: 0, traces: 0 };
  /** @type {Record<Signal, string | undefined>} */
  #upstreams;
  /** @type {string | undefined} what went wrong last */
  #fault;

  /** @param {NodeJS.ProcessEnv} env */
  constructor(env) {
    const base = env.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/$/, '');
    const upstreamOf = (/** @type {Signal} */ signal) =>
      env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`] || (base && `${base}/v1/${signal}`) || undefined;
    this.#upstreams = { metrics: upstreamOf('metrics'), logs: upstreamOf('logs'), traces: upstreamOf('traces') };
  }

  /** @param {NodeJS.ProcessEnv} env */
  static async start(env) {
    const tap = new OtlpTap(env);
    await new Promise((resolve, reject) => {
      tap.#server.once('error', reject).listen(0, '127.0.0.1', () => resolve(undefined));
    });
    return tap;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** What sends an exporter here, once a second. */
  get environment() {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    const url = `http://127.0.0.1:${port}`;
    return {
      OTEL_SDK_DISABLED: 'false',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'cumulative',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      ...Object.fromEntries(
        SIGNALS.flatMap((signal) => [
          [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`, `${url}/v1/${signal}`],
          [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_PROTOCOL`, 'http/json'],
          [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_COMPRESSION`, 'none'],
          [`OTEL_${signal.toUpperCase()}_EXPORTER`, 'otlp'],
        ]),
      ),
    };
  }

  /** The endpoints that everything is passed on to. */
  get upstreams() {
    return SIGNALS.flatMap((signal) => this.#upstreams[signal] ?? []);
  }

  /**
   * The points of a metric in the last export.
   *
   * @param {string} name
   * @returns {readonly Point[]}
   */
  points(name) {
    return this.#points.get(name) ?? [];
  }

  /**
   * Says what was exported, and whether each signal told of all these proxies.
   *
   * @param {string[]} expected
   */
  summary(expected) {
    const lines = SIGNALS.map((signal) => {
      const missing = expected.filter((proxy) => !this.#proxies[signal].has(proxy));
      const verdict = missing.length === 0 ? `of ${expected.join(' and ')}` : `MISSING ${missing.join(' and ')}`;
      return { complete: missing.length === 0, text: `${signal.padEnd(8)}${this.#items[signal]} exported, ${verdict}` };
    });
    const complete = lines.every((line) => line.complete);
    const fault = complete || this.#fault === undefined ? [] : [`The last fault: ${this.#fault}`];
    return { complete, text: [...lines.map(({ text }) => text), ...fault].join('\n') };
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async #receive(request, response) {
    try {
      const signal = SIGNALS.find((each) => request.url === `/v1/${each}`);
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const status = signal === undefined ? 404 : await this.#passOn(signal, request.headers, body);
      if (signal !== undefined && status < 300) this.#take(signal, JSON.parse(body.toString('utf8')));
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    } catch (error) {
      const { message, cause } = /** @type {Error & { cause?: { code?: string } }} */ (error);
      this.#fault = `${request.url}: ${cause?.code ?? message}`;
      response.writeHead(502).end(); // the exporter tries again
    }
  }

  /**
   * @param {Signal} signal
   * @param {import('node:http').IncomingHttpHeaders} headers
   * @param {Buffer} body
   */
  async #passOn(signal, { host, connection, 'content-length': _, 'transfer-encoding': __, ...headers }, body) {
    const url = this.#upstreams[signal];
    if (url === undefined) return 200;
    const response = await fetch(url, {
      method: 'POST',
      headers: /** @type {any} */ (headers),
      body: new Uint8Array(body),
    });
    await response.arrayBuffer();
    return response.status;
  }

  /**
   * @param {Signal} signal
   * @param {any} message
   */
  #take(signal, message) {
    const taken = { metrics: metricsOf, logs: logsOf, traces: spansOf }[signal](message);
    this.#items[signal] += taken.length;
    if (signal === 'metrics') this.#points = groupByName(taken);
    for (const { attributes } of taken) {
      const proxy = attributes['frp.proxy.name'];
      if (proxy !== undefined) this.#proxies[signal].add(proxy);
    }
  }
}

/** @param {any} message OTLP's ExportMetricsServiceRequest in JSON */
const metricsOf = ({ resourceMetrics }) =>
  resourceMetrics
    .flatMap((/** @type {any} */ { scopeMetrics }) => scopeMetrics)
    .flatMap((/** @type {any} */ { metrics }) => metrics)
    .flatMap((/** @type {any} */ { name, sum, gauge, histogram }) =>
      (sum ?? gauge ?? histogram).dataPoints.map((/** @type {any} */ { attributes, asDouble, asInt }) => ({
        name,
        attributes: attributesOf(attributes),
        value: Number(asDouble ?? asInt),
      })),
    );

/** @param {any} message OTLP's ExportLogsServiceRequest in JSON */
const logsOf = ({ resourceLogs }) =>
  resourceLogs
    .flatMap((/** @type {any} */ { scopeLogs }) => scopeLogs)
    .flatMap((/** @type {any} */ { logRecords }) => logRecords)
    .map((/** @type {any} */ { attributes }) => ({ attributes: attributesOf(attributes) }));

/** @param {any} message OTLP's ExportTraceServiceRequest in JSON */
const spansOf = ({ resourceSpans }) =>
  resourceSpans
    .flatMap((/** @type {any} */ { scopeSpans }) => scopeSpans)
    .flatMap((/** @type {any} */ { spans }) => spans)
    .map((/** @type {any} */ { attributes }) => ({ attributes: attributesOf(attributes) }));

/** @param {{ key: string, value: Record<string, unknown> }[]} attributes */
const attributesOf = (attributes) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]));

/** @param {Point[]} points */
const groupByName = (points) => {
  const groups = new Map();
  for (const point of points) groups.set(point.name, [...(groups.get(point.name) ?? []), point]);
  return groups;
};
