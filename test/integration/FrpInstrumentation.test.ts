import { type StdioPipe, spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { type IMetricReader, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { FrpInstrumentation, type FrpInstrumentationConfig } from '../../src/FrpInstrumentation.js';
import { registerFrpInstrumentation } from '../../src/registerFrpInstrumentation.js';
import { SCOPE } from '../../src/telemetry/scope.js';
import { withFrp } from '../../src/telemetry/withFrp.js';
import { Children, copyShellAs, exitOf, fixture, writeObedientScript } from '../sources/fakeFrp.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { waitUntil } from '../support/waitUntil.js';
import { DiagRecorder } from '../telemetry/DiagRecorder.js';
import { metricsOfScope } from '../telemetry/metricPoints.js';
import { temporaryFolder } from '../tools/fakePrograms.js';

const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];
const CLIENT = `frpc@${hostname()}`;
const LOG = fixture('frpc.console.log');
const SOON = { collectionIntervalMillis: 100 };

/** What `registerInstrumentations` and NodeSDK expect of an instrumentation, as the interface of the package has it. */
interface Instrumentation {
  instrumentationName: string;
  instrumentationVersion: string;
  enable(): void;
  disable(): void;
  setTracerProvider(provider: ReturnType<typeof trace.getTracerProvider>): void;
  setMeterProvider(provider: ReturnType<typeof metrics.getMeterProvider>): void;
  setLoggerProvider?(provider: ReturnType<typeof logs.getLoggerProvider>): void;
  setConfig(config: { enabled?: boolean }): void;
  getConfig(): { enabled?: boolean };
}

/** The calls of `registerInstrumentations`, in its order, with the registered providers where none are passed in. */
const registerInstrumentations = (
  instrumentation: Instrumentation,
  providers: Partial<ReturnType<typeof program>['providers']> = {},
): (() => void) => {
  instrumentation.setTracerProvider(providers.tracerProvider ?? trace.getTracerProvider());
  instrumentation.setMeterProvider(providers.meterProvider ?? metrics.getMeterProvider());
  instrumentation.setLoggerProvider?.(providers.loggerProvider ?? logs.getLoggerProvider());
  if (!instrumentation.getConfig().enabled) instrumentation.enable();
  return () => instrumentation.disable();
};

/** The calls of NodeSDK's `start()`, in its order: instrumentations before providers, and of those the meter provider alone is told. */
const startNodeSdk = (instrumentation: Instrumentation, { providers }: ReturnType<typeof program>): void => {
  registerInstrumentations(instrumentation);
  trace.setGlobalTracerProvider(providers.tracerProvider);
  logs.setGlobalLoggerProvider(providers.loggerProvider);
  metrics.setGlobalMeterProvider(providers.meterProvider);
  instrumentation.setMeterProvider(metrics.getMeterProvider());
};

class ManualReader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

const program = (wrap: (reader: IMetricReader) => IMetricReader = (reader) => reader) => {
  const reader = new ManualReader();
  const logExporter = new InMemoryLogRecordExporter();
  const spanExporter = new InMemorySpanExporter();
  const collected = async () => metricsOfScope((await reader.collect()).resourceMetrics, SCOPE.name);
  return {
    providers: {
      meterProvider: new MeterProvider({ readers: [wrap(reader)] }),
      loggerProvider: new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logExporter })] }),
      tracerProvider: new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })] }),
    },
    metrics: collected,
    metricNames: async () => new Set((await collected()).map(({ descriptor }) => descriptor.name)),
    records: () => logExporter.getFinishedLogRecords().length,
    events: () => logExporter.getFinishedLogRecords().flatMap(({ eventName }) => eventName ?? []),
    spanNames: () => spanExporter.getFinishedSpans().map(({ name }) => name),
  };
};

const made: FrpInstrumentation[] = [];
const make = (config?: FrpInstrumentationConfig): FrpInstrumentation => {
  const instrumentation = new FrpInstrumentation({ ...SOON, ...config });
  made.push(instrumentation);
  return instrumentation;
};

