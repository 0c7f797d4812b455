import { describe, expect, it } from '@jest/globals';
import { nearest } from '../../src/config/nearest.js';

const NAMES = ['observe', 'exec', 'status', 'doctor', 'metrics'];

describe('nearest', () => {
  it.each([
    ['observed', 'observe'],
    ['exce', 'exec'],
    ['staus', 'status'],
    ['doc', 'doctor'],
    ['metric', 'metrics'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, NAMES)).toBe(meant);
  });

  it.each(['tunnel', 'x', 'ls'])('takes %s for none of them', (word) => {
    expect(nearest(word, NAMES)).toBeUndefined();
  });

  it('takes the nearer of two', () => {
    expect(nearest('conf', ['config', 'cone'])).toBe('config');
    expect(nearest('stats', ['starts', 'status'])).toBe('starts');
  });
});
