import { describe, expect, it } from '@jest/globals';
import { RebuiltCounter } from '../../src/model/RebuiltCounter.js';

const totals = (counter: RebuiltCounter, ...counts: number[]): number[] =>
  counts.map((count) => {
    counter.see(count);
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
    counter.see(500);
    counter.restart();
    expect(counter.total).toBe(500);
    expect(totals(counter, 800, 900)).toEqual([1300, 1400]);
  });

  it('given a restart before the first count, has no baseline', () => {
    const counter = new RebuiltCounter(false);
    counter.restart();
    expect(totals(counter, 70)).toEqual([70]);
  });
});
