import { type StdioPipe, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { resourcesByProc } from '../../../src/sources/processes/resourcesByProc.js';
import { sampleResources } from '../../../src/sources/processes/sampleResources.js';
import type { Source } from '../../../src/sources/Source.js';
import { sampled } from '../../model/signals.js';
import { temporaryFolder, until } from '../../tools/fakePrograms.js';
import { Children, exitOf, SignalLog, writeObedientScript } from '../fakeFrp.js';
import { writeProcess } from './madeUpProc.js';

const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];

let folder: ReturnType<typeof temporaryFolder>;
let children: Children;
let signals: SignalLog;
let gone: number;
let source: Source | undefined;
beforeEach(() => {
  folder = temporaryFolder();
  children = new Children();
  signals = new SignalLog();
  gone = 0;
});
afterEach(async () => {
  jest.restoreAllMocks();
  source?.stop();
  await children[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const start = (): number =>
  children.add(spawn('sh', [writeObedientScript(folder.path)], { stdio: STDIO })).pid as number;
const options = () => ({
  target: 7,
  pid: 42,
  intervalMillis: 10,
  emit: signals.emit,
  onGone: () => {
    gone += 1;
  },
});
const sample = (pid: number, intervalMillis = 10): void => {
  source = sampleResources({ ...options(), pid, intervalMillis });
};
const { resources } = sampled(0);

describe('sampleResources', () => {
  it('says once that it is ok, then samples at each interval', async () => {
    sample(start());
    await until('three samples', () => signals.of('process.sampled').length >= 3);
    expect(signals.all[0]).toEqual({
      kind: 'source.changed',
      time: expect.any(Number),
      target: 7,
      source: 'process',
      state: 'ok',
      reason: undefined,
    });
    expect(signals.of('source.changed')).toHaveLength(1);
    const { time, resources } = signals.of('process.sampled')[0] ?? {};
    expect(Math.abs(Date.now() - (time ?? 0))).toBeLessThan(10_000);
    expect(resources?.memoryResident).toBeGreaterThan(0);
  });

  it('samples at once on refresh', async () => {
    sample(start(), 60_000);
    await source?.refresh?.();
    expect(signals.of('process.sampled')).toHaveLength(2);
  });

  it('tells once that the process is gone, and looks no more', async () => {
    const pid = start();
    sample(pid, 60_000);
    await source?.refresh?.();
    await children[Symbol.asyncDispose]();
    const before = signals.all.length;
    await source?.refresh?.();
    await source?.refresh?.();
    expect(gone).toBe(1);
    expect(signals.all).toHaveLength(before);
  });

  it('tells that a process is gone that was never there', async () => {
    const child = children.add(spawn('true'));
    await exitOf(child);
    sample(child.pid as number);
    await until('it is told', () => gone > 0);
    await source?.refresh?.();
    expect(gone).toBe(1);
    expect(signals.all).toEqual([]);
  });

  it('says that it cannot read once, goes on, and says when it can again', async () => {
    const outcomes = [new Error('x'), new Error('x'), resources];
    source = sampleResources({
      ...options(),
      read: async () => {
        const outcome = outcomes.shift() ?? resources;
        if (outcome instanceof Error) throw Object.assign(outcome, { code: 'EMFILE' });
        return outcome;
      },
    });
    await until('a sample', () => signals.of('process.sampled').length > 0);
    expect(signals.reports('process')).toEqual([
      ['degraded', 'its resources cannot be read (EMFILE)'],
      ['ok', undefined],
    ]);
    expect(gone).toBe(0);
  });

  it('where there is no /proc, says what it does not tell', async () => {
    source = sampleResources({ ...options(), platform: 'darwin', read: async () => resources });
    await until('a sample', () => signals.of('process.sampled').length > 0);
    expect(signals.reports('process')).toEqual([
      ['ok', 'CPU and memory only: the rest is read from /proc, which darwin does not have'],
    ]);
  });

  it('on Windows, where each look starts a PowerShell, looks every 30 s at the most', async () => {
    const timeouts = jest.spyOn(globalThis, 'setTimeout');
    source = sampleResources({ ...options(), platform: 'win32', read: async () => resources });
    await until('it has set its timer', () => timeouts.mock.calls.some(([, delay]) => delay === 30_000));
    expect(timeouts.mock.calls.some(([, delay]) => delay === 10)).toBe(false);
  });

  it('tells that it is gone when another process has its pid', async () => {
    const root = path.join(folder.path, 'proc');
    writeProcess(root, 42, { startTicks: 100 });
    source = sampleResources({ ...options(), read: resourcesByProc(42, root) });
    await source.refresh?.();
    rmSync(path.join(root, '42'), { recursive: true });
    writeProcess(root, 42, { startTicks: 200 });
    await until('it is told', () => gone > 0);
    expect(gone).toBe(1);
  });

  it('samples the context switches of all threads', async () => {
    sample(process.pid);
    await until('a sample', () => signals.of('process.sampled').length > 0);
    expect(signals.of('process.sampled')[0]?.resources.contextSwitches?.voluntary).toBeGreaterThan(1);
  });
});
