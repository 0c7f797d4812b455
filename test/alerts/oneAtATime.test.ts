import { describe, expect, it } from '@jest/globals';
import { oneAtATime } from '../../src/alerts/oneAtATime.js';

/** A task of which each run lasts until it is let go. */
const heldTask = () => {
  const ends: ((isWell?: boolean) => void)[] = [];
  const task = (): Promise<unknown> => new Promise((resolve) => ends.push(resolve));
  return { task, ends };
};

describe('oneAtATime', () => {
  it('runs once more after the run under way, however often it is asked meanwhile', async () => {
    const { task, ends } = heldTask();
    const ask = oneAtATime(task);
    const first = ask();
    const others = [ask(), ask(), ask()];
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await new Promise(setImmediate);
    expect(ends).toHaveLength(2);
    ends[1]?.();
    await Promise.all([first, ...others]);
    expect(ends).toHaveLength(2);
  });

  it('does not run again after a run that went wrong before it is asked anew', async () => {
    const { task, ends } = heldTask();
    const ask = oneAtATime(task);
    const asked = [ask(), ask()];
    ends[0]?.(false);
    await Promise.all(asked);
    expect(ends).toHaveLength(1);
    void ask();
    expect(ends).toHaveLength(2);
  });

  it('runs anew when asked after an end', async () => {
    let runs = 0;
    const ask = oneAtATime(async () => {
      runs += 1;
    });
    await ask();
    await ask();
    expect(runs).toBe(2);
  });
});
