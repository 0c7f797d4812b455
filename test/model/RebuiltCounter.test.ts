import { describe, expect, it } from '@jest/globals';
import { RebuiltCounter } from '../../src/model/RebuiltCounter.js';

const totals = (counter: RebuiltCounter, ...counts: number[]): number[] =>
  counts.map((count) => {
    counter.see({ value: count });
    return counter.total;
  });

describe('RebuiltCounter', () => {
  it('given a source that was there before, takes its first count as the baseline', () => {
    const counter = new RebuiltCounter(false);
    expect(counter.total).toBe(0);
    expect(totals(counter, 1_000_000, 1_000_000, 1_000_250)).toEqual([0, 0, 250]);
  });

  it('given a source seen from its start, counts its first count too', () => {
    expect(totals(new RebuiltCounter(true), 500, 700)).toEqual([500, 700]);
  });

  it('given a fall, as at midnight, counts what came after it and never falls', () => {
    expect(totals(new RebuiltCounter(true), 500, 30, 40, 0, 0, 5)).toEqual([500, 530, 540, 540, 540, 545]);
  });

  it('given a restart, counts all that comes then, also when it is more than before', () => {
    const counter = new RebuiltCounter(true);
    counter.see({ value: 500 });
    counter.restart();
    expect(counter.total).toBe(500);
    expect(totals(counter, 800, 900)).toEqual([1300, 1400]);
  });

  it('given a restart before the first count, has no baseline', () => {
    const counter = new RebuiltCounter(false);
    counter.restart();
    expect(totals(counter, 70)).toEqual([70]);
  });

  it('given a fall and the day before, counts the rest of that day too', () => {
    const counter = new RebuiltCounter(true);
    counter.see({ value: 500 });
    expect(counter.see({ value: 30, dayBefore: 620 })).toBe(150);
    expect(counter.total).toBe(650);
  });

  it('given a new day that no fall shows, counts all of it and the rest of the day before', () => {
    const counter = new RebuiltCounter(true);
    counter.see({ value: 500 });
    expect(counter.see({ value: 700, dayBefore: 620, newDay: true })).toBe(820);
  });

  it('given a new day of which the day before was not asked, counts what it can: a lower bound', () => {
    const counter = new RebuiltCounter(true);
    counter.see({ value: 500 });
    expect(counter.see({ value: 700, newDay: true })).toBe(700);
  });

  it('given a day before that is less than what was seen of it, as after a prune on that day, counts all of it', () => {
    const counter = new RebuiltCounter(true);
    counter.see({ value: 500 });
    expect(counter.see({ value: 30, dayBefore: 80 })).toBe(110);
  });

  it('given a new day at the first look, takes no day before that: it is the baseline', () => {
    const counter = new RebuiltCounter(false);
    expect(counter.see({ value: 30, dayBefore: 80, newDay: true })).toBe(0);
    expect(counter.see({ value: 31 })).toBe(1);
  });
});
