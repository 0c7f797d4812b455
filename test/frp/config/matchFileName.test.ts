import { describe, expect, it } from '@jest/globals';
import { matchFileName } from '../../../src/frp/config/matchFileName.js';

describe('matchFileName', () => {
  // The results are those of Go's filepath.Match.
  it.each([
    ['*.toml', 'a.toml', true],
    ['*.toml', '.toml', true],
    ['*.toml', 'a.toml.bak', false],
    ['*', 'anything', true],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'axxbyy', false],
    ['?.toml', 'é.toml', true],
    ['?.toml', '.toml', false],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[a\\-z]', '-', true],
    ['[ab]*', 'b', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a.toml', 'a.toml', true],
    ['A.toml', 'a.toml', false],
    ['', '', true],
    ['', 'a', false],
    ['[', '[', false],
    ['[]a]', 'a', false],
    ['[a-]', 'a', false],
    ['[a', 'a', false],
    ['a\\', 'a', false],
    ['.*', '.hidden', true],
  ])('of %j and %j is %s', (pattern, name, expected) => {
    expect(matchFileName(pattern, name)).toBe(expected);
  });

  it('is done soon with a pattern made to take long', () => {
    expect(matchFileName(`${'a*'.repeat(200)}b`, 'a'.repeat(255))).toBe(false);
    expect(matchFileName('*'.repeat(1_000_000), 'a')).toBe(false);
  });
});
