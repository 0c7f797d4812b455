import { afterEach, describe, expect, it } from '@jest/globals';
import { repeat } from '../../src/sources/repeat.js';
import type { Source } from '../../src/sources/Source.js';
import { until } from '../tools/fakePrograms.js';

let source: Required<Source>;
afterEach(() => source.stop());

/** A task whose runs end when the test says so. */
const controlled = () => {
  const ends: ((delay: number | undefined) => void)[] = [];
  return {
    task: () => new Promise<number | undefined>((resolve) => void ends.push(resolve)),
    runs: () => ends.length,
    end: (run: number, delay: number | undefined) => ends[run - 1]?.(delay),
  };
};

describe('repeat', () => {
  it('runs at once, and again a delay after each end', async () => {
    const starts: number[] = [];
    source = repeat(async () => {
      starts.push(performance.now());
      return 20;
    });
    expect(starts).toHaveLength(1);
    await until('it ran three times', () => starts.length >= 3);
    const [first = 0, second = 0, third = 0] = starts;
    expect(second - first).toBeGreaterThanOrEqual(19);
    expect(third - second).toBeGreaterThanOrEqual(19);
  });

  it('ends when the task names no delay', async () => {
    const { task, runs, end } = controlled();
    source = repeat(task);
    end(1, undefined);
    await source.refresh();
    expect(runs()).toBe(1);
  });

  it('never overlaps itself: a look asked for while one is under way comes after it, once for all who ask', async () => {
    const { task, runs, end } = controlled();
    source = repeat(task);
    const looks = Promise.all([source.refresh(), source.refresh()]);
    await Promise.resolve();
    expect(runs()).toBe(1);
    end(1, 60_000);
    await until('the second run', () => runs() === 2);
    end(2, 60_000);
    await looks;
    expect(runs()).toBe(2);
  });

  it('looks now when it is asked to, and resolves when that look is over', async () => {
    let runs = 0;
    source = repeat(async () => {
      runs += 1;
      return 60_000;
    });
    await source.refresh();
    expect(runs).toBe(2);
  });

  it('survives a task that fails: says so, and runs it again after the last delay', async () => {
    const faults: unknown[] = [];
    const starts: number[] = [];
    source = repeat(
      async () => {
        starts.push(performance.now());
        if (starts.length === 2) throw new Error('oops');
        return 20;
      },
      (error) => faults.push(error),
    );
    await until('it ran three times', () => starts.length >= 3);
    const [, second = 0, third = 0] = starts;
    expect(third - second).toBeGreaterThanOrEqual(19);
    expect(faults).toEqual([new Error('oops')]);
  });

  it('resolves when it was asked to look now and that look fails', async () => {
    const faults: unknown[] = [];
    source = repeat(
      () => Promise.reject(new Error('oops')),
      (error) => faults.push(error),
    );
    await source.refresh();
    expect(faults).toHaveLength(2);
  });

  it('does nothing once stopped, twice being harmless', async () => {
    const { task, runs, end } = controlled();
    source = repeat(task);
    source.stop();
    source.stop();
    end(1, 0);
    await source.refresh();
    expect(runs()).toBe(1);
  });
});
