import { describe, expect, it } from '@jest/globals';
import { ERROR_TYPES } from '../../src/frp/errorType.js';
import { Tally } from '../../src/model/Tally.js';

describe('Tally', () => {
  it('starts each class that can be foreseen at 0, so that the first failure is an increase', () => {
    expect(new Tally({ success: true, failures: ['timeout', '_OTHER'] }).snapshot()).toStrictEqual([
      { errorType: undefined, count: 0 },
      { errorType: 'timeout', count: 0 },
      { errorType: '_OTHER', count: 0 },
    ]);
  });

  it('where successes cannot be seen, has no count of them', () => {
    expect(new Tally({ success: false, failures: ['timeout'] }).snapshot()).toStrictEqual([
      { errorType: 'timeout', count: 0 },
    ]);
  });

  it('counts nothing that is no news, and has the classes found in it at 0', () => {
    let isNews = false;
    const tally = new Tally({ success: true, failures: ['timeout'], isNews: () => isNews });
    for (const errorType of [undefined, 'timeout', 'closed']) tally.add(errorType);
    isNews = true;
    tally.add('closed');
    expect(tally.snapshot()).toStrictEqual([
      { errorType: undefined, count: 0 },
      { errorType: 'timeout', count: 0 },
      { errorType: 'closed', count: 1 },
    ]);
  });

  it('has no count of successes where none can be seen and none that is news was told', () => {
    const tally = new Tally({ success: false, failures: [], isNews: () => false });
    tally.add();
    expect(tally.snapshot()).toStrictEqual([]);
  });

  it('counts some classes of others beside all of ours, and further ones together', () => {
    const tally = new Tally({ success: true, failures: ['timeout'] });
    for (let index = 0; index < 5_000; index += 1) tally.add(`mine ${index}`);
    tally.add();
    for (const errorType of ERROR_TYPES) tally.add(errorType);
    const counts = new Map(tally.snapshot().map(({ errorType, count }) => [errorType, count]));
    expect(counts.size).toBeLessThanOrEqual(2 * ERROR_TYPES.length + 22);
    expect(ERROR_TYPES.every((errorType) => counts.has(errorType))).toBe(true);
    expect([counts.get(undefined), counts.get('timeout')]).toEqual([1, 1]);
    expect([...counts.values()].reduce((sum, count) => sum + count)).toBe(5_001 + ERROR_TYPES.length);
  });

  it('counts successes, classes it began with, and further ones', () => {
    const tally = new Tally({ success: true, failures: ['timeout'] });
    tally.add();
    tally.add('timeout');
    tally.add('timeout');
    tally.add('closed');
    expect(tally.snapshot()).toStrictEqual([
      { errorType: undefined, count: 1 },
      { errorType: 'timeout', count: 2 },
      { errorType: 'closed', count: 1 },
    ]);
  });
});
