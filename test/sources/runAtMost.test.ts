import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runAtMost } from '../../src/sources/runAtMost.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('runAtMost', () => {
  it('runs at once as often as is allowed, and what is asked beyond that once, when the period is over', () => {
    let ran = 0;
    const limited = runAtMost(3, 1_000, () => {
      ran += 1;
    });
    for (let asked = 0; asked < 3; asked += 1) limited.run();
    expect(ran).toBe(3);
    for (let asked = 0; asked < 50; asked += 1) limited.run();
    expect(ran).toBe(3);
    jest.advanceTimersByTime(999);
    expect(ran).toBe(3);
    jest.advanceTimersByTime(1);
    expect(ran).toBe(4);
    limited.run();
    expect(ran).toBe(5);
  });

  it('stopped, does not run what waits', () => {
    let ran = 0;
    const limited = runAtMost(1, 1_000, () => {
      ran += 1;
    });
    for (const _ of [1, 2]) limited.run();
    limited.stop();
    jest.advanceTimersByTime(10_000);
    expect(ran).toBe(1);
  });
});
