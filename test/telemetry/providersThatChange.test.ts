import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { metrics, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { FrpSignal } from '../../src/model/FrpSignal.js';
import { SCOPE } from '../../src/telemetry/scope.js';
import { Telemetry } from '../../src/telemetry/Telemetry.js';
import type { TelemetryOptions } from '../../src/telemetry/TelemetryOptions.js';
import { waitUntil } from '../support/waitUntil.js';
import { DiagRecorder } from './DiagRecorder.js';
import { connected, frpc, lineAt } from './events.js';
import { metricsOfScope } from './metricPoints.js';
import { at, richSnapshot } from './snapshots.js';

class ManualReader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

/** Providers as a program has them, with what came to them. */
const program = () => {
  const reader = new ManualReader();
  const logExporter = new InMemoryLogRecordExporter();
  const spanExporter = new InMemorySpanExporter();
  return {
    meterProvider: new MeterProvider({ readers: [reader] }),
    loggerProvider: new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logExporter })] }),
    tracerProvider: new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })] }),
    metricNames: async () =>
      metricsOfScope((await reader.collect()).resourceMetrics, SCOPE.name).map(({ descriptor }) => descriptor.name),
    bodies: () => logExporter.getFinishedLogRecords().map(({ body }) => body),
    spanCount: () => spanExporter.getFinishedSpans().length,
  };
};
const NOWHERE = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

let reads: number;
let diagnostics: DiagRecorder;
let telemetry: Telemetry;
const start = (options: Partial<TelemetryOptions> = {}) => {
  const snapshot = () => {
    reads += 1;
    return richSnapshot();
  };
  telemetry = new Telemetry({ env: NOWHERE, ...options }, { snapshot });
  return telemetry;
};
const tell = (body: string) => telemetry.receive(lineAt(at(2), 'I', body), frpc, [connected({ from: 1, to: 2 })]);
const SAMPLED: FrpSignal = {
  kind: 'process.sampled',
  time: at(3),
  target: 1,
  resources: {
    cpuUser: 0,
    cpuSystem: 0,
    cpuCount: 1,
    memoryResident: 1,
    memoryVirtual: 1,
    threads: 1,
    openFiles: 1,
    maxOpenFiles: 1,
    stopped: false,
  },
};

beforeEach(() => {
  reads = 0;
  diagnostics = new DiagRecorder();
});
afterEach(async () => {
  await telemetry.shutdown();
  metrics.disable();
  trace.disable();
  logs.disable();
  diagnostics[Symbol.dispose]();
});

