import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { SCOPE } from '../../src/telemetry/scope.js';
import { Telemetry } from '../../src/telemetry/Telemetry.js';
import type { TelemetryOptions } from '../../src/telemetry/TelemetryOptions.js';
import { withFrp } from '../../src/telemetry/withFrp.js';
import { DiagRecorder } from './DiagRecorder.js';
import { connected, connectionEnded, disconnected, frpc, frps, lineAt } from './events.js';
import { metricsOfScope } from './metricPoints.js';
import { at, richSnapshot } from './snapshots.js';

class ManualReader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

/** Providers as a program has them, with what came to them. */
const program = () => {
  const reader = new ManualReader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  const logExporter = new InMemoryLogRecordExporter();
  const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logExporter })] });
  const spanExporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })] });
  return {
    providers: { meterProvider, loggerProvider, tracerProvider },
    metricNames: async () =>
      metricsOfScope((await reader.collect()).resourceMetrics, SCOPE.name).map(({ descriptor }) => descriptor.name),
    bodies: () => logExporter.getFinishedLogRecords().map(({ body }) => body),
    scopes: () => [
      ...logExporter.getFinishedLogRecords().map(({ instrumentationScope }) => instrumentationScope),
      ...spanExporter.getFinishedSpans().map(({ instrumentationScope }) => instrumentationScope),
    ],
    spans: () => spanExporter.getFinishedSpans(),
    spanNames: () => spanExporter.getFinishedSpans().map(({ name }) => name),
  };
};

const NOWHERE = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
const source = { snapshot: richSnapshot };

let diagnostics: DiagRecorder;
let telemetry: Telemetry;
const start = (options: Partial<TelemetryOptions> = {}) => {
  telemetry = new Telemetry({ env: NOWHERE, ...options }, source);
  return telemetry;
};
const tell = (body = 'login to server success') =>
  telemetry.receive(lineAt(at(2), 'I', body), frpc, [connected({ from: 1, to: 2 })]);

beforeEach(() => {
  diagnostics = new DiagRecorder();
});
afterEach(async () => {
  await telemetry.shutdown();
  metrics.disable();
  trace.disable();
  logs.disable();
  diagnostics[Symbol.dispose]();
});

