import { describe, expect, it } from '@jest/globals';
import { bytes, count, duration, roundTrip } from '../../../src/cli/status/quantities.js';

describe('quantities', () => {
  it.each([
    [
      bytes,
      [
        [0, '0 B'],
        [999, '999 B'],
        [1_000, '1.0 kB'],
        [9_949, '9.9 kB'],
        [9_960, '10 kB'],
        [999_499, '999 kB'],
        [999_501, '1.0 MB'],
        [5.4e9, '5.4 GB'],
        [2e21, '2000 EB'],
        [0.4, '0 B'],
      ],
    ],
    [
      count,
      [
        [0, '0'],
        [99_999, '99999'],
        [100_000, '100k'],
        [1_234_567, '1.2M'],
      ],
    ],
    [
      duration,
      [
        [-3, '0s'],
        [0, '0s'],
        [59.9, '59s'],
        [60, '1m'],
        [3_599, '59m'],
        [3_600, '1h'],
        [11_520, '3h12m'],
        [86_399, '23h59m'],
        [86_400, '1d'],
        [450_000, '5d5h'],
        [8_640_000, '100d'],
      ],
    ],
    [
      roundTrip,
      [
        [0.0003, '0.3ms'],
        [0.0124, '12ms'],
        [0.9994, '999ms'],
        [0.9996, '1.0s'],
        [1.24, '1.2s'],
      ],
    ],
  ] as const)('%p are short', (write, cases) => {
    expect(cases.map(([value]) => write(value))).toEqual(cases.map(([, text]) => text));
  });

  it.each([bytes, count, duration, roundTrip])('an unknown one is never 0', (write) => {
    expect(write(null)).toBe('-');
  });
});
