import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace, ValueType } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import {
  AggregationTemporalityPreference,
  OTLPMetricExporter as JsonMetricExporter,
} from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { OtlpSink } from '../support/OtlpSink.js';

const resource = resourceFromAttributes({ 'service.name': 'frps', 'process.pid': 4711 });
const origin = {
  resource: { 'service.name': 'frps', 'process.pid': 4711 },
  scope: { name: 'opentelemetry-instrumentation-frp', version: '0.1.0' },
};
const scope = [origin.scope.name, origin.scope.version] as const;

const encodings = [
  {
    encoding: 'JSON',
    contentType: 'application/json',
    MetricExporter: JsonMetricExporter,
    LogExporter: JsonLogExporter,
    TraceExporter: JsonTraceExporter,
  },
  {
    encoding: 'protobuf',
    contentType: 'application/x-protobuf',
    MetricExporter: ProtobufMetricExporter,
    LogExporter: ProtobufLogExporter,
    TraceExporter: ProtobufTraceExporter,
  },
];

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.stop());

describe.each(encodings)('OtlpSink, $encoding of the real exporters', (given) => {
  const { contentType, MetricExporter, LogExporter, TraceExporter } = given;

  function startMeter(options: { temporalityPreference?: AggregationTemporalityPreference } = {}) {
    const exporter = new MetricExporter({ url: `${sink.url}/v1/metrics`, ...options });
    const provider = new MeterProvider({ resource, readers: [new PeriodicExportingMetricReader({ exporter })] });
    return { provider, meter: provider.getMeter(...scope) };
  }

  it('keeps sums and gauges with the value type they were sent with', async () => {
    const { provider, meter } = startMeter();
    const traffic = meter.createCounter('frp.traffic', {
      unit: 'By',
      description: 'Bytes',
      valueType: ValueType.INT,
    });
    traffic.add(9_007_199_254_740_991, { proxy: 'ssh', ports: [22, 2222], tls: true, ratio: 0.5, drift: -5, none: '' });
    traffic.add(0, { proxy: 'web' });
    meter.createUpDownCounter('frp.clients').add(-3);
    meter.createGauge('frp.offset', { valueType: ValueType.INT }).record(-7);

    await provider.shutdown();

    expect(sink.errors).toEqual([]);
    const sent = { ...origin, exportIndex: 0, startTimeUnixNano: expect.any(BigInt), timeUnixNano: expect.any(BigInt) };
    const counter = { name: 'frp.traffic', kind: 'sum', unit: 'By', description: 'Bytes', temporality: 'cumulative' };
    const plain = { unit: '', description: '', attributes: {} };
    expect(sink.metricPoints).toEqual([
      {
        ...sent,
        ...counter,
        isMonotonic: true,
        attributes: { proxy: 'ssh', ports: [22, 2222], tls: true, ratio: 0.5, drift: -5, none: '' },
        value: 9_007_199_254_740_991,
        valueType: 'int',
      },
      { ...sent, ...counter, isMonotonic: true, attributes: { proxy: 'web' }, value: 0, valueType: 'int' },
      {
        ...sent,
        ...plain,
        name: 'frp.clients',
        kind: 'sum',
        isMonotonic: false,
        temporality: 'cumulative',
        value: -3,
        valueType: 'double',
      },
      { ...sent, ...plain, name: 'frp.offset', kind: 'gauge', value: -7, valueType: 'int' },
    ]);
  });

  it('keeps histograms with bounds, bucket counts, sum and extremes', async () => {
    const { provider, meter } = startMeter();
    const advice = { explicitBucketBoundaries: [0.1, 1] };
    const duration = meter.createHistogram('frp.duration', { unit: 's', advice });
    for (const seconds of [0.05, 0.5, 0.5, 2]) duration.record(seconds);

    await provider.shutdown();

    expect(sink.metricPoints).toMatchObject([
      {
        name: 'frp.duration',
        kind: 'histogram',
        unit: 's',
        temporality: 'cumulative',
        valueType: 'double',
        value: { count: 4, sum: 3.05, min: 0.05, max: 2, bucketCounts: [1, 2, 1], explicitBounds: [0.1, 1] },
      },
    ]);
  });

  it('tells exports apart and keeps their exact times, delta temporality included', async () => {
    const { provider, meter } = startMeter({ temporalityPreference: AggregationTemporalityPreference.DELTA });
    const counter = meter.createCounter('frp.connections');
    counter.add(2);
    await provider.forceFlush();
    counter.add(5);
    await provider.shutdown();

    const [first, second] = sink.metricPoints;
    expect(first).toMatchObject({ temporality: 'delta', value: 2, exportIndex: 0 });
    expect(second).toMatchObject({ temporality: 'delta', value: 5, exportIndex: 1 });
    expect(second?.startTimeUnixNano).toBe(first?.timeUnixNano);
    expect(sink.requests).toMatchObject([
      { path: '/v1/metrics', contentType, status: 200, exportIndex: 0 },
      { path: '/v1/metrics', contentType, status: 200, exportIndex: 1 },
    ]);
  });

  it('keeps log records with body, event name, context and nested attributes', async () => {
    const exporter = new LogExporter({ url: `${sink.url}/v1/logs` });
    const provider = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter })] });
    const logger = provider.getLogger(...scope);
    const spanContext = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
    };
    logger.emit({
      eventName: 'frp.proxy.started',
      timestamp: [1_760_000_000, 123_456_789],
      observedTimestamp: [1_760_000_001, 0],
      severityNumber: SeverityNumber.WARN,
      severityText: 'WARN',
      body: { text: 'start proxy success', parts: ['ssh', 6000, null] },
      attributes: { 'frp.proxy': { name: 'ssh', port: 6000 }, raw: new Uint8Array([0, 255]) },
      context: trace.setSpanContext(ROOT_CONTEXT, spanContext),
    });
    logger.emit({ context: ROOT_CONTEXT });

    await provider.shutdown();

    expect(sink.errors).toEqual([]);
    expect(sink.logRecords).toEqual([
      {
        ...origin,
        exportIndex: 0,
        eventName: 'frp.proxy.started',
        timeUnixNano: 1_760_000_000_123_456_789n,
        observedTimeUnixNano: 1_760_000_001_000_000_000n,
        severityNumber: 13,
        severityText: 'WARN',
        body: { text: 'start proxy success', parts: ['ssh', 6000, null] },
        attributes: { 'frp.proxy': { name: 'ssh', port: 6000 }, raw: Buffer.from([0, 255]) },
        traceId: spanContext.traceId,
        spanId: spanContext.spanId,
      },
      {
        ...origin,
        exportIndex: 0,
        timeUnixNano: expect.any(BigInt),
        observedTimeUnixNano: expect.any(BigInt),
        severityNumber: 0,
        attributes: {},
      },
    ]);
  });

  it('keeps spans with parent, kind, status, events and links', async () => {
    const exporter = new TraceExporter({ url: `${sink.url}/v1/traces` });
    const provider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] });
    const tracer = provider.getTracer(...scope);
    const parent = tracer.startSpan('frp.login', { startTime: [1_760_000_000, 1] }, ROOT_CONTEXT);
    const child = tracer.startSpan(
      'frp.work_connection',
      {
        kind: SpanKind.SERVER,
        startTime: [1_760_000_001, 2],
        attributes: { 'frp.proxy.name': 'ssh' },
        links: [{ context: parent.spanContext(), attributes: { why: 'login' } }],
      },
      trace.setSpan(ROOT_CONTEXT, parent),
    );
    child.addEvent('dialled', { port: 22 }, [1_760_000_001, 3]);
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'connection refused' });
    child.end([1_760_000_001, 4]);
    parent.end([1_760_000_002, 5]);

    await provider.shutdown();

    const { traceId, spanId } = parent.spanContext();
    expect(sink.errors).toEqual([]);
    expect(sink.spans).toEqual([
      {
        ...origin,
        exportIndex: 0,
        name: 'frp.work_connection',
        kind: 'server',
        traceId,
        spanId: child.spanContext().spanId,
        parentSpanId: spanId,
        startTimeUnixNano: 1_760_000_001_000_000_002n,
        endTimeUnixNano: 1_760_000_001_000_000_004n,
        attributes: { 'frp.proxy.name': 'ssh' },
        status: { code: 'error', message: 'connection refused' },
        events: [{ name: 'dialled', timeUnixNano: 1_760_000_001_000_000_003n, attributes: { port: 22 } }],
        links: [{ traceId, spanId, attributes: { why: 'login' } }],
      },
      {
        ...origin,
        exportIndex: 0,
        name: 'frp.login',
        kind: 'internal',
        traceId,
        spanId,
        startTimeUnixNano: 1_760_000_000_000_000_001n,
        endTimeUnixNano: 1_760_000_002_000_000_005n,
        attributes: {},
        status: { code: 'unset' },
        events: [],
        links: [],
      },
    ]);
  });

  it('unpacks gzip', async () => {
    process.env.OTEL_EXPORTER_OTLP_COMPRESSION = 'gzip';
    try {
      const { provider, meter } = startMeter();
      meter.createCounter('frp.packed').add(1);
      await provider.shutdown();
    } finally {
      delete process.env.OTEL_EXPORTER_OTLP_COMPRESSION;
    }

    expect(sink.requests).toMatchObject([{ headers: { 'content-encoding': 'gzip' }, status: 200 }]);
    expect(sink.metricPoints).toMatchObject([{ name: 'frp.packed', value: 1 }]);
  });

  it('fails on demand, and takes what the exporter sends again', async () => {
    sink.failNext(503);
    const { provider, meter } = startMeter();
    meter.createCounter('frp.retried').add(1);

    await provider.shutdown();

    expect(sink.requests.map(({ status }) => status)).toEqual([503, 200]);
    expect(sink.metricPoints).toMatchObject([{ name: 'frp.retried', exportIndex: 1 }]);
  }, 20_000);
});

