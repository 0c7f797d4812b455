import { describe, expect, it } from '@jest/globals';
import { MinuteLimit } from '../../../src/alerts/delivery/MinuteLimit.js';

describe('MinuteLimit', () => {
  it('lets so many through in any minute, not in each minute of the clock', () => {
    const limit = new MinuteLimit(2);
    const times = [0, 50_000, 59_999, 60_000, 60_001, 109_999, 110_000];
    expect(times.map((now) => limit.take(now))).toEqual([true, true, false, true, false, false, true]);
  });

  it('tells when the next one may come', () => {
    const limit = new MinuteLimit(2);
    expect(limit.freeIn(0)).toBe(0);
    limit.take(0);
    expect(limit.freeIn(10_000)).toBe(0);
    limit.take(10_000);
    expect(limit.freeIn(20_000)).toBe(40_000);
    expect(limit.freeIn(60_000)).toBe(0);
  });

  it('is not held up for longer than a minute by a clock that was set back', () => {
    const limit = new MinuteLimit(1);
    limit.take(1_000_000);
    expect(limit.freeIn(0)).toBe(60_000);
    expect(limit.take(0)).toBe(true);
  });
});
