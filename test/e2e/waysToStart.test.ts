import { spawn } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, jest } from '@jest/globals';
import { startEcho, visit } from '../support/echo.js';
import { latestValue } from '../support/latestPoints.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { describeWithFrp, freePort, frpsConfig, temporaryFolder, tunnelConfig } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

const REGISTER = new URL('../../dist/register.js', import.meta.url).href;
const BYTES = 54_321;

describeWithFrp('a program that knows nothing of us, preloaded with the register module', (folder) => {
  it.each([
    ['an ES module', 'spawn', 'startFrp.mjs', 'http/protobuf'],
    ['an ES module', 'execFile', 'startFrp.mjs', 'http/json'],
    ['an ES module', 'shell', 'startFrp.mjs', 'http/protobuf'],
    ['CommonJS', 'spawn', 'startFrp.cjs', 'http/json'],
    ['CommonJS', 'execFile', 'startFrp.cjs', 'http/protobuf'],
    ['CommonJS', 'shell', 'startFrp.cjs', 'http/json'],
  ])('as %s with %s has its tunnel observed to its end', async (_, how, program, protocol) => {
    const files = temporaryFolder();
    const sink = await OtlpSink.start();
    const echo = await startEcho();
    const [bind, dashboard, remote] = await Promise.all([freePort(), freePort(), freePort()]);
    files.write('frps.toml', frpsConfig({ bind, dashboard }));
    const tunnel = tunnelConfig('echo', echo.port, remote);
    files.write('frpc.toml', `serverAddr = "127.0.0.1"\nserverPort = ${bind}\nloginFailExit = false\n${tunnel}`);

    const child = spawn(
      process.execPath,
      ['--import', REGISTER, fileURLToPath(new URL(`programs/${program}`, import.meta.url)), how, folder, files.path],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
          OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
          OTEL_METRIC_EXPORT_INTERVAL: '2000', // also the longest an export may take, which would be said on stderr
          OTEL_METRIC_EXPORT_TIMEOUT: '2000',
        },
      },
    );
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
    }
    const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    const pidOf = (role: 'server' | 'client') => pidIn(files.path, role === 'server' ? 'frps' : 'frpc');
    try {
      const online = { 'frp.role': 'server', 'frp.proxy.name': 'echo', 'frp.proxy.state': 'online' };
      await sink.waitFor('the proxy online', () => latestValue(sink, 'frp.proxy.status', online) === 1);
      await visit(remote, BYTES);
      for (const direction of ['in', 'out']) {
        const of = { 'frp.role': 'server', 'frp.proxy.name': 'echo', 'frp.traffic.direction': direction };
        await sink.waitFor(`the bytes ${direction}`, () => latestValue(sink, 'frp.proxy.io', of) === BYTES);
      }
      const pids = { server: pidOf('server'), client: pidOf('client') };
      for (const role of ['server', 'client']) {
        expect(latestValue(sink, 'frp.process.up', { 'frp.role': role })).toBe(1);
      }

      for (const pid of [pids.client, pids.server]) process.kill(pid ?? 0, 'SIGTERM');
      expect(await exited).toBe(0);
      expect(printed).toBe('');
      for (const [role, pid] of Object.entries(pids)) {
        const records = sink.logRecords.filter(({ attributes }) => attributes['frp.role'] === role);
        expect(new Set(records.map(({ attributes }) => attributes['process.pid']))).toEqual(new Set([pid]));
      }
      const [login] = sink.spans.filter(({ name, status }) => name === 'frp.client.login' && status.code === 'unset');
      expect(sink.spans.filter(({ name }) => name === 'frp.proxy.start')).toEqual([
        expect.objectContaining({ parentSpanId: login?.spanId, traceId: login?.traceId }),
      ]);
      const events = sink.logRecords.flatMap(({ eventName }) => eventName ?? []);
      expect(events).toEqual(
        expect.arrayContaining(['frp.server.started', 'frp.client.connected', 'frp.server.stopped']),
      );
      const stopped = sink.logRecords.find(({ eventName }) => eventName === 'frp.server.stopped');
      expect(stopped?.attributes['frp.process.exit']).toBe('SIGTERM');
      expect(sink.errors).toEqual([]);
    } finally {
      for (const role of ['client', 'server'] as const) endIfThere(pidOf(role));
      child.kill('SIGKILL');
      await waitUntil('the program to end', () => child.exitCode !== null || child.signalCode !== null);
      await echo.stop();
      await sink.stop();
      files.remove();
    }
  });
});

/** The process of an executable that works in a folder. */
const pidIn = (folder: string, executable: string): number | undefined =>
  readdirSync('/proc')
    .map(Number)
    .find((pid) => {
      try {
        return (
          readlinkSync(`/proc/${pid}/cwd`) === folder && readlinkSync(`/proc/${pid}/exe`).endsWith(`/${executable}`)
        );
      } catch {
        return false; // not a process, or one that has ended
      }
    });

const endIfThere = (pid: number | undefined): void => {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended, as it should
  }
};
