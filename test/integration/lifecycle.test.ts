import { type StdioPipe, spawn } from 'node:child_process';
import diagnosticsChannel from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { FrpInstrumentationOptions } from '../../src/config/FrpInstrumentationOptions.js';
import type { FrpInstrumentationHandle } from '../../src/observation/FrpInstrumentationHandle.js';
import { registerFrpInstrumentation } from '../../src/registerFrpInstrumentation.js';
import { Children, copyShellAs, fixture, writeObedientScript } from '../sources/fakeFrp.js';
import { runModule } from '../sources/runModule.js';
import { waitUntil } from '../support/waitUntil.js';
import { DiagRecorder } from '../telemetry/DiagRecorder.js';
import { temporaryFolder } from '../tools/fakePrograms.js';

const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];
const LOG = fixture('frpc.console.log');
const NOBODY = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' };
const never = () => new Promise<void>(() => {});

let folder: ReturnType<typeof temporaryFolder>;
let children: Children;
let diagnostics: DiagRecorder;
let frpc: string;
let obey: string;
let records: InMemoryLogRecordExporter;
let handles: FrpInstrumentationHandle[];
beforeEach(() => {
  Object.assign(process.env, NOBODY);
  folder = temporaryFolder();
  children = new Children();
  diagnostics = new DiagRecorder();
  frpc = copyShellAs(folder.path, 'frpc');
  obey = writeObedientScript(folder.path);
  records = new InMemoryLogRecordExporter();
  handles = [];
});
afterEach(async () => {
  await Promise.all(handles.map((handle) => handle.shutdown()));
  await children[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
  diagnostics[Symbol.dispose]();
  for (const name of Object.keys(NOBODY)) delete process.env[name];
});

const providers = () => ({
  loggerProvider: new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] }),
  tracerProvider: new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: new InMemorySpanExporter() })],
  }),
  meterProvider: new MeterProvider(),
});
const register = (options: FrpInstrumentationOptions = {}) => {
  const handle = registerFrpInstrumentation({ collectionIntervalMillis: 100, ...options });
  handles.push(handle);
  return handle;
};
const start = () => {
  const child = children.add(spawn(frpc, [obey], { stdio: STDIO }));
  child.stdin.write(LOG);
  return child;
};
const isConnected = (handle: FrpInstrumentationHandle) => handle.snapshot().instances[0]?.client?.connected === true;

describe('providers of the program', () => {
  it('that are shut down before us: what comes then goes nowhere, and nothing is an error', async () => {
    const mine = providers();
    const handle = register(mine);
    const child = start();
    await waitUntil('the log', () => isConnected(handle));
    await Promise.all(Object.values(mine).map((provider) => provider.shutdown()));
    const lines = () => handle.snapshot().instances[0]?.logLines?.known ?? 0;
    const before = lines();
    child.stdin.write(LOG);
    await waitUntil('more of it', () => lines() > before);
    const asked = performance.now();
    await handle.forceFlush();
    await handle.shutdown();
    expect(performance.now() - asked).toBeLessThan(2_000);
    expect(diagnostics.errors.filter((text) => text.includes(' a fault of the frp instrumentation'))).toEqual([]);
  });

  it('that throw at every call do not end the program, nor the others', async () => {
    const broken = () => {
      throw new Error('of the program');
    };
    const handle = register({
      ...providers(),
      tracerProvider: { getTracer: () => ({ startSpan: broken, startActiveSpan: broken }) },
    });
    start();
    await waitUntil('the log', () => isConnected(handle));
    await handle.shutdown();
    expect(diagnostics.errors.length).toBeGreaterThan(0);
  });
});

describe('shutting down', () => {
  it('during start-up keeps what had come until then', async () => {
    const handle = register(providers());
    const told = new Promise((resolve) => handle.on('client.connected', resolve));
    start();
    await told; // in the turn in which the providers are asked for
    await handle.shutdown();
    expect(records.getFinishedLogRecords().map(({ eventName }) => eventName)).toContain('frp.client.connected');
    expect(diagnostics.errors).toEqual([]);
  });

  it('is one, however often it is asked, and a call of register meanwhile starts anew', async () => {
    const first = register(providers());
    const ending = first.shutdown();
    expect(first.shutdown()).toBe(ending);
    const second = register(providers());
    expect(second).not.toBe(first);
    await ending;
    start();
    await waitUntil('the second to see it', () => second.snapshot().instances.length === 1);
    expect(first.snapshot().instances).toEqual([]);
    await second.shutdown();
  });

  it('of one does not take the source away that the next has set', async () => {
    const first = register({ ...providers(), meterProvider: { getMeter: new MeterProvider().getMeter } as never });
    const ending = first.shutdown();
    const second = register(providers());
    await ending;
    const { activeSource } = await import('../../src/telemetry/activeSource.js');
    expect(activeSource.get()?.snapshot()).toEqual(second.snapshot());
    await second.shutdown();
    expect(activeSource.get()).toBeUndefined();
  });

  it('leaves nothing behind, many times over', async () => {
    const channel = diagnosticsChannel.channel('child_process');
    const before = channel.hasSubscribers;
    const listeners = () => process.eventNames().map((name) => [name, process.listenerCount(name)]);
    const listenersBefore = listeners();
    const child = start();
    const ofChild = () => child.eventNames().map((name) => [name, child.listenerCount(name)]);
    const ofChildBefore = ofChild();
    for (let round = 0; round < 5; round += 1) {
      const handle = register(providers());
      handle.observe(child);
      await waitUntil('it is observed', () => handle.snapshot().instances.length === 1);
      await handle.shutdown();
    }
    expect(channel.hasSubscribers).toBe(before);
    expect(listeners()).toEqual(listenersBefore);
    expect(ofChild()).toEqual(ofChildBefore);
  });

  it('at once, with an endpoint and a child, in the midst or not at all lets a program end by itself', async () => {
    const { code, stdout, stderr, millisAfterOutput } = await runModule(
      `
        const { registerFrpInstrumentation } = await import('./src/index.ts');
        const { spawn } = await import('node:child_process');
        const { once } = await import('node:events');
        await registerFrpInstrumentation().shutdown();
        const handle = registerFrpInstrumentation({ prometheus: { port: 0 }, collectionIntervalMillis: 100 });
        await once(spawn('${frpc}', ['-c', 'sleep 0.2']), 'exit');
        await handle.shutdown();
        registerFrpInstrumentation().shutdown();
        registerFrpInstrumentation().shutdown();
        registerFrpInstrumentation();
        console.log('done');
      `,
      children,
      NOBODY,
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'done\n', stderr: '' });
    expect(millisAfterOutput).toBeLessThan(3_000);
  });
});

describe('a listener that hangs', () => {
  it('keeps neither the next event nor the end waiting', async () => {
    const handle = register(providers());
    const heard: string[] = [];
    handle.on('client.connected', never);
    handle.on('client.connected', ({ kind }) => void heard.push(kind));
    start();
    await waitUntil('the event', () => heard.length > 0);
    const asked = performance.now();
    await handle.shutdown();
    expect(performance.now() - asked).toBeLessThan(2_000);
  });
});