let folder: ReturnType<typeof temporaryFolder>;
let children: Children;
let diagnostics: DiagRecorder;
let frpc: string;
let obey: string;
const environment = { ...process.env };
beforeEach(() => {
  for (const signal of ['TRACES', 'METRICS', 'LOGS']) process.env[`OTEL_${signal}_EXPORTER`] = 'none';
  folder = temporaryFolder();
  children = new Children();
  diagnostics = new DiagRecorder();
  frpc = copyShellAs(folder.path, 'frpc');
  obey = writeObedientScript(folder.path);
});
afterEach(async () => {
  await Promise.all(made.map(({ handle }) => handle?.shutdown()));
  for (const instrumentation of made.splice(0)) instrumentation.disable();
  await children[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
  diagnostics[Symbol.dispose]();
  metrics.disable();
  trace.disable();
  logs.disable();
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  Object.assign(process.env, environment);
});

const startFrpc = (log = LOG) => {
  const child = children.add(spawn(frpc, [obey], { stdio: STDIO }));
  child.stdin.write(`${log}\n`);
  return child;
};
const isObserved = (instrumentation: FrpInstrumentation) => instrumentation.handle?.snapshot().instances.length === 1;

describe('new FrpInstrumentation()', () => {
  it('is an Instrumentation, enabled when it is made', () => {
    const instrumentation: Instrumentation = make();
    expect(instrumentation).toMatchObject({
      instrumentationName: 'opentelemetry-instrumentation-frp',
      instrumentationVersion: SCOPE.version,
    });
    expect(instrumentation.getConfig()).toEqual({ enabled: true, ...SOON });
    expect(make({ enabled: false }).handle).toBeUndefined();
  });

  it.each<[what: string, config: () => unknown, message: RegExp]>([
    ['a wrong option', () => ({ maxProxies: 0 }), /maxProxies/],
    ['what is no boolean', () => ({ enabled: 'yes' }), /enabled: expected true or false, received string/],
    ['an unknown option', () => ({ unknown: 1 }), /unknown/],
    ['null', () => null, /expected an object, received null/],
    [
      'a getter that throws',
      () => ({
        get sockets() {
          throw new Error('of the program');
        },
      }),
      /an option cannot be read/,
    ],
  ])('refuses %s, and observes nothing', (_, wrong, message) => {
    const config = wrong();
    expect(() => new FrpInstrumentation(config as FrpInstrumentationConfig)).toThrow(message);
    const instrumentation = make({ enabled: false });
    expect(() => instrumentation.setConfig(config as FrpInstrumentationConfig)).toThrow(message);
    expect(instrumentation.getConfig()).toEqual({ enabled: false, ...SOON });
    expect(instrumentation.handle).toBeUndefined();
  });

  it('gives NodeSDK users everything with wrapped readers', async () => {
    const user = program(withFrp);
    const instrumentation = make();
    startNodeSdk(instrumentation, user);
    startFrpc();
    await waitUntil('the log', () => user.events().includes('frp.client.connected'));
    await waitUntil('a sample', async () => (await user.metricNames()).has('frp.process.memory.usage'));
    const names = await user.metricNames();
    expect(names).toContain('frp.client.connected');
    expect(names).toContain('frp.client.login.duration');
    expect(user.spanNames()).toContain('frp.client.login');
    await user.providers.meterProvider.shutdown();
  });

  it('gives them plain instruments without, and says once how to have everything', async () => {
    const user = program();
    const instrumentation = make();
    startNodeSdk(instrumentation, user);
    startFrpc();
    await waitUntil('the metrics', async () => (await user.metricNames()).has('frp.client.connected'));
    expect(await user.metricNames()).not.toContain('frp.client.login.duration');
    registerInstrumentations(instrumentation);
    instrumentation.setMeterProvider(metrics.getMeterProvider());
    startFrpc();
    await waitUntil('the second', () => instrumentation.handle?.snapshot().instances.length === 2);
    expect(diagnostics.infos.filter((text) => text.includes('metricReaders: [withFrp(reader)]'))).toHaveLength(1);
    expect([diagnostics.warnings.filter((text) => !text.includes('config')), diagnostics.errors]).toEqual([[], []]);
  });

  it('takes the providers of registerInstrumentations, moves to others, and one metric has one value', async () => {
    const [first, second] = [program(), program()];
    const instrumentation = make({ enabled: false });
    registerInstrumentations(instrumentation, first.providers); // enables it, whatever its config says
    expect(instrumentation.getConfig().enabled).toBe(false);
    const child = startFrpc();
    await waitUntil('the metrics', async () => (await first.metricNames()).has('frp.client.connected'));
    registerInstrumentations(instrumentation, first.providers);
    registerInstrumentations(instrumentation, second.providers);
    await waitUntil('the metrics there', async () => (await second.metricNames()).has('frp.client.connected'));
    const before = first.records();
    child.stdin.write(`${LOG}\n`);
    await waitUntil('the log there', () => second.records() > 0);
    expect(first.records()).toBe(before);
    const up = (await second.metrics()).filter(({ descriptor }) => descriptor.name === 'frp.process.up');
    expect(up.map(({ dataPoints }) => dataPoints.length)).toEqual([1]);
  });

  it('makes no providers of its own: without an SDK nothing leaves the program', async () => {
    await using sink = await OtlpSink.start();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = sink.url;
    for (const signal of ['TRACES', 'METRICS', 'LOGS']) delete process.env[`OTEL_${signal}_EXPORTER`];
    const instrumentation = make();
    startFrpc();
    await waitUntil('the log', () => instrumentation.handle?.snapshot().instances[0]?.client?.connected === true);
    await instrumentation.handle?.shutdown();
    expect(sink.requests).toEqual([]);
    expect(diagnostics.errors).toEqual([]);
  });

  it('does nothing with OTEL_SDK_DISABLED', () => {
    process.env.OTEL_SDK_DISABLED = 'true';
    const instrumentation = make();
    registerInstrumentations(instrumentation);
    instrumentation.enable();
    expect(instrumentation.handle).toBeUndefined();
    instrumentation.disable();
  });
});

describe('enabling and disabling', () => {
  it('ends what is observed, and begins anew with the child that still runs, its counters from now on', async () => {
    const user = program(withFrp);
    const instrumentation = make();
    const child = startFrpc();
    registerInstrumentations(instrumentation, user.providers);
    const lines = () => instrumentation.handle?.snapshot().instances[0]?.logLines;
    await waitUntil('the log', () => (lines()?.known ?? 0) > 5);
    const first = instrumentation.handle?.snapshot().instances[0];
    instrumentation.disable();
    instrumentation.disable();
    expect(instrumentation.handle).toBeUndefined();
    instrumentation.enable();
    instrumentation.enable();
    await waitUntil('it is observed again', () => isObserved(instrumentation));
    const again = instrumentation.handle?.snapshot().instances[0];
    expect(again).toMatchObject({ name: CLIENT, process: { pid: child.pid, restarts: 0 } });
    expect(again?.since).toBeGreaterThan(first?.since ?? 0);
    expect(again?.logLines ?? { known: 0, unknown: 0 }).toEqual({ known: 0, unknown: 0 });
    const before = user.records();
    child.stdin.write(`${LOG.split('\n')[0]}\n`);
    await waitUntil('its next line', () => user.records() > before);
    expect(user.records()).toBe(before + 1); // told once
    child.stdin.write('exit 0\n');
    await exitOf(child);
    await waitUntil('its end', () => instrumentation.handle?.snapshot().instances[0]?.endedAt !== undefined);
    await user.providers.meterProvider.shutdown();
  });

  it('takes the instruments away when it is disabled', async () => {
    const { providers, metricNames } = program();
    const callbacks = new Set<unknown>();
    const meter = providers.meterProvider.getMeter(SCOPE.name, SCOPE.version);
    const meterProvider = {
      getMeter: () =>
        Object.assign(Object.create(meter) as typeof meter, {
          addBatchObservableCallback: (...args: Parameters<typeof meter.addBatchObservableCallback>) => {
            callbacks.add(args[0]);
            meter.addBatchObservableCallback(...args);
          },
          removeBatchObservableCallback: (...args: Parameters<typeof meter.addBatchObservableCallback>) => {
            callbacks.delete(args[0]);
            meter.removeBatchObservableCallback(...args);
          },
        }),
    };
    const instrumentation = make();
    registerInstrumentations(instrumentation, { ...providers, meterProvider } as never);
    startFrpc();
    await waitUntil('the metrics', async () => (await metricNames()).has('frp.client.connected'));
    expect(callbacks.size).toBe(1);
    instrumentation.disable();
    await waitUntil('them to be gone', () => callbacks.size === 0);
    expect(diagnostics.errors).toEqual([]);
  });

  it('with registerFrpInstrumentation is one observation, which ends when nobody wants it any more', async () => {
    const handle = registerFrpInstrumentation(SOON);
    const one = make();
    const two = make();
    expect([one.handle, two.handle]).toEqual([handle, handle]);
    const child = startFrpc();
    await waitUntil('it is observed', () => handle.snapshot().instances.length === 1);
    one.disable();
    two.disable();
    child.stdin.write('exit 0\n');
    await exitOf(child);
    await waitUntil('its end', () => handle.snapshot().instances[0]?.endedAt !== undefined); // the program has it still
    one.enable();
    await handle.shutdown();
    const next = registerFrpInstrumentation(SOON);
    expect(next).not.toBe(handle);
    one.enable();
    expect(one.handle).toBe(next);
    await next.shutdown();
  });

  it('of two ends with the last of them', async () => {
    const one = make();
    const two = make();
    const { handle } = one;
    one.disable();
    expect(two.handle).toBe(handle);
    startFrpc();
    await waitUntil('it is observed', () => isObserved(two));
    two.disable();
    const three = make();
    expect(three.handle).not.toBe(handle);
  });
});
