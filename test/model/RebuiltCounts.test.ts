import { describe, expect, it } from '@jest/globals';
import { RebuiltCounts } from '../../src/model/RebuiltCounts.js';

describe('RebuiltCounts', () => {
  it('given a process seen from its start, counts all of each', () => {
    const counts = new RebuiltCounts<{ read: number; write: number }>(true);
    counts.see({ read: 5, write: 7 });
    counts.see({ read: 6, write: 7 });
    expect(counts.totals).toEqual({ read: 6, write: 7 });
  });

  it('given one that ran before, counts from the first look', () => {
    const counts = new RebuiltCounts<{ read: number; write: number }>(false);
    counts.see({ read: 500, write: 700 });
    expect(counts.totals).toEqual({ read: 0, write: 0 });
    counts.see({ read: 501, write: 702 });
    expect(counts.totals).toEqual({ read: 1, write: 2 });
  });

  it('goes on over restarts, also where the new process has counted more by then', () => {
    const counts = new RebuiltCounts<{ read: number }>(false);
    counts.see({ read: 10 });
    counts.restart();
    counts.see({ read: 25 });
    expect(counts.totals).toEqual({ read: 25 });
  });

  it('is undefined where nothing was ever known, and counts what only a later process tells', () => {
    const counts = new RebuiltCounts<{ read: number | undefined }>(false);
    counts.see(undefined);
    counts.see({ read: undefined });
    expect(counts.totals).toBeUndefined();
    counts.restart();
    counts.see({ read: 3 });
    expect(counts.totals).toEqual({ read: 3 });
  });

  it('keeps its totals where a look tells nothing', () => {
    const counts = new RebuiltCounts<{ read: number }>(true);
    counts.see({ read: 3 });
    counts.see(undefined);
    expect(counts.totals).toEqual({ read: 3 });
    expect(Object.isFrozen(counts.totals)).toBe(true);
  });
});
