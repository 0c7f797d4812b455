import { createServer } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { type ProbeSignal, runProbes } from '../../../src/sources/probes/runProbes.js';
import type { Source } from '../../../src/sources/Source.js';
import { startEcho } from '../../support/echo.js';
import { until } from '../../tools/fakePrograms.js';

let source: Source | undefined;
afterEach(() => source?.stop());

const fail = (error: unknown): void => {
  throw error;
};
const run = (url: string, signals: ProbeSignal[], intervalMillis: number): void => {
  source = runProbes({
    probes: [{ proxy: 'ssh', url }],
    intervalMillis,
    timeoutMillis: 1_000,
    untraced: (request) => request(),
    emit: (signal) => signals.push(signal),
    onFault: fail,
  });
};

it('tells of each probe before and after, again and again', async () => {
  const service = createServer((socket) => socket.on('error', () => undefined).end('hello'));
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const { port } = service.address() as { port: number };
  const signals: ProbeSignal[] = [];
  run(`tcp://127.0.0.1:${port}`, signals, 10);
  await until('three probes', () => signals.length >= 6);
  expect(signals.slice(0, 4).map(({ kind }) => kind)).toEqual([
    'probe.started',
    'probe.ended',
    'probe.started',
    'probe.ended',
  ]);
  expect(signals[1]).toMatchObject({ proxy: 'ssh', errorType: undefined });
  await new Promise((resolve) => service.close(resolve));
});

it('knocks no more once stopped', async () => {
  const echo = await startEcho();
  const url = `tcp://127.0.0.1:${echo.port}`;
  const [stopped, going]: [ProbeSignal[], ProbeSignal[]] = [[], []];
  const started = () => stopped.filter(({ kind }) => kind === 'probe.started').length;
  run(url, stopped, 1);
  await until('the first', () => stopped.length > 0);
  source?.stop(); // the one under way ends, and is the last
  run(url, going, 1);
  await until('two more of another', () => going.filter(({ kind }) => kind === 'probe.ended').length >= 2);
  expect(started()).toBe(1);
  expect(stopped.at(-1)?.kind).toBe('probe.ended');
  source?.stop();
  await echo.stop();
});

it('does not begin all at once', async () => {
  const [echo, signals, began] = [await startEcho(), [] as ProbeSignal[], Date.now()];
  source = runProbes({
    probes: Array.from({ length: 20 }, (_, number) => ({ proxy: `p${number}`, url: `tcp://127.0.0.1:${echo.port}` })),
    intervalMillis: 400,
    timeoutMillis: 1_000,
    untraced: (request) => request(),
    emit: (signal) => signals.push(signal),
    onFault: fail,
  });
  const starts = () => signals.filter(({ kind }) => kind === 'probe.started');
  await until('each to have begun', () => new Set(starts().map(({ proxy }) => proxy)).size === 20);
  source.stop();
  const first = starts().map(({ time }) => time - began);
  expect(Math.min(...first)).toBeGreaterThanOrEqual(199); // Date.now() is whole milliseconds
  // 20 moments within 200 ms: they come within 50 of them once in 10^10 times.
  expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(50);
  await echo.stop();
});