function post(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  return fetch(`${sink.url}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

function jsonOfGauge(...dataPoints: Record<string, unknown>[]): string {
  return jsonOfMetric({ gauge: { dataPoints } });
}

function jsonOfMetric(data: Record<string, unknown>): string {
  return JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'frp.g', ...data }] }] }] });
}

function jsonOfSpan(span: Record<string, unknown>): string {
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
}

describe('OtlpSink, the JSON mapping', () => {
  it('reads integers from strings, doubles from words and ids in capitals', async () => {
    await post('/v1/metrics', jsonOfGauge({ asInt: '-12', timeUnixNano: '18446744073709551615' }));
    await post('/v1/metrics', jsonOfGauge({ asDouble: 'NaN', attributes: [{ key: 'n', value: { intValue: '7' } }] }));
    await post('/v1/traces', jsonOfSpan({ traceId: 'AB'.repeat(16), spanId: 'cd'.repeat(8), parentSpanId: '' }));

    expect(sink.errors).toEqual([]);
    expect(sink.metricPoints).toMatchObject([
      { value: -12, valueType: 'int', timeUnixNano: 18446744073709551615n, startTimeUnixNano: 0n, resource: {} },
      { value: Number.NaN, valueType: 'double', attributes: { n: 7 }, scope: { name: '', version: '' } },
    ]);
    expect(sink.spans).toMatchObject([{ traceId: 'ab'.repeat(16), parentSpanId: undefined, kind: 'unspecified' }]);
  });
});

describe('OtlpSink, requests that it refuses', () => {
  const gauge = jsonOfGauge({ asInt: '1' });

  it.each([
    ['text for JSON', '/v1/logs', 'not json', {}, "expected JSON, received 'not json'"],
    ['another path', '/v1/profiles', '{}', {}, 'received POST /v1/profiles'],
    ['another content type', '/v1/logs', '{}', { 'content-type': 'text/plain' }, "received 'text/plain'"],
    ['another packing', '/v1/logs', '{}', { 'content-encoding': 'br' }, "received 'br'"],
    ['JSON sent as gzip', '/v1/metrics', gauge, { 'content-encoding': 'gzip' }, 'incorrect header check'],
    [
      'JSON sent as protobuf',
      '/v1/metrics',
      gauge,
      { 'content-type': 'application/x-protobuf' },
      'expected Metrics as protobuf, received 110 bytes from 7b2272',
    ],
    ['a point without a value', '/v1/metrics', jsonOfGauge({ asDouble: null }), {}, 'expected asInt or asDouble'],
    [
      'an integer that a number cannot hold',
      '/v1/metrics',
      jsonOfGauge({ asInt: '9007199254740993' }),
      {},
      '9007199254740993',
    ],
    ['a time before 1970', '/v1/metrics', jsonOfGauge({ asInt: 1, timeUnixNano: '-1' }), {}, "received '-1'"],
    [
      'an id of the wrong length',
      '/v1/traces',
      jsonOfSpan({ traceId: 'abcd' }),
      {},
      "traceId: expected a trace id of 16 bytes in hex, received 'abcd'",
    ],
    [
      'a span without ids',
      '/v1/traces',
      jsonOfSpan({}),
      {},
      'traceId: expected a trace id of 16 bytes in hex, received undefined',
    ],
    [
      'a kind that no enum has',
      '/v1/traces',
      jsonOfSpan({ kind: 9 }),
      {},
      'kind: expected an enum number out of 0, 1, 2, 3, 4, 5, received 9',
    ],
    [
      'a sum without temporality',
      '/v1/metrics',
      jsonOfMetric({ sum: {} }),
      {},
      'aggregationTemporality: expected an enum number out of 1, 2, received undefined',
    ],
    [
      'a field of the wrong type',
      '/v1/traces',
      '{"resourceSpans":"x"}',
      {},
      "resourceSpans: expected array, received 'x'",
    ],
    [
      'a summary',
      '/v1/metrics',
      jsonOfMetric({ summary: {} }),
      {},
      "expected sum, gauge or histogram in metric 'frp.g'",
    ],
  ])('answers 400 to %s and quotes it', async (_what, path, body, headers, message) => {
    const response = await post(path, body, headers);

    expect(response.status).toBe(400);
    expect(await response.text()).toContain(message);
    expect(sink.errors).toMatchObject([{ path, exportIndex: 0, message: expect.stringContaining(message) }]);
    expect(sink.requests).toMatchObject([{ path, status: 400 }]);
    expect([...sink.metricPoints, ...sink.logRecords, ...sink.spans]).toEqual([]);
  });

  it('answers 400 to protobuf that ends early', async () => {
    const truncated = new Uint8Array([0x0a, 0x7f, 0x01]);

    const response = await post('/v1/traces', truncated, { 'content-type': 'application/x-protobuf' });

    expect(response.status).toBe(400);
    expect(sink.errors).toMatchObject([
      { message: expect.stringContaining('expected Traces as protobuf, received 3 bytes from 0a7f01 on') },
    ]);
  });

  it('keeps nothing of a request of which one point is wrong, and all of the next one', async () => {
    await post('/v1/metrics', jsonOfGauge({ asInt: '1' }, { asInt: 'one' }));
    const packed = new Uint8Array(gzipSync(gauge));
    await post('/v1/metrics', packed, { 'content-encoding': 'gzip' });

    expect(sink.metricPoints).toMatchObject([{ name: 'frp.g', exportIndex: 1 }]);
    expect(sink.requests).toMatchObject([{ status: 400 }, { status: 200, bytes: packed.length }]);
  });
});

describe('OtlpSink.waitFor', () => {
  it('gives what already arrived without waiting', async () => {
    await post('/v1/metrics', jsonOfGauge({ asInt: '1' }));

    const point = await sink.waitFor('a point', ({ metricPoints }) => metricPoints[0], { timeoutMillis: 0 });

    expect(point.name).toBe('frp.g');
  });

  it('looks again after each request, and only then', async () => {
    let looks = 0;
    const waiting = sink.waitFor('the third request', ({ requests }) => {
      looks += 1;
      return requests.length === 3;
    });
    for (const value of [1, 2, 3]) await post('/v1/metrics', jsonOfGauge({ asInt: value }));

    expect(await waiting).toBe(true);
    expect(looks).toBe(4);
  });

  it('says at the deadline what it waited for and what did arrive', async () => {
    await post('/v1/metrics', jsonOfGauge({ asInt: '1' }));
    await post('/v1/metrics', jsonOfGauge({ asInt: '2' }));
    await post('/v1/logs', '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"frp.client.login"}]}]}]}');
    await post('/v1/traces', jsonOfSpan({ name: 'frp.run', traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) }));
    await post('/v1/logs', 'oops');

    const waiting = sink.waitFor('frp.proxy.count', () => undefined, { timeoutMillis: 20 });

    await expect(waiting).rejects.toThrow(
      [
        'no frp.proxy.count within 20 ms; arrived are',
        '  metric points: frp.g ×2',
        '  log records: frp.client.login ×1',
        '  spans: frp.run ×1',
        '  requests: /v1/metrics 200 ×2, /v1/logs 200 ×1, /v1/traces 200 ×1, /v1/logs 400 ×1',
        "  errors: expected JSON, received 'oops' ×1",
      ].join('\n'),
    );
  });

  it('points at the line of the test that waited', async () => {
    const error: unknown = await sink.waitFor('anything', () => false, { timeoutMillis: 1 }).catch((error) => error);

    expect((error as Error).stack).toContain('OtlpSink.test.ts');
  });

  it('passes on what the look throws', async () => {
    const waiting = sink.waitFor('no points', ({ metricPoints }) => {
      if (metricPoints.length > 0) throw new Error('unexpected point');
    });
    const rejected = expect(waiting).rejects.toThrow('unexpected point');
    await post('/v1/metrics', jsonOfGauge({ asInt: '1' }));

    await rejected;
  });

  it('ends when the sink is stopped', async () => {
    const waiting = sink.waitFor('a span', ({ spans }) => spans[0]);
    const stopping = sink.stop();

    await expect(waiting).rejects.toThrow('sink stopped before a span arrived');
    await stopping;
  });
});

describe('OtlpSink.failNext', () => {
  it('answers only as many requests as told with the status, and keeps nothing of them', async () => {
    sink.failNext(429);
    const failed = await post('/v1/metrics', jsonOfGauge({ asInt: '1' }));
    const taken = await post('/v1/metrics', jsonOfGauge({ asInt: '2' }));

    expect([failed.status, taken.status]).toEqual([429, 200]);
    expect(sink.metricPoints).toMatchObject([{ value: 2, exportIndex: 1 }]);
    expect(sink.errors).toEqual([]);
  });

  it('quotes a status or a count that is not one', () => {
    expect(() => sink.failNext(200)).toThrow('expected a status from 400 to 599, received 200');
    expect(() => sink.failNext(503, 0)).toThrow('expected a whole number of times from 1 up, received 0');
  });
});

describe('OtlpSink, its end', () => {
  it('stops with connections open, can be stopped again, and frees the port', async () => {
    await post('/v1/metrics', jsonOfGauge({ asInt: '1' }));
    await sink.stop();
    await sink.stop();

    await expect(post('/v1/metrics', '{}')).rejects.toThrow('fetch failed');
    expect(sink.metricPoints).toHaveLength(1);
  });

  it('is disposed of by `await using`', async () => {
    let url: string;
    {
      await using scoped = await OtlpSink.start();
      url = scoped.url;
    }
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('records a client that goes away in the middle of its body', async () => {
    const abort = new AbortController();
    const body = new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array([1, 2, 3])) });
    const init = { method: 'POST', body, duplex: 'half', signal: abort.signal } as RequestInit;
    const sending = fetch(`${sink.url}/v1/logs`, init).catch(() => 'aborted');
    const broken = sink.waitFor('the broken request', ({ errors }) => errors[0]);
    setTimeout(() => abort.abort(), 100);

    expect(await sending).toBe('aborted');
    expect(await broken).toMatchObject({ path: '/v1/logs', message: 'body broke off: aborted' });
    expect(sink.requests).toEqual([]);
  });
});
