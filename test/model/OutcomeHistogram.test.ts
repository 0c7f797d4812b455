import { describe, expect, it } from '@jest/globals';
import { ERROR_TYPES } from '../../src/frp/errorType.js';
import { OutcomeHistogram } from '../../src/model/OutcomeHistogram.js';

describe('OutcomeHistogram', () => {
  it('has a histogram of what succeeded, and of each class that failed', () => {
    const outcomes = new OutcomeHistogram([1]);
    for (const errorType of [undefined, 'timeout', undefined]) outcomes.record(0.5, errorType);
    expect(outcomes.snapshot()).toMatchObject([
      { errorType: undefined, histogram: { counts: [2, 0] } },
      { errorType: 'timeout', histogram: { counts: [1, 0] } },
    ]);
  });

  it('has those of all our classes and of some others, and one of further ones', () => {
    const outcomes = new OutcomeHistogram([1]);
    for (let index = 0; index < 5_000; index += 1) outcomes.record(0.5, `mine ${index}`);
    for (const errorType of [undefined, 'timeout', 'mine 0']) outcomes.record(2, errorType);
    const counts = new Map(outcomes.snapshot().map(({ errorType, histogram }) => [errorType, histogram.counts]));
    const own = ERROR_TYPES.length + 21; // our classes, success, and 20 more
    expect(counts.size).toBe(own + 3);
    expect(counts.get('mine 0')).toEqual([1, 1]);
    expect(counts.get('_OTHER')).toEqual([5_000 - own, 0]);
    expect([counts.get('timeout'), counts.get(undefined)]).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});
