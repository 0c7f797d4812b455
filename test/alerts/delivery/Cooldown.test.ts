import { describe, expect, it } from '@jest/globals';
import { Cooldown } from '../../../src/alerts/delivery/Cooldown.js';

describe('Cooldown', () => {
  it('is over for what was never told', () => {
    expect(new Cooldown(300_000).isOver('a', 0)).toBe(true);
  });

  it('holds for its time after what was told last, of that one alone', () => {
    const cooldown = new Cooldown(300_000);
    cooldown.told('a', 0);
    cooldown.told('a', 1_000);
    expect([1_000, 300_999, 301_000].map((now) => cooldown.isOver('a', now))).toEqual([false, false, true]);
    expect(cooldown.isOver('b', 1_000)).toBe(true);
  });

  it('never holds where it is 0', () => {
    const cooldown = new Cooldown(0);
    cooldown.told('a', 1_000);
    expect(cooldown.isOver('a', 1_000)).toBe(true);
  });

  it('is over where the clock was set back', () => {
    const cooldown = new Cooldown(300_000);
    cooldown.told('a', 1_000_000);
    expect(cooldown.isOver('a', 999_999)).toBe(true);
  });

  it('remembers nothing that is over', () => {
    const cooldown = new Cooldown(300_000);
    cooldown.told('a', 0);
    cooldown.told('b', 1);
    expect(cooldown.forget(300_000)).toBe(1);
    expect(cooldown.isOver('b', 300_000)).toBe(false);
  });
});
