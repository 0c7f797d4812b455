import { type StdioPipe, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TracerProvider as ApiTracerProvider } from '@opentelemetry/api';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { FrpOptionsError } from '../../src/config/FrpInstrumentationOptions.js';
import { FrpInstrumentation } from '../../src/FrpInstrumentation.js';
import type { FrpInstrumentationHandle } from '../../src/observation/FrpInstrumentationHandle.js';
import { registerFrpInstrumentation } from '../../src/registerFrpInstrumentation.js';
import { withFrp } from '../../src/telemetry/withFrp.js';
import { Children, copyShellAs, fixture, plainLines, writeObedientScript } from '../sources/fakeFrp.js';
import { waitUntil } from '../support/waitUntil.js';
import { DiagRecorder } from '../telemetry/DiagRecorder.js';
import { temporaryFolder } from '../tools/fakePrograms.js';

const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];
const NOBODY = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' };
const ERRORS_OF_OURS = /a fault of the frp instrumentation/;

let diagnostics: DiagRecorder;
let children: Children;
let instrumentation: FrpInstrumentation;
beforeEach(() => {
  Object.assign(process.env, NOBODY);
  diagnostics = new DiagRecorder();
  children = new Children();
  instrumentation = new FrpInstrumentation({ enabled: false, collectionIntervalMillis: 100 });
});
afterEach(async () => {
  const { handle } = instrumentation;
  instrumentation.disable();
  await handle?.shutdown();
  await children[Symbol.asyncDispose]();
  expect(diagnostics.errors.filter((text) => ERRORS_OF_OURS.test(text))).toEqual([]);
  diagnostics[Symbol.dispose]();
  for (const name of Object.keys(NOBODY)) delete process.env[name];
});

/** The handle of what is enabled. */
const handleOf = ({ handle }: FrpInstrumentation): FrpInstrumentationHandle => {
  if (handle === undefined) throw new Error('it is not enabled');
  return handle;
};
const tell = (handle: FrpInstrumentationHandle, lines: number) => {
  handle.record({ kind: 'process.started', target: 'mine', role: 'client', config: 'serverAddr = "frp.example.com"' });
  for (let line = 0; line < lines; line += 1) handle.record({ kind: 'log.line', target: 'mine', text: 'hello' });
};
const say = (handle: FrpInstrumentationHandle, text: string) => {
  const time = new Date().toISOString().slice(0, 23).replace('T', ' ');
  handle.record({ kind: 'log.line', target: 'mine', text: `${time} [I] [client/service.go:312] ${text}` });
};
const beginLogin = (handle: FrpInstrumentationHandle) => say(handle, 'try to connect to server...');

/** A meter provider that pushes what was added since the last time. */
const pushing = (wrap: typeof withFrp = withFrp) => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [wrap(reader)] });
  const metrics = () => exporter.getMetrics().flatMap((each) => each.scopeMetrics.flatMap((scope) => scope.metrics));
  return {
    meterProvider,
    values: (name: string) =>
      metrics()
        .filter(({ descriptor, dataPoints }) => descriptor.name === name && dataPoints.length > 0)
        .flatMap(({ dataPoints }) => dataPoints.map(({ value }) => value)),
    reset: () => exporter.reset(),
  };
};
const tracing = () => {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  return { tracerProvider, ended: () => exporter.getFinishedSpans().map(({ name, status }) => [name, status]) };
};
const UNSET = { code: 0 };

/** The time of now as frp writes it. */
const localTime = (): string => {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().replace('T', ' ').slice(0, 23);
};

describe('a handle that was shut down', () => {
  it('takes nothing new, and is no handle any more', async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    instrumentation.enable();
    const handle = handleOf(instrumentation);
    await handle.shutdown();
    expect(instrumentation.handle).toBeUndefined();
    const over = new FrpOptionsError('observe: the instrumentation was shut down: register again');
    expect(() => handle.observe({ role: 'server', api: `http://a:b@127.0.0.1:${port}` })).toThrow(over);
    expect(() => tell(handle, 1)).toThrow(/record: the instrumentation was shut down: register again/);
    expect([handle.snapshot(), requests]).toEqual([{ instances: [] }, 0]);
    instrumentation.enable();
    expect(handleOf(instrumentation)).not.toBe(handle);
    server.close();
  });
});

describe('the last counts', () => {
  it.each([
    ['disable() and enable()', () => instrumentation.enable()],
    ['disable() alone', () => {}],
  ])('are in the last export of a wrapped reader after %s', async (_, next) => {
    const { meterProvider, values, reset } = pushing();
    instrumentation.setMeterProvider(meterProvider);
    instrumentation.enable();
    const handle = handleOf(instrumentation);
    tell(handle, 7);
    await handle.forceFlush(); // the providers are decided
    reset();
    say(handle, 'hello again');
    instrumentation.disable();
    next();
    await handle.shutdown();
    expect(values('frp.telemetry.log.lines').reduce((sum: number, value) => sum + Number(value), 0)).toBe(1);
    await meterProvider.shutdown();
  });

  it('of two registrations, one after the other without waiting, are each told once', async () => {
    const { meterProvider, values } = pushing();
    const first = registerFrpInstrumentation({ meterProvider });
    tell(first, 3);
    const ending = first.shutdown();
    const second = registerFrpInstrumentation({ meterProvider });
    tell(second, 4);
    await ending;
    await second.shutdown();
    const lines = values('frp.telemetry.log.lines').filter((value) => value !== 0);
    expect(lines).toEqual([3, 4]);
    await meterProvider.shutdown();
  });
});

