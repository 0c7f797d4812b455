import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { diag, metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { registerFrpInstrumentation } from '../../src/registerFrpInstrumentation.js';
import {
  registeredLoggerProvider,
  registeredMeterProvider,
  registeredTracerProvider,
} from '../../src/telemetry/providers/registered.js';
import { Telemetry } from '../../src/telemetry/Telemetry.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { DiagRecorder } from '../telemetry/DiagRecorder.js';
import { connected, frpc, lineAt } from '../telemetry/events.js';
import { at, richSnapshot } from '../telemetry/snapshots.js';

const nanos = (millis: number) => BigInt(millis) * 1_000_000n;
const source = { snapshot: richSnapshot };
const tell = (telemetry: Telemetry) =>
  telemetry.receive(lineAt(at(2), 'I', 'login to server success'), frpc, [connected({ from: 1, to: 2 })]);

const environment = { ...process.env };
let sink: OtlpSink;
let diagnostics: DiagRecorder;
beforeEach(async () => {
  sink = await OtlpSink.start();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = sink.url;
  diagnostics = new DiagRecorder();
});
afterEach(async () => {
  diagnostics[Symbol.dispose]();
  await sink.stop();
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  Object.assign(process.env, environment);
  metrics.disable();
  trace.disable();
  logs.disable();
});

describe('our own providers', () => {
  it('export the three signals by OTLP as protobuf, of one resource', async () => {
    process.env.OTEL_RESOURCE_ATTRIBUTES = 'deployment.environment.name=test';
    const telemetry = new Telemetry({ env: process.env }, source);
    tell(telemetry);
    await telemetry.forceFlush();
    await telemetry.shutdown();

    expect(sink.errors).toEqual([]);
    expect(new Set(sink.requests.map(({ path, contentType }) => `${path} ${contentType}`))).toEqual(
      new Set(['/v1/logs', '/v1/metrics', '/v1/traces'].map((each) => `${each} application/x-protobuf`)),
    );
    const [record, ...otherRecords] = sink.logRecords;
    const [span, ...otherSpans] = sink.spans;
    expect([otherRecords, otherSpans]).toEqual([[], []]);
    expect(record).toMatchObject({
      timeUnixNano: nanos(at(2)),
      observedTimeUnixNano: nanos(at(2.007)),
      severityNumber: 9,
      eventName: 'frp.client.connected',
      body: 'login to server success',
    });
    expect(span).toMatchObject({
      name: 'frp.client.login',
      kind: 'client',
      startTimeUnixNano: nanos(at(1)),
      endTimeUnixNano: nanos(at(2)),
    });
    const point = sink.metricPoints.find(({ name }) => name === 'frp.client.connected');
    expect(point).toMatchObject({ kind: 'gauge', value: 1, valueType: 'double' });

    const resources = [record, span, point].map((each) => each?.resource);
    expect(resources[0]).toMatchObject({
      'service.name': 'frp',
      'service.instance.id': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      'host.name': expect.any(String),
      'deployment.environment.name': 'test',
    });
    expect(resources[1]).toEqual(resources[0]);
    expect(resources[2]).toEqual(resources[0]);
    expect(record?.scope).toEqual(span?.scope);
    expect(record?.scope.name).toBe('opentelemetry-instrumentation-frp');
  });

  it('export as JSON on request, and let OTEL_SERVICE_NAME and the program’s own instance id win', async () => {
    process.env.OTEL_EXPORTER_OTLP_PROTOCOL = 'http/json';
    process.env.OTEL_SERVICE_NAME = 'edge';
    process.env.OTEL_RESOURCE_ATTRIBUTES = 'service.instance.id=one';
    const telemetry = new Telemetry({ env: process.env }, source);
    tell(telemetry);
    await telemetry.forceFlush();
    await telemetry.shutdown();
    expect(new Set(sink.requests.map(({ contentType }) => contentType))).toEqual(new Set(['application/json']));
    for (const { resource } of [...sink.logRecords, ...sink.spans, ...sink.metricPoints]) {
      expect(resource).toMatchObject({ 'service.name': 'edge', 'service.instance.id': 'one' });
    }
    expect(sink.metricPoints.length).toBeGreaterThan(0);
  });

  it('export double points, and delta where OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE asks for it', async () => {
    process.env.OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE = 'delta';
    const telemetry = new Telemetry({ env: process.env }, source);
    tell(telemetry);
    await telemetry.forceFlush();
    await telemetry.shutdown();
    expect(new Set(sink.metricPoints.map(({ valueType }) => valueType))).toEqual(new Set(['double']));
    const io = sink.metricPoints.filter(
      ({ name, attributes }) =>
        name === 'frp.proxy.io' &&
        attributes['frp.proxy.name'] === 'web' &&
        attributes['frp.traffic.direction'] === 'out',
    );
    expect(io.map(({ temporality, value }) => [temporality, value])).toEqual([
      ['delta', 5000],
      ['delta', 0],
    ]);
    expect(io[1]?.startTimeUnixNano).toBe(io[0]?.timeUnixNano);
    expect(sink.metricPoints.find(({ name }) => name === 'frp.proxy.status')?.temporality).toBe('cumulative');
  });

  it('export again and again without being asked, as OTEL_METRIC_EXPORT_INTERVAL says', async () => {
    process.env.OTEL_METRIC_EXPORT_INTERVAL = '50';
    const telemetry = new Telemetry({ env: process.env }, source);
    tell(telemetry);
    await sink.waitFor('three exports of metrics', ({ requests }) => {
      return requests.filter(({ path }) => path === '/v1/metrics').length >= 3;
    });
    await telemetry.shutdown();
  });

  it('write to the console on request', async () => {
    const printed = jest.spyOn(console, 'dir').mockImplementation(() => {});
    const variables = { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'console' };
    const telemetry = new Telemetry({ env: variables }, source);
    tell(telemetry);
    await telemetry.forceFlush();
    await telemetry.shutdown();
    const shown = printed.mock.calls.map(([what]) => what);
    printed.mockRestore();
    expect(shown).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'frp.client.login' }),
        expect.objectContaining({ body: 'login to server success' }),
      ]),
    );
    expect(sink.requests).toEqual([]);
  });

  it('are not registered: the program’s own telemetry does not come to them', async () => {
    const telemetry = new Telemetry({ env: process.env }, source);
    tell(telemetry);
    await telemetry.forceFlush();
    expect([registeredMeterProvider(), registeredTracerProvider(), registeredLoggerProvider()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    await telemetry.shutdown();
  });

  it('give up a receiver that takes all and never answers, at the deadline', async () => {
    const held = new Set<ServerResponse>();
    let answers = false;
    const finalMetrics = new EventEmitter();
    const receiver = createServer((request, response) => {
      request.resume();
      if (answers && request.url === '/v1/metrics') response.once('finish', () => finalMetrics.emit('answered'));
      if (answers) response.end();
      else held.add(response);
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    try {
      const telemetry = new Telemetry({ env: process.env, deadlineMillis: 200 }, source);
      tell(telemetry);
      const before = performance.now();
      await telemetry.forceFlush();
      await telemetry.shutdown();
      const took = performance.now() - before;
      expect(took).toBeGreaterThanOrEqual(2 * 199);
      expect(took).toBeLessThan(5000);
      const said = diagnostics.warnings.map((text) => text.replace(/^\S+ /, '')).sort();
      expect(said).toEqual([
        ...Array(3).fill('flush: not done within 200 ms'),
        ...Array(3).fill('shutdown: not done within 200 ms'),
      ]);
    } finally {
      // What was given up still waits: it gets its answer, and the metrics their last export, so that nothing outlives the test.
      answers = true;
      const answered = once(finalMetrics, 'answered');
      for (const response of held) response.end();
      await answered;
      receiver.close();
      receiver.closeAllConnections();
    }
  });

  it('survive a receiver that is not there', async () => {
    await sink.stop();
    process.env.OTEL_EXPORTER_OTLP_TIMEOUT = '100';
    const telemetry = new Telemetry({ env: process.env, deadlineMillis: 200 }, source);
    tell(telemetry);
    await expect(telemetry.forceFlush()).resolves.toBeUndefined();
    await expect(telemetry.shutdown()).resolves.toBeUndefined();
  });
});

describe('registerFrpInstrumentation', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'frp-providers-'));
    copyFileSync('/bin/sh', path.join(folder, 'frpc')); // a program that is named like frpc and prints what it is told
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a program named frpc that prints one line in frp's format, until it is over. */
  const runFrpc = async (message: string) => {
    const line = `2026-11-21 10:20:30.456 [I] [client/service.go:295] ${message}`;
    const child = spawn(path.join(folder, 'frpc'), ['-c', `echo '${line}'; sleep 0.1`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.stdout.resume();
    await once(child, 'close');
  };
  const bodies = () => sink.logRecords.map(({ body }) => body);

  it('gives the same handle while it is registered', async () => {
    const handle = registerFrpInstrumentation();
    expect(registerFrpInstrumentation()).toBe(handle);
    expect(diagnostics.warnings).toEqual([]);
    expect(registerFrpInstrumentation({ maxProxies: 5 })).toBe(handle);
    expect(diagnostics.warnings).toEqual([expect.stringMatching(/options of a further call have no effect/)]);
    await handle.shutdown();
    const next = registerFrpInstrumentation();
    expect(next).not.toBe(handle);
    await next.shutdown();
  });

  it('still refuses wrong options while it is registered', async () => {
    const handle = registerFrpInstrumentation();
    expect(() => registerFrpInstrumentation({ maxProxies: 0 })).toThrow('maxProxies');
    await handle.shutdown();
  });

  it('refuses a listener of an event that there is not', async () => {
    const handle = registerFrpInstrumentation();
    expect(() => handle.on('frp.proxy.error' as 'proxy.error', () => {})).toThrow(
      /on: expected one of server\.started, .*, received "frp\.proxy\.error"/,
    );
    await handle.shutdown();
  });

  it('keeps the fault of a diag logger away from the program', async () => {
    const warn = () => {
      throw new Error('a logger of the program');
    };
    diag.setLogger({ error: warn, warn, info: warn, debug: warn, verbose: warn }, { suppressOverrideMessage: true });
    const handle = registerFrpInstrumentation();
    expect(() => registerFrpInstrumentation({ maxProxies: 5 })).not.toThrow();
    await runFrpc('said');
    await handle.shutdown();
    expect(bodies()).toEqual(['said']);
  });

  it('works again after it was shut down, and exports each line once', async () => {
    const first = registerFrpInstrumentation();
    await runFrpc('first');
    await first.shutdown();
    expect(bodies()).toEqual(['first']);
    await runFrpc('unobserved');
    const second = registerFrpInstrumentation();
    await runFrpc('second');
    await second.shutdown();
    expect(bodies()).toEqual(['first', 'second']);
    await expect(first.shutdown()).resolves.toBeUndefined(); // once more, without effect
  });

  it('does nothing at all with OTEL_SDK_DISABLED=true', async () => {
    process.env.OTEL_SDK_DISABLED = 'true';
    const handle = registerFrpInstrumentation({ prometheus: { port: 0 } });
    await runFrpc('unobserved');
    expect(handle.snapshot()).toEqual({ instances: [] });
    expect(handle.metricsUrl).toBeUndefined();
    expect(handle.on('client.connected', () => {})()).toBeUndefined();
    await handle.forceFlush();
    await handle.shutdown();
    expect(sink.requests).toEqual([]);
  });
});
