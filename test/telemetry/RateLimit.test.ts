import { describe, expect, it } from '@jest/globals';
import { RateLimit } from '../../src/telemetry/RateLimit.js';

describe('RateLimit', () => {
  it('lets as many through at once as per second, and then one whenever the time for it has passed', () => {
    const limit = new RateLimit(2);
    expect([0, 0, 0, 499, 500, 600, 1_000].map((time) => limit.take(time))).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
  });

  it('saves nothing up beyond a second', () => {
    const limit = new RateLimit(2);
    expect([0, 60_000, 60_000, 60_000].map((time) => limit.take(time))).toEqual([true, true, true, false]);
  });

  it('goes on where the clock was set back', () => {
    const limit = new RateLimit(1);
    expect([10_000, 5_000, 5_500, 6_000].map((time) => limit.take(time))).toEqual([true, false, false, true]);
  });
});
