import { describe, expect, it } from '@jest/globals';
import { retryDelay } from '../../../src/alerts/delivery/retryDelay.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const delayAfter = (failures: number, retryAfter?: string, chance = 0): number =>
  retryDelay({ failures, retryAfter, now: NOW, chance });

describe('retryDelay', () => {
  it('doubles from a second to five minutes', () => {
    expect([1, 2, 3, 9, 10, 2_000].map((failures) => delayAfter(failures))).toEqual([
      1_000, 2_000, 4_000, 256_000, 300_000, 300_000,
    ]);
  });

  it('is up to half of it shorter by chance', () => {
    expect(delayAfter(3, undefined, 0.5)).toBe(3_000);
    expect(delayAfter(3, undefined, 1)).toBe(2_000);
  });

  it('waits for as long as the receiver wants, be it seconds or a date', () => {
    expect(delayAfter(1, '30')).toBe(30_000);
    expect(delayAfter(1, 'Sat, 21 Nov 2026 12:00:45 GMT')).toBe(45_000);
  });

  it('is not told to hurry, nor to wait for more than five minutes', () => {
    expect(delayAfter(4, '0')).toBe(8_000);
    expect(delayAfter(1, 'Sat, 21 Nov 2026 11:00:00 GMT')).toBe(1_000);
    expect(delayAfter(1, '86400')).toBe(300_000);
    expect(delayAfter(1, '9'.repeat(400))).toBe(300_000);
  });

  it('takes a wish that it cannot read for none', () => {
    expect(delayAfter(1, 'soon')).toBe(1_000);
    expect(delayAfter(1, '')).toBe(1_000);
  });
});