describe('providers that the program sets', () => {
  it('before the first signal are those that are used, rather than the registered ones', async () => {
    const [registered, set] = [program(), program()];
    metrics.setGlobalMeterProvider(registered.meterProvider);
    logs.setGlobalLoggerProvider(registered.loggerProvider);
    trace.setGlobalTracerProvider(registered.tracerProvider);
    start();
    telemetry.setProviders(set);
    tell('1');
    await telemetry.forceFlush();
    expect([set.bodies(), set.spanCount()]).toEqual([['1'], 1]);
    expect(await set.metricNames()).toContain('frp.client.connected');
    expect([registered.bodies(), registered.spanCount(), await registered.metricNames()]).toEqual([[], 0, []]);
  });

  it('later take over: instruments move, what comes next goes there', async () => {
    const [first, second] = [program(), program()];
    start();
    telemetry.setProviders(first);
    tell('1');
    await telemetry.forceFlush();
    telemetry.setProviders(second);
    await telemetry.forceFlush();
    tell('2');
    expect([first.bodies(), second.bodies()]).toEqual([['1'], ['2']]);
    expect([first.spanCount(), second.spanCount()]).toEqual([1, 1]);
    expect(await second.metricNames()).toContain('frp.client.connected');
    const before = reads;
    await first.metricNames();
    expect(reads).toBe(before); // its callback is gone
  });

  it('one at a time leave the other two where they are', async () => {
    const [first, second] = [program(), program()];
    start();
    telemetry.setProviders(first);
    tell('1');
    await telemetry.forceFlush();
    telemetry.setProviders({ loggerProvider: second.loggerProvider });
    await telemetry.forceFlush();
    tell('2');
    expect([first.bodies(), second.bodies()]).toEqual([['1'], ['2']]);
    expect([first.spanCount(), second.spanCount()]).toEqual([2, 0]);
    expect([await first.metricNames(), await second.metricNames()]).toEqual([
      expect.arrayContaining(['frp.client.connected']),
      [],
    ]);
  });

  it('give way to those that were passed in', async () => {
    const [passed, set] = [program(), program()];
    start(passed);
    telemetry.setProviders(set);
    tell('1');
    await telemetry.forceFlush();
    expect([passed.bodies(), set.bodies(), await set.metricNames()]).toEqual([['1'], [], []]);
  });

  it('twice observe once', async () => {
    const set = program();
    start();
    telemetry.setProviders(set);
    tell('1');
    await telemetry.forceFlush();
    telemetry.setProviders(set);
    telemetry.setProviders({ meterProvider: set.meterProvider });
    await telemetry.forceFlush();
    reads = 0;
    await set.metricNames();
    expect(reads).toBe(1);
  });

  it('that stand for none leave our own in place', async () => {
    start();
    telemetry.setProviders({
      meterProvider: metrics.getMeterProvider(),
      loggerProvider: logs.getLoggerProvider(),
      tracerProvider: new ProxyTracerProvider(),
    });
    tell('1');
    await telemetry.forceFlush();
    const set = program();
    telemetry.setProviders(set);
    await telemetry.forceFlush();
    tell('2');
    expect(set.bodies()).toEqual(['2']);
    expect(diagnostics.errors).toEqual([]);
  });

  it('while the first are made ready are not lost', async () => {
    const [first, second] = [program(), program()];
    start();
    telemetry.setProviders(first);
    tell('1');
    telemetry.setProviders(second);
    await telemetry.forceFlush();
    tell('2');
    expect([...first.bodies(), ...second.bodies()]).toEqual(['1', '2']);
    expect(second.bodies()).toContain('2');
    expect(await second.metricNames()).toContain('frp.client.connected');
  });

  it('and break are said once, and the others go on', async () => {
    const set = program();
    const getMeter = () => {
      throw new Error('no meters today');
    };
    start({ ownProviders: false });
    telemetry.setProviders({ ...set, meterProvider: { getMeter } });
    tell('1');
    await telemetry.forceFlush();
    for (let sample = 0; sample < 3; sample += 1) telemetry.receive(SAMPLED, frpc, []);
    await telemetry.forceFlush();
    expect(set.bodies()).toEqual(['1']);
    expect(diagnostics.errors).toEqual([expect.stringContaining('no meters today')]);
  });
});

describe('without providers of our own', () => {
  it('nothing is exported where the program has none, and nothing is said', async () => {
    start({ ownProviders: false, env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' } });
    tell('1');
    await telemetry.forceFlush();
    await telemetry.shutdown();
    expect([diagnostics.warnings, diagnostics.errors]).toEqual([[], []]);
  });

  it('what is registered after the first signal is found by itself', async () => {
    start({ ownProviders: false });
    telemetry.setProviders({
      meterProvider: metrics.getMeterProvider(),
      loggerProvider: logs.getLoggerProvider(),
      tracerProvider: trace.getTracerProvider(),
    });
    tell('nobody is there');
    await telemetry.forceFlush();
    const registered = program();
    metrics.setGlobalMeterProvider(registered.meterProvider);
    logs.setGlobalLoggerProvider(registered.loggerProvider);
    trace.setGlobalTracerProvider(registered.tracerProvider);
    telemetry.receive(SAMPLED, frpc, []);
    await waitUntil('the instruments', async () => (await registered.metricNames()).includes('frp.client.connected'));
    await telemetry.forceFlush();
    tell('1');
    expect([registered.bodies(), registered.spanCount()]).toEqual([['1'], 1]);
  });
});

describe('a provider that never answers', () => {
  it('keeps neither the one that takes its place nor the end waiting beyond the deadline', async () => {
    const never = () => new Promise<void>(() => {});
    const stuck = program();
    for (const provider of [stuck.meterProvider, stuck.loggerProvider, stuck.tracerProvider]) {
      Object.assign(provider, { forceFlush: never, shutdown: never });
    }
    const next = program();
    start({ deadlineMillis: 50 });
    telemetry.setProviders(stuck);
    tell('1');
    await telemetry.delivered();
    telemetry.setProviders(next);
    await telemetry.forceFlush();
    tell('2');
    expect(next.bodies()).toEqual(['2']);
    telemetry.setProviders(stuck);
    const asked = performance.now();
    await telemetry.shutdown();
    expect(performance.now() - asked).toBeLessThan(2_000);
  });
});
