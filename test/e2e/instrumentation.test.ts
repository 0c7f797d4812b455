import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { FrpInstrumentation } from '../../src/FrpInstrumentation.js';
import { SCOPE } from '../../src/telemetry/scope.js';
import { withFrp } from '../../src/telemetry/withFrp.js';
import { startEcho, visit } from '../support/echo.js';
import { describeWithFrp, freePort, frpsConfig, temporaryFolder, tunnelConfig } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';
import { metricsOfScope } from '../telemetry/metricPoints.js';

jest.setTimeout(60_000);

const BYTES = 12_345;

class ManualReader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

let children: ChildProcess[];
beforeEach(() => {
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await waitUntil('frp to end', () =>
    children.every(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null),
  );
  metrics.disable();
  trace.disable();
  logs.disable();
});

describeWithFrp('new FrpInstrumentation() in a program with an SDK', (folder) => {
  it('gives a real tunnel to its providers, and again after it was disabled', async () => {
    const files = temporaryFolder();
    const echo = await startEcho();
    const [bind, dashboard, remote] = await Promise.all([freePort(), freePort(), freePort()]);
    files.write('frps.toml', frpsConfig({ bind, dashboard }));
    const tunnel = tunnelConfig('echo', echo.port, remote);
    files.write('frpc.toml', `serverAddr = "127.0.0.1"\nserverPort = ${bind}\nloginFailExit = false\n${tunnel}`);

    const reader = new ManualReader();
    const records = new InMemoryLogRecordExporter();
    const spans = new InMemorySpanExporter();
    const meterProvider = new MeterProvider({ readers: [withFrp(reader)] });
    const instrumentation = new FrpInstrumentation({ collectionIntervalMillis: 200 });
    /** The sum of a metric's points, of the role and proxy. */
    const value = async (name: string, of: Record<string, unknown>): Promise<number | undefined> => {
      const found = metricsOfScope((await reader.collect()).resourceMetrics, SCOPE.name)
        .filter(({ descriptor }) => descriptor.name === name)
        .flatMap(({ dataPoints }) => dataPoints as { attributes: Record<string, unknown>; value: number }[])
        .filter(({ attributes }) => Object.entries(of).every(([key, wanted]) => attributes[key] === wanted));
      return found.length === 0 ? undefined : found.reduce((sum, point) => sum + point.value, 0);
    };
    const carried = { 'frp.role': 'server', 'frp.proxy.name': 'echo', 'frp.traffic.direction': 'in' };
    try {
      // In NodeSDK's order: instrumentations before the providers, and of those the meter provider alone is told.
      instrumentation.setTracerProvider(trace.getTracerProvider());
      instrumentation.setMeterProvider(metrics.getMeterProvider());
      instrumentation.setLoggerProvider(logs.getLoggerProvider());
      trace.setGlobalTracerProvider(
        new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }),
      );
      logs.setGlobalLoggerProvider(
        new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] }),
      );
      metrics.setGlobalMeterProvider(meterProvider);
      instrumentation.setMeterProvider(metrics.getMeterProvider());

      for (const program of ['frps', 'frpc']) {
        const child = spawn(`${folder}/${program}`, ['-c', `${program}.toml`], {
          cwd: files.path,
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        child.stdout.resume();
        children.push(child);
      }
      const running = { 'frp.role': 'client', 'frp.proxy.name': 'echo', 'frp.proxy.state': 'running' };
      await waitUntil('the tunnel', async () => (await value('frp.proxy.status', running)) === 1);
      await visit(remote, BYTES);
      await waitUntil('its bytes', async () => (await value('frp.proxy.io', carried)) === BYTES);
      const events = records.getFinishedLogRecords().flatMap(({ eventName }) => eventName ?? []);
      expect(events).toEqual(expect.arrayContaining(['frp.server.started', 'frp.client.connected']));
      expect(spans.getFinishedSpans().map(({ name }) => name)).toEqual(
        expect.arrayContaining(['frp.client.login', 'frp.proxy.start']),
      );

      const { handle } = instrumentation;
      instrumentation.disable();
      await handle?.shutdown();
      expect(await value('frp.proxy.io', carried)).toBeUndefined();
      instrumentation.enable();
      // What frps and the kernel have counted by the end of the first look is the baseline: the counter begins at 0.
      await waitUntil('the tunnel again', async () => (await value('frp.proxy.io', carried)) === 0);
      await instrumentation.handle?.forceFlush();
      await visit(remote, BYTES);
      await waitUntil('its further bytes', async () => (await value('frp.proxy.io', carried)) === BYTES);
      expect(await value('frp.process.restarts', { 'frp.role': 'server' })).toBe(0);
    } finally {
      await instrumentation.handle?.shutdown();
      await meterProvider.shutdown();
      await echo.stop();
      files.remove();
    }
  });

  it('observes by handle.observe a frp that another program runs, by its pid', async () => {
    const files = temporaryFolder();
    const [bind, dashboard] = await Promise.all([freePort(), freePort()]);
    files.write('frps.toml', frpsConfig({ bind, dashboard }));
    const starter = spawn('sh', ['-c', `cd '${files.path}'; exec '${folder}/frps' -c frps.toml > log 2>&1`]);
    children.push(starter);
    const { pid = 0 } = starter;
    const instrumentation = new FrpInstrumentation({ collectionIntervalMillis: 200 });
    try {
      const observed = await waitUntil('frps', () => {
        try {
          return instrumentation.handle?.observe({ pid });
        } catch {
          return undefined; // it is the shell still
        }
      });
      await waitUntil('its API', () => instrumentation.handle?.snapshot().instances[0]?.version !== undefined);
      expect(instrumentation.handle?.snapshot().instances).toMatchObject([
        { name: observed.instance, role: 'server', process: { pid, up: true } },
      ]);
      instrumentation.handle?.unobserve(observed);
      expect(instrumentation.handle?.snapshot().instances).toMatchObject([{ endedAt: expect.any(Number) }]);
    } finally {
      await instrumentation.handle?.shutdown();
      files.remove();
    }
  });
});
