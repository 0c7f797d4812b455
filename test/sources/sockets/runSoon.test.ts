import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runSoon } from '../../../src/sources/sockets/runSoon.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('runSoon', () => {
  /** Each run takes so long. */
  const counting = (takesMillis: number, gapMillis = 1_000) => {
    const starts: number[] = [];
    const began = performance.now();
    const soon = runSoon(
      () => gapMillis,
      () => {
        starts.push(performance.now() - began);
        return new Promise((resolve) => setTimeout(resolve, takesMillis));
      },
    );
    return { starts, soon };
  };

  it('runs once for all that ask in one turn, and once more for those that ask meanwhile', async () => {
    const { starts, soon } = counting(50);
    for (let asked = 0; asked < 1_000; asked += 1) soon.run();
    await jest.advanceTimersByTimeAsync(10);
    expect(starts).toHaveLength(1);
    for (let asked = 0; asked < 1_000; asked += 1) soon.run();
    await jest.advanceTimersByTimeAsync(39);
    expect(starts).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(10);
    expect(starts).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(starts).toHaveLength(2);
  });

  it('runs no more often than once in the time, on average, while it is asked all the time', async () => {
    const { starts, soon } = counting(1, 2_000);
    for (let asked = 0; asked < 6_000; asked += 1) {
      soon.run();
      await jest.advanceTimersByTimeAsync(10);
    }
    expect(starts.filter((start) => start < 60_000)).toHaveLength(30);
    await jest.advanceTimersByTimeAsync(10_000);
    soon.run();
    await jest.advanceTimersByTimeAsync(0);
    expect(starts.at(-1)).toBeGreaterThanOrEqual(70_000);
  });

  it('stopped, does not run what waits, nor what is asked', async () => {
    const { starts, soon } = counting(50);
    soon.run();
    await jest.advanceTimersByTimeAsync(1);
    soon.run();
    soon.stop();
    await jest.advanceTimersByTimeAsync(100);
    soon.run();
    await jest.advanceTimersByTimeAsync(100_000);
    expect(starts).toHaveLength(1);
  });
});
