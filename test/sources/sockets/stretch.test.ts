import { expect, it } from '@jest/globals';
import { stretch } from '../../../src/sources/sockets/stretch.js';

const options = { intervalMillis: 5_000, maxCpuShare: 0.01 };

it.each([
  ['stays where a sample takes its share of 50 ms', 1, 50, 1],
  ['doubles until a sample fits', 1, 51, 2],
  ['is eight times as long for 400 ms', 1, 400, 8],
  ['stays while there is little room', 8, 140, 8],
  ['goes down where there is much', 8, 100, 2],
  ['never goes below the interval asked for', 8, 1, 1],
])('%s', (_, factor, costMillis, expected) => {
  expect(stretch(factor, costMillis, options)).toBe(expected);
});
