import { type ChildProcess, spawn } from 'node:child_process';
import { expect, it, jest } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { FrpEvent } from '../../src/index.js';
import { registerFrpInstrumentation } from '../../src/index.js';
import { startEcho, visit } from '../support/echo.js';
import { describeWithFrp, freePort, RealFrp, temporaryFolder, tunnelConfig } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

const SIZES = [1_001, 1_002, 1_003, 1_004, 1_005, 1_006];

/** Far less than the default interval. */
const MAX_MILLIS = 2_500;
/** What a look takes, with much room. */
const LOOK_MILLIS = 700;

describeWithFrp('the first connections of a tunnel, at the default interval', (folder) => {
  it('are told exactly as soon as its port is looked at, and those before are no errors', async () => {
    const files = temporaryFolder();
    const echo = await startEcho();
    const [bind, remote] = await Promise.all([freePort(), freePort()]);
    const exporter = new InMemorySpanExporter();
    const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const meterProvider = new MeterProvider();
    const loggerProvider = new LoggerProvider();
    const handle = registerFrpInstrumentation({ tracerProvider, meterProvider, loggerProvider });
    const ended: Extract<FrpEvent, { kind: 'proxy.connection.ended' }>[] = [];
    handle.on('proxy.connection.ended', (event) => ended.push(event));
    const start = (program: string, config: string): RealFrp => {
      const child: ChildProcess = spawn(`${folder}/${program}`, ['-c', files.write(`${program}.toml`, config)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return new RealFrp(child).read();
    };
    const connections = () => exporter.getFinishedSpans().filter(({ name }) => name === 'frp.connection');
    const proxy = () => handle.snapshot().instances.find(({ role }) => role === 'server')?.proxies[0];

    const running: RealFrp[] = [];
    try {
      const frps = start('frps', `bindPort = ${bind}\n`);
      running.unshift(frps);
      await frps.line(/frps started successfully/);
      await waitUntil('frps to be looked at', () =>
        handle.snapshot().instances[0]?.sources.some(({ source, state }) => source === 'sockets' && state === 'ok'),
      );
      const tunnel = tunnelConfig('echo', echo.port, remote);
      const frpc = start('frpc', `serverAddr = "127.0.0.1"\nserverPort = ${bind}\n${tunnel}`);
      running.unshift(frpc);
      await frpc.line(/\[echo\] start proxy success/);
      const startedAt = performance.now();

      // The tunnel is some milliseconds older than the look at its port: what ends before that has no span.
      // Not more than 50 a second have spans.
      let early = 0;
      await waitUntil('the look', async () => {
        await visit(remote, 10);
        early += 1;
        return performance.now() > startedAt + LOOK_MILLIS;
      });
      for (const size of SIZES) await visit(remote, size);
      expect(performance.now() - startedAt).toBeLessThan(MAX_MILLIS);
      await waitUntil('their ends', () => ended.filter(({ io }) => io.in > 10).length === SIZES.length);

      const carried = connections().filter(({ attributes }) => Number(attributes['frp.connection.io.in']) > 10);
      expect(carried.map(({ attributes }) => attributes['frp.connection.io.in']).sort()).toEqual(SIZES);
      expect(carried.map(({ attributes }) => attributes['frp.connection.io.out']).sort()).toEqual(SIZES);
      for (const { duration, status } of carried) {
        expect(hrTimeToMilliseconds(duration)).toBeLessThan(500);
        expect(status.code).toBe(SpanStatusCode.UNSET);
      }
      await waitUntil('each line to be counted', () => {
        const counts = proxy()?.connections?.map(({ count }) => count) ?? [];
        return counts.reduce((sum, count) => sum + count, 0) === early + SIZES.length;
      });
      expect(proxy()?.connectionDuration?.count).toBe(ended.length);

      for (const frp of running) await frp.end();
      await waitUntil('all to be gone', () => handle.snapshot().instances.every(({ process }) => !process?.up));
      expect(connections().filter(({ status }) => status.code === SpanStatusCode.ERROR)).toEqual([]);
      expect(connections()).toHaveLength(ended.length);
    } finally {
      for (const frp of running) await frp.end();
      await handle.shutdown();
      await echo.stop();
      files.remove();
    }
  });
});