describe('spans that are open', () => {
  it.each<[what: string, end: (handle: FrpInstrumentationHandle) => unknown]>([
    ['shutdown()', (handle) => handle.shutdown()],
    ['disable()', () => instrumentation.disable()],
  ])('end with %s, and did not fail', async (_, end) => {
    const { tracerProvider, ended } = tracing();
    instrumentation.setTracerProvider(tracerProvider as ApiTracerProvider);
    instrumentation.enable();
    const handle = handleOf(instrumentation);
    tell(handle, 0);
    beginLogin(handle);
    await handle.forceFlush();
    expect(ended()).toEqual([]);
    end(handle);
    await handle.shutdown();
    expect(ended()).toEqual([['frp.client.login', UNSET]]);
  });

  it('end with unobserve(), of the one that is let go', async () => {
    using folder = temporaryFolder();
    const { tracerProvider, ended } = tracing();
    instrumentation.setTracerProvider(tracerProvider as ApiTracerProvider);
    instrumentation.enable();
    const handle = handleOf(instrumentation);
    tell(handle, 0);
    beginLogin(handle); // of another one
    const frpc = copyShellAs(folder.path, 'frpc');
    const child = children.add(spawn(frpc, [writeObedientScript(folder.path)], { stdio: STDIO }));
    const observed = handle.observe(child);
    const lines = () => handle.snapshot().instances.find(({ name }) => name === observed.instance)?.logLines?.known;
    const attempt = plainLines(fixture('frpc.console.log')).find((line) => line.includes('try to connect'));
    // Of now: a line of another hour is taken for one of another time zone, and may be some minutes old then.
    child.stdin.write(`${attempt?.replace(/^\S+ \S+/, localTime())}\n`);
    await waitUntil('its line', () => (lines() ?? 0) > 0);
    await handle.forceFlush();
    handle.unobserve(observed);
    expect(ended().filter(([name]) => name === 'frp.client.login')).toEqual([['frp.client.login', UNSET]]);
  });
});

describe('a meter provider that takes the place of another', () => {
  it.each<[what: string, wrap: typeof withFrp]>([
    ['with wrapped readers, too', withFrp],
    ['whose readers are plain', (reader) => reader],
  ])('%s: each count is exported by one of them', async (_, wrap) => {
    const [before, after] = [pushing(), pushing(wrap)];
    instrumentation.setMeterProvider(before.meterProvider);
    instrumentation.enable();
    const handle = handleOf(instrumentation);
    tell(handle, 3);
    await handle.forceFlush();
    instrumentation.setMeterProvider(after.meterProvider);
    await handle.forceFlush();
    expect(before.values('frp.client.connected')).not.toEqual([]);
    expect(after.values('frp.client.connected')).toHaveLength(1);
    before.reset();
    after.reset();
    await before.meterProvider.forceFlush();
    await after.meterProvider.forceFlush();
    expect(before.values('frp.client.connected')).toEqual([]);
    expect(after.values('frp.client.connected')).toHaveLength(1);
    await Promise.all([before.meterProvider.shutdown(), after.meterProvider.shutdown()]);
  });
});

describe('a frp that is named by its pid, and then as a child', () => {
  it('has its log from then on, and is the same', async () => {
    using folder = temporaryFolder();
    const exporter = new InMemoryLogRecordExporter();
    const frpc = copyShellAs(folder.path, 'frpc');
    const child = children.add(spawn(frpc, [writeObedientScript(folder.path)], { stdio: STDIO }));
    instrumentation.setLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }));
    instrumentation.enable();
    const handle = handleOf(instrumentation);
    const observed = await waitUntil('it is frpc', () => {
      try {
        return handle.observe({ pid: child.pid ?? 0 });
      } catch {
        return undefined; // the shell is not executed yet
      }
    });
    const name = await waitUntil('it is observed', () => observed.instance);
    expect(handle.observe(child)).toBe(observed);
    await waitUntil('it is observed again', () => observed.instance);
    child.stdin.write(fixture('frpc.console.log'));
    await waitUntil('its log', () => exporter.getFinishedLogRecords().some(({ body }) => body !== undefined));
    expect(observed.instance).toBe(name);
    expect(handle.snapshot().instances).toMatchObject([{ name, process: { pid: child.pid, restarts: 0 } }]);
  });
});

describe('a line that a program records', () => {
  it('came by no stream that we know of, unless the program says so', async () => {
    const exporter = new InMemoryLogRecordExporter();
    instrumentation.setLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }));
    instrumentation.enable();
    const handle = handleOf(instrumentation);
    tell(handle, 1);
    handle.record({ kind: 'log.line', target: 'mine', text: 'hello', stream: 'stdout' });
    await handle.forceFlush();
    expect(exporter.getFinishedLogRecords().map(({ attributes }) => attributes['log.iostream'])).toEqual([
      undefined,
      'stdout',
    ]);
  });
});
