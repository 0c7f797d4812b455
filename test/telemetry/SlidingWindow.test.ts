import { describe, expect, it } from '@jest/globals';
import { SlidingWindow } from '../../src/telemetry/SlidingWindow.js';

const MINUTE = 60_000;

describe('SlidingWindow, given a clock that is set back', () => {
  it('begins anew, instead of having no rate until the clock has caught up', () => {
    const window = new SlidingWindow(60_000);
    window.add(3_600_000, 0);
    window.add(3_610_000, 1_000);
    window.add(10_000, 2_000);
    expect(window.rate()).toBeUndefined();
    window.add(20_000, 2_500);
    expect(window.rate()).toBe(50);
  });
});

describe('SlidingWindow', () => {
  it('knows no rate before the second sample', () => {
    const window = new SlidingWindow(MINUTE);
    expect(window.rate()).toBeUndefined();
    window.add(1000, 500);
    expect(window.rate()).toBeUndefined();
  });

  it('knows no rate while all samples are of one moment, and takes the last of them', () => {
    const window = new SlidingWindow(MINUTE);
    window.add(1000, 500);
    window.add(1000, 600);
    expect(window.rate()).toBeUndefined();
    window.add(3000, 700);
    expect(window.rate()).toBe(50); // (700 - 600) / 2 s
  });

  it('takes what it has while the window is not yet full', () => {
    const window = new SlidingWindow(MINUTE);
    window.add(0, 100);
    window.add(10_000, 400);
    expect(window.rate()).toBe(30);
    window.add(30_000, 400);
    expect(window.rate()).toBe(10);
  });

  it('forgets what is older than the window', () => {
    const window = new SlidingWindow(MINUTE);
    for (let second = 0; second <= 120; second += 10) window.add(second * 1000, second <= 30 ? second * 7 : 210);
    expect(window.rate()).toBe(0); // from 60 s to 120 s nothing grew
  });

  it('is 0 for a count that stands still', () => {
    const window = new SlidingWindow(MINUTE);
    window.add(0, 9);
    window.add(MINUTE, 9);
    expect(window.rate()).toBe(0);
  });

  it('measures from the last sample before the window when samples are far apart', () => {
    const window = new SlidingWindow(MINUTE);
    window.add(0, 0);
    window.add(50_000, 0);
    window.add(100_000, 1000); // the window begins at 40 s: the sample at 0 is the last before it
    expect(window.rate()).toBe(10);
    window.add(130_000, 1000); // begins at 70 s: from the sample at 50 s
    expect(window.rate()).toBe(12.5);
  });

  it('goes on after a silence of many windows', () => {
    const window = new SlidingWindow(MINUTE);
    window.add(0, 0);
    window.add(1000, 1);
    window.add(10 * MINUTE, 601);
    expect(window.rate()).toBeCloseTo(601 / 600, 10);
    window.add(11 * MINUTE, 661);
    expect(window.rate()).toBe(1);
  });

  it('keeps a sample every twelfth of the window however often it is asked', () => {
    const window = new SlidingWindow(MINUTE);
    // 1 per second of growth after a jump of 1,000 at 61 s: the jump shows from which sample the window begins.
    const total = (second: number) => second + (second >= 61 ? 1000 : 0);
    const begins: number[] = [];
    for (let tenth = 0; tenth <= 3000; tenth += 1) {
      const second = tenth / 10;
      window.add(second * 1000, total(second));
      const rate = window.rate();
      // rate = (total(second) - total(begin)) / (second - begin), and between the two the jump or not
      if (rate !== undefined && rate > 1 + 1e-9) begins.push(Math.round((second - 1000 / (rate - 1)) * 1000) / 1000);
    }
    expect([...new Set(begins)]).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]);
    expect(begins.filter((begin) => begin === 60)).toHaveLength(50); // from 120 s until 65 s has come to the window's start
  });

  it('follows the newest value at once though it keeps few samples', () => {
    const window = new SlidingWindow(MINUTE);
    for (let millis = 0; millis <= MINUTE; millis += 100) window.add(millis, 0);
    window.add(MINUTE + 1, 60_001);
    expect(window.rate()).toBeCloseTo(1000, 6);
  });
});
