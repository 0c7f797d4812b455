import { describe, expect, it } from '@jest/globals';
import { readInterval } from '../../src/cli/interval.js';

describe('readInterval', () => {
  it.each([
    [undefined, 5_000],
    ['0.1', 100],
    ['2.5', 2_500],
    ['300', 300_000],
  ])('reads %s as %d ms', (text, millis) => {
    expect(readInterval(text)).toBe(millis);
  });

  it.each(['0', '0.09', '301', '-1', '5s', '', 'NaN'])('refuses %j', (text) => {
    expect(() => readInterval(text)).toThrow(`--interval: expected seconds from 0.1 to 300, found "${text}"`);
  });
});
