import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { backoff } from '../../src/sources/backoff.js';
import { jittered } from '../../src/sources/jittered.js';

afterEach(() => {
  jest.restoreAllMocks();
});
const chance = (value: number) => jest.spyOn(Math, 'random').mockReturnValue(value);

describe('backoff', () => {
  it('doubles with each failure, up to the last', () => {
    chance(1);
    expect([1, 2, 3, 4, 5, 100].map((failures) => backoff(failures, 100, 1_000))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ]);
  });

  it('is up to half as long by chance', () => {
    chance(0);
    expect(backoff(3, 100, 1_000)).toBe(200);
  });
});

describe('jittered', () => {
  it('is a tenth shorter or longer', () => {
    const waits = [0, 0.5, 1].map((value) => {
      chance(value);
      return jittered(1_000);
    });
    expect(waits).toEqual([900, 1_000, 1_100]);
  });
});
