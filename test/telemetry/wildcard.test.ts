import { describe, expect, it } from '@jest/globals';
import { wildcard } from '../../src/telemetry/wildcard.js';

describe('wildcard', () => {
  it.each([
    ['ssh', 'ssh'],
    ['*', ''],
    ['*', 'ann.web'],
    ['ann.*', 'ann.web'],
    ['*.web', 'ann.web'],
    ['a*n*b', 'ann.web'],
    ['a*a', 'aa'],
    ['**', 'x'],
    ['*[1]*', 'web[1]'],
    ['*ab*ab', 'xabab'],
  ])('%j takes %j', (pattern, name) => {
    expect(wildcard(pattern)(name)).toBe(true);
  });

  it.each([
    ['ssh', 'sshd'],
    ['ann.*', 'ann'],
    ['ann.*', 'annXweb'],
    ['a*a', 'a'],
    ['*ab*ab', 'ab'],
    ['*ab*ab', 'xaab'],
    ['a*n*n*b', 'anb'],
    ['SSH', 'ssh'],
    ['', 'x'],
  ])('%j does not take %j', (pattern, name) => {
    expect(wildcard(pattern)(name)).toBe(false);
  });

  it('is not slow, however many stars it has', () => {
    expect(wildcard(`${'*a'.repeat(100)}*b`)('a'.repeat(255))).toBe(false);
  });
});