describe('Telemetry', () => {
  it('uses the providers that were passed in, under the package’s scope', async () => {
    const mine = program();
    start(mine.providers);
    tell();
    await telemetry.forceFlush();
    expect(mine.bodies()).toEqual(['login to server success']);
    expect(mine.spanNames()).toEqual(['frp.client.login']);
    expect(mine.scopes()).toMatchObject([SCOPE, SCOPE]);
    expect(await mine.metricNames()).toContain('frp.client.connected');
  });

  it.each([
    [undefined, undefined],
    [true, '203.0.113.7'],
  ])(
    'with recordClientAddress %p, gives the span of a connection the address %p',
    async (recordClientAddress, address) => {
      const mine = program();
      start({ ...mine.providers, ...(recordClientAddress && { recordClientAddress }) });
      const ended = connectionEnded({ from: 1, to: 2 }, '203.0.113.7:51234');
      telemetry.receive(lineAt(at(2), 'I', 'x'), frps, [ended]);
      await telemetry.forceFlush();
      expect(mine.spans().map(({ attributes }) => attributes['client.address'])).toEqual([address]);
    },
  );

  it('uses the program’s registered providers where none is passed in', async () => {
    const registered = program();
    metrics.setGlobalMeterProvider(registered.providers.meterProvider);
    trace.setGlobalTracerProvider(registered.providers.tracerProvider);
    logs.setGlobalLoggerProvider(registered.providers.loggerProvider);
    start();
    tell();
    await telemetry.forceFlush();
    expect(registered.bodies()).toEqual(['login to server success']);
    expect(registered.spanNames()).toEqual(['frp.client.login']);
    expect(await registered.metricNames()).toContain('frp.client.connected');
  });

  it('prefers a passed-in provider to the registered one, for each signal by itself', async () => {
    const [registered, passed] = [program(), program()];
    metrics.setGlobalMeterProvider(registered.providers.meterProvider);
    trace.setGlobalTracerProvider(registered.providers.tracerProvider);
    logs.setGlobalLoggerProvider(registered.providers.loggerProvider);
    start({ tracerProvider: passed.providers.tracerProvider });
    tell();
    await telemetry.forceFlush();
    expect([registered.spanNames(), passed.spanNames()]).toEqual([[], ['frp.client.login']]);
    expect([registered.bodies(), passed.bodies()]).toEqual([['login to server success'], []]);
    expect(await passed.metricNames()).toEqual([]);
    expect(await registered.metricNames()).toContain('frp.client.connected');
  });

  it('decides at the first signal: an SDK that is registered after a preloaded instrumentation is used', async () => {
    start();
    const registered = program();
    logs.setGlobalLoggerProvider(registered.providers.loggerProvider);
    tell();
    await telemetry.forceFlush();
    expect(registered.bodies()).toEqual(['login to server success']);
  });

  it('keeps what comes while the providers are made ready, in order, and loses nothing', async () => {
    const mine = program();
    start({ loggerProvider: mine.providers.loggerProvider });
    for (const body of ['1', '2', '3']) tell(body);
    expect(mine.bodies()).toEqual([]);
    await telemetry.forceFlush();
    tell('4');
    expect(mine.bodies()).toEqual(['1', '2', '3', '4']);
  });

  it('keeps 10,000 of them and says how many more there were', async () => {
    const mine = program();
    start({ loggerProvider: mine.providers.loggerProvider });
    for (let count = 0; count < 10_003; count += 1) telemetry.receive(lineAt(at(1), 'I', `${count}`), frpc, []);
    await telemetry.forceFlush();
    expect(mine.bodies()).toHaveLength(10_000);
    expect(mine.bodies().at(-1)).toBe('9999');
    expect(diagnostics.warnings).toEqual([expect.stringContaining('3 signals came before the providers were ready')]);
  });

  it('makes of events that come with another signal than a line records of their own', async () => {
    const mine = program();
    start({ loggerProvider: mine.providers.loggerProvider });
    const exited = {
      kind: 'process.exited',
      time: at(9),
      target: 1,
      exitCode: undefined,
      exitSignal: 'SIGKILL',
    } as const;
    telemetry.receive(exited, frpc, [disconnected(9)]);
    await telemetry.forceFlush();
    expect(mine.bodies()).toEqual([undefined]);
  });

  it('leaves passed-in providers alone when it is shut down, and takes its instruments away', async () => {
    const mine = program();
    start(mine.providers);
    tell();
    await telemetry.forceFlush();
    await telemetry.shutdown();
    mine.providers.loggerProvider.getLogger('program').emit({ body: 'still at work' });
    mine.providers.tracerProvider.getTracer('program').startSpan('still at work').end();
    expect(mine.bodies().at(-1)).toBe('still at work');
    expect(mine.spanNames().at(-1)).toBe('still at work');
    expect(await mine.metricNames()).toEqual([]);
  });

  it('makes nothing before there is something to send, nor after it was shut down', async () => {
    const mine = program();
    start(mine.providers);
    await telemetry.forceFlush();
    await telemetry.shutdown();
    tell();
    await telemetry.forceFlush();
    expect(mine.bodies()).toEqual([]);
    expect(await mine.metricNames()).toEqual([]);
  });

  it('gives the program’s provider only the resource gauges when its reader is wrapped by withFrp', async () => {
    const reader = new ManualReader();
    const wrapped = withFrp(reader);
    const meterProvider = new MeterProvider({ readers: [wrapped] });
    start({ meterProvider });
    tell();
    await telemetry.forceFlush();
    const { resourceMetrics } = await reader.collect();
    expect(
      metricsOfScope(resourceMetrics, SCOPE.name)
        .map(({ descriptor }) => descriptor.name)
        .sort(),
    ).toEqual(['frp.process.cpu.utilization', 'frp.process.file_descriptor.utilization', 'frp.process.uptime']);
    await meterProvider.shutdown();
  });

  it('makes no metrics of its own, and says so, where a wrapped reader belongs to a provider that it does not know', async () => {
    const reader = new ManualReader();
    const unregistered = new MeterProvider({ readers: [withFrp(reader)] });
    start({ env: { ...NOWHERE, OTEL_METRICS_EXPORTER: 'console' } });
    tell();
    await telemetry.forceFlush();
    expect(diagnostics.warnings).toEqual([expect.stringMatching(/withFrp: its MeterProvider is not known/)]);
    await unregistered.shutdown();
  });

  it('flushes the program’s providers, also the registered ones, and has them export once more at its end', async () => {
    const flushed: string[] = [];
    const flushing = <Provider extends object>(name: string, provider: Provider) =>
      Object.assign(provider, { forceFlush: async () => void flushed.push(name) });
    const mine = program();
    metrics.setGlobalMeterProvider(flushing('metrics', mine.providers.meterProvider));
    trace.setGlobalTracerProvider(flushing('spans', mine.providers.tracerProvider));
    logs.setGlobalLoggerProvider(flushing('logs', mine.providers.loggerProvider));
    start();
    tell();
    await telemetry.forceFlush();
    expect(flushed.sort()).toEqual(['logs', 'metrics', 'spans']);
    flushed.length = 0;
    await telemetry.shutdown();
    expect(flushed.sort()).toEqual(['logs', 'metrics', 'spans']);
  });

  it('says of a signal that cannot be had, and goes on with the other two', async () => {
    const mine = program();
    const broken = {
      getMeter: () => {
        throw new Error('no meters today');
      },
    };
    start({ ...mine.providers, meterProvider: broken });
    tell();
    await telemetry.forceFlush();
    expect(mine.bodies()).toEqual(['login to server success']);
    expect(mine.spanNames()).toEqual(['frp.client.login']);
    expect(diagnostics.errors).toEqual([expect.stringMatching(/metrics could not be started.*no meters today/)]);
  });

  describe('asked whether all log records are delivered', () => {
    it('says yes before anything has come, and where nobody exports them', async () => {
      start();
      expect(await telemetry.delivered()).toBe(true);
      tell();
      expect(await telemetry.delivered()).toBe(true);
    });

    it('flushes the log records of the program’s provider, and not its metrics and spans', async () => {
      const flushed: string[] = [];
      const flushing = <Provider extends object>(name: string, provider: Provider) =>
        Object.assign(provider, { forceFlush: async () => void flushed.push(name) });
      const { meterProvider, loggerProvider, tracerProvider } = program().providers;
      start({
        meterProvider: flushing('metrics', meterProvider),
        loggerProvider: flushing('logs', loggerProvider),
        tracerProvider: flushing('spans', tracerProvider),
      });
      tell();
      expect(await telemetry.delivered()).toBe(true);
      expect(flushed).toEqual(['logs']);
    });

    it('does not wait beyond the deadline for a flush of the program’s provider, and takes it for done', async () => {
      const { loggerProvider } = program().providers;
      const stuck = Object.assign(loggerProvider, { forceFlush: () => new Promise<void>(() => {}) });
      start({ loggerProvider: stuck, deadlineMillis: 50 });
      tell();
      expect(await telemetry.delivered()).toBe(true);
      expect(diagnostics.warnings).toEqual([expect.stringContaining('flush: not done within 50 ms')]);
    });
  });

  it('keeps lines of a log file beyond the 10,000 while the providers are made ready: their source waits', async () => {
    const mine = program();
    start({ loggerProvider: mine.providers.loggerProvider });
    const place = { path: '/var/log/frps.log', offset: 0 };
    for (let count = 0; count < 10_000; count += 1) telemetry.receive(lineAt(at(1), 'I', 'of a pipe'), frpc, []);
    telemetry.receive({ ...lineAt(at(1), 'I', 'of a file'), place }, frpc, []);
    telemetry.receive(lineAt(at(1), 'I', 'too many'), frpc, []);
    await telemetry.forceFlush();
    expect(mine.bodies()).toHaveLength(10_001);
    expect(mine.bodies().at(-1)).toBe('of a file');
  });

  describe('prometheus', () => {
    it('is served beside the program’s own metrics, with everything that is known', async () => {
      const mine = program();
      start({ ...mine.providers, prometheus: { host: '127.0.0.1', port: 0 } });
      await telemetry.forceFlush(); // served before there is anything to tell
      expect((await fetch(telemetry.metricsUrl ?? '')).status).toBe(200);
      tell();
      await telemetry.forceFlush();
      const page = await (await fetch(telemetry.metricsUrl ?? '')).text();
      expect(page).toMatch(/^frp_client_connected\{[^}]*frp_instance="frpc@host"[^}]*\} 1$/m);
      expect(page).toMatch(/^frp_process_cpu_utilization\{[^}]*\} 0.125$/m);
      expect(page).toMatch(/^frp_client_login_duration_count\{/m);
      expect(await mine.metricNames()).toContain('frp.client.connected');
    });

    it('is served when OTEL_METRICS_EXPORTER asks for it, where OTEL_EXPORTER_PROMETHEUS_* says', async () => {
      start({ env: { ...NOWHERE, OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' } });
      tell();
      await telemetry.forceFlush();
      expect((await fetch(telemetry.metricsUrl ?? '')).status).toBe(200);
    });

    it('is no more once shut down, also for who asks where', async () => {
      start({ prometheus: { host: '127.0.0.1', port: 0 } });
      tell();
      await telemetry.forceFlush();
      const url = telemetry.metricsUrl ?? '';
      await telemetry.shutdown();
      expect(telemetry.metricsUrl).toBeUndefined();
      await expect(fetch(url)).rejects.toThrow();
    });

    it('gives way to a taken port, which is said once, and the rest goes on', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      const mine = program();
      start({ loggerProvider: mine.providers.loggerProvider, prometheus: { host: '127.0.0.1', port } });
      tell();
      await telemetry.forceFlush();
      expect(telemetry.metricsUrl).toBeUndefined();
      expect(diagnostics.warnings).toEqual([expect.stringContaining(`127.0.0.1:${port}: the port is taken`)]);
      expect(mine.bodies()).toEqual(['login to server success']);
      other.close();
    });
  });

  it('says a variable that is wrong for all signals once', async () => {
    start({
      env: {
        OTEL_METRICS_EXPORTER: 'graphite',
        OTEL_TRACES_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
      },
    });
    tell();
    await telemetry.forceFlush();
    expect(diagnostics.warnings).toEqual([
      expect.stringMatching(/OTEL_METRICS_EXPORTER: .*"graphite"; it is left out$/),
    ]);
  });
});
