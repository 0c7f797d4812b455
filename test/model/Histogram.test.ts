import { describe, expect, it } from '@jest/globals';
import { Histogram } from '../../src/model/Histogram.js';

describe('Histogram', () => {
  it('given nothing, has empty buckets and neither minimum nor maximum', () => {
    expect(new Histogram([1, 5]).snapshot()).toStrictEqual({
      boundaries: [1, 5],
      counts: [0, 0, 0],
      sum: 0,
      count: 0,
      min: undefined,
      max: undefined,
    });
  });

  it('counts a value on a boundary into the bucket that it closes', () => {
    const histogram = new Histogram([1, 5]);
    for (const value of [0, 1, 1.5, 5, 5.25, 100]) histogram.record(value);
    expect(histogram.snapshot()).toStrictEqual({
      boundaries: [1, 5],
      counts: [2, 2, 2],
      sum: 112.75,
      count: 6,
      min: 0,
      max: 100,
    });
  });

  it('gives a snapshot that later values do not change', () => {
    const histogram = new Histogram([1]);
    histogram.record(1);
    const before = histogram.snapshot();
    histogram.record(2);
    expect(before).toMatchObject({ counts: [1, 0], sum: 1, count: 1, max: 1 });
    expect(histogram.snapshot()).toMatchObject({ counts: [1, 1], sum: 3, count: 2, max: 2 });
  });
});
