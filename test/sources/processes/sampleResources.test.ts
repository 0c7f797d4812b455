import { type StdioPipe, spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sampleResources } from '../../../src/sources/processes/sampleResources.js';
import type { Source } from '../../../src/sources/Source.js';
import { temporaryFolder, until } from '../../tools/fakePrograms.js';
import { Children, exitOf, SignalLog, writeObedientScript } from '../fakeFrp.js';

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
  source?.stop();
  await children[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const start = (): number =>
  children.add(spawn('sh', [writeObedientScript(folder.path)], { stdio: STDIO })).pid as number;
const sample = (pid: number, intervalMillis = 10): void => {
  source = sampleResources({
    target: 7,
    pid,
    intervalMillis,
    emit: signals.emit,
    onGone: () => {
      gone += 1;
    },
  });
};

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
});
