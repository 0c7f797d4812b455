import { describe, expect, it } from '@jest/globals';
import { SlidingWindow, WindowedTotal } from '../../src/telemetry/SlidingWindow.js';

const MINUTE = 60_000;

/** A window of a minute over one total, as a derived metric uses it. */
class Counted {
  readonly #window = new SlidingWindow(MINUTE);
  readonly #total = new WindowedTotal();

  add(time: number, total: number): void {
    this.#window.add(time);
    this.#total.set(this.#window.last, total);
  }

  /** Seconds and growth from the first sample to the last. */
  seen(): readonly [seconds: number, growth: number] {
    const { first, last } = this.#window;
    return [this.#window.secondsSince(first), this.#total.growth(first, last)];
  }
}

describe('SlidingWindow', () => {
  it('has no first look before there is one', () => {
    const { first, last } = new SlidingWindow(MINUTE);
    expect([first, last]).toEqual([0, -1]);
  });

  it('takes the last of several samples of one moment', () => {
    const counted = new Counted();
    counted.add(1000, 500);
    counted.add(1000, 600);
    expect(counted.seen()).toEqual([0, 0]);
    counted.add(3000, 700);
    expect(counted.seen()).toEqual([2, 100]);
  });

  it('takes what it has while the window is not yet full', () => {
    const counted = new Counted();
    counted.add(0, 100);
    counted.add(10_000, 400);
    expect(counted.seen()).toEqual([10, 300]);
    counted.add(30_000, 400);
    expect(counted.seen()).toEqual([30, 300]);
  });

  it('forgets what is older than the window', () => {
    const counted = new Counted();
    for (let second = 0; second <= 120; second += 10) counted.add(second * 1000, second <= 30 ? second * 7 : 210);
    expect(counted.seen()).toEqual([60, 0]);
  });

  it('measures from the last sample before the window when samples are far apart', () => {
    const counted = new Counted();
    counted.add(0, 0);
    counted.add(50_000, 0);
    counted.add(100_000, 1000); // the window begins at 40 s: the sample at 0 is the last before it
    expect(counted.seen()).toEqual([100, 1000]);
    counted.add(130_000, 1000); // begins at 70 s: from the sample at 50 s
    expect(counted.seen()).toEqual([80, 1000]);
  });

  it('goes on after a silence of many windows, and tells what came in it', () => {
    const counted = new Counted();
    counted.add(0, 0);
    counted.add(1000, 1);
    counted.add(10 * MINUTE, 601);
    expect(counted.seen()).toEqual([599, 600]);
    counted.add(11 * MINUTE, 661);
    expect(counted.seen()).toEqual([60, 60]);
  });

  it('keeps a sample every twelfth of the window however often it is asked', () => {
    const window = new SlidingWindow(MINUTE);
    const spans = new Set<number>();
    for (let tenth = 0; tenth <= 3000; tenth += 1) {
      window.add(tenth * 100);
      expect(window.last - window.first).toBeLessThan(14);
      if (tenth > 700) spans.add(window.secondsSince(window.first));
    }
    expect(Math.min(...spans)).toBe(60);
    expect(Math.max(...spans)).toBeLessThan(65);
  });

  it('follows the newest value at once though it keeps few samples', () => {
    const counted = new Counted();
    for (let millis = 0; millis <= MINUTE; millis += 100) counted.add(millis, 0);
    counted.add(MINUTE + 1, 60_001);
    expect(counted.seen()).toEqual([60.001, 60_001]);
  });

  it('stays bounded, and knows the newest value, where samples come in any rhythm', () => {
    const counted = new Counted();
    let time = 0;
    for (let round = 0; round < 1000; round += 1) {
      time += round % 2 === 0 ? 100 : 5_000; // a near one after each silence
      counted.add(time, time);
      const [seconds, growth] = counted.seen();
      expect(growth).toBe(seconds * 1000);
      if (time > 2 * MINUTE) expect(seconds).toBeGreaterThanOrEqual(60);
      expect(seconds).toBeLessThan(90);
    }
  });

  it('begins anew with a clock that is set back, instead of waiting until it has caught up', () => {
    const counted = new Counted();
    counted.add(3_600_000, 0);
    counted.add(3_610_000, 1_000);
    counted.add(10_000, 2_000);
    expect(counted.seen()).toEqual([0, 0]);
    counted.add(20_000, 2_500);
    expect(counted.seen()).toEqual([10, 500]);
  });
});
