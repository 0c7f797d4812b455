import { describe, expect, it } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import type { DerivedRule } from '../../src/telemetry/catalogue/derivedMetrics.js';
import { DerivedMetric, type Membership } from '../../src/telemetry/DerivedMetric.js';

const MINUTE = 60_000;
const rate: DerivedRule = {
  name: 'frp.test.throughput',
  unit: 'By/s',
  description: 'For tests.',
  of: 'frp.test.io',
  keep: ['instance', 'direction'],
  compute: 'rate',
};
const increase: DerivedRule = { ...rate, compute: 'increase' };
const ratio: DerivedRule = {
  ...rate,
  of: ['frp.test.logins', 'frp.test.starts'],
  keep: ['instance'],
  compute: 'ratio',
  part: { 'error.type': true },
};
const mean: DerivedRule = { ...rate, of: 'frp.test.duration', keep: ['instance'], compute: 'mean' };

const web = { instance: 'frps@a', proxy: 'web', direction: 'in' };
const ssh = { instance: 'frps@a', proxy: 'ssh', direction: 'in' };
const out = { instance: 'frps@a', proxy: 'web', direction: 'out' };
const kept = { instance: 'frps@a', direction: 'in' };
const ok = { instance: 'frps@a' };
const failed = { instance: 'frps@a', 'error.type': 'x' };

/** A series at one collection; undefined is a growth that is not known. */
type Taken = readonly [attributes: Attributes, growth: number | undefined, parts?: { sum?: number; metric?: string }];

/** Collects as a reader does: memberships are kept with the series. */
class Collected {
  readonly #metric: DerivedMetric;
  readonly #memberships = new Map<string, Membership>();
  #own: Attributes | undefined;

  constructor(rule: DerivedRule, own?: Attributes) {
    this.#metric = new DerivedMetric(rule);
    this.#own = own;
  }

  at(now: number, ...taken: readonly Taken[]) {
    this.#metric.begin(now);
    for (const [attributes, growth, { sum, metric = this.#metric.of[0] ?? '' } = {}] of taken) {
      const key = `${metric} ${JSON.stringify(attributes)}`;
      let membership = this.#memberships.get(key);
      if (membership === undefined || this.#metric.isOver(membership)) {
        membership = this.#metric.membership(metric, { attributes, own: this.#own });
        this.#memberships.set(key, membership);
      }
      this.#metric.add(membership, growth, sum);
    }
    return this.#metric.points([0, 0]).map(({ attributes, value }) => ({ attributes, value }));
  }

  values(now: number, ...taken: readonly Taken[]): number[] {
    return this.at(now, ...taken).map(({ value }) => value);
  }
}

describe('DerivedMetric', () => {
  describe('rate', () => {
    it('tells nothing at the first look', () => {
      expect(new Collected(rate).at(0, [web, undefined])).toEqual([]);
      expect(new DerivedMetric(rate).isGrowthSince(0)).toBe(false);
    });

    it('is the growth per second since then, under the kept attributes', () => {
      const metric = new Collected(rate);
      metric.at(0, [web, undefined]);
      expect(metric.at(10_000, [web, 500])).toEqual([{ attributes: kept, value: 50 }]);
    });

    it('adds up what falls together under the kept attributes and nothing else', () => {
      const metric = new Collected(rate);
      metric.at(0, [web, undefined], [ssh, undefined], [out, undefined]);
      expect(metric.at(10_000, [web, 100], [ssh, 200], [out, 400])).toEqual([
        { attributes: kept, value: 30 },
        { attributes: { instance: 'frps@a', direction: 'out' }, value: 40 },
      ]);
    });

    it('does not fall when one of the series ends', () => {
      const metric = new Collected(rate);
      metric.at(0, [web, undefined], [ssh, undefined]);
      metric.at(10_000, [web, 1000], [ssh, 500]);
      expect(metric.values(20_000, [web, 300])).toEqual([90]); // 1800 / 20 s
    });

    it('counts a series that joins whole, over the time since the last look', () => {
      const metric = new Collected(rate);
      metric.at(0);
      metric.at(10_000);
      expect(metric.values(20_000, [web, 600])).toEqual([60]);
      expect(metric.values(30_000, [web, 0])).toEqual([30]);
    });

    it('is over the last minute unless its rule says otherwise', () => {
      const [short, long] = [new Collected(rate), new Collected({ ...rate, windowMillis: 2 * MINUTE })];
      for (let second = 0; second <= 120; second += 10) {
        const growth = second === 30 ? 1200 : 0;
        const [inShort] = short.values(second * 1000, [web, growth]);
        const [inLong] = long.values(second * 1000, [web, growth]);
        if (second === 120) expect([inShort, inLong]).toEqual([0, 10]);
      }
    });

    it('starts anew after all series of a group had ended', () => {
      const metric = new Collected(rate);
      metric.at(0, [web, undefined]);
      metric.at(10_000, [web, 600]);
      expect(metric.at(20_000)).toEqual([]);
      expect(metric.values(30_000, [web, 300])).toEqual([30]); // since 20 s
    });

    it('leaves out a kept attribute that the series has not', () => {
      const metric = new Collected(rate);
      metric.at(0, [ok, undefined]);
      expect(metric.at(1000, [ok, 5])).toEqual([{ attributes: ok, value: 5 }]);
    });

    it('takes only series that fulfil its condition', () => {
      const metric = new Collected({
        ...rate,
        keep: ['instance'],
        where: { direction: 'in', proxy: true, other: false },
      });
      const other = { ...web, other: 'x' };
      metric.at(0, [web, undefined], [out, undefined], [ok, undefined], [other, undefined]);
      expect(metric.at(1000, [web, 1], [out, 10], [ok, 100], [other, 1000])).toEqual([{ attributes: ok, value: 1 }]);
    });

    it('goes on after the clock was set back', () => {
      const metric = new Collected(rate);
      metric.at(3_600_000, [web, undefined]);
      metric.at(3_610_000, [web, 100]);
      expect(metric.values(10_000, [web, 100])).toEqual([]);
      expect(metric.values(20_000, [web, 50])).toEqual([5]);
    });
  });

  it('keeps with a proxy what a hook says of it, and without one nothing', () => {
    const own = { team: 'blue' };
    const attributes = { instance: 'frps@a', 'frp.proxy.name': 'web', team: 'blue' };
    const told = (keep: readonly string[]) => {
      const metric = new Collected({ ...increase, keep }, own);
      metric.at(0);
      return metric.at(1000, [attributes, 1])[0]?.attributes;
    };
    expect(told(['instance', 'frp.proxy.name'])).toEqual(attributes);
    expect(told(['instance'])).toEqual({ instance: 'frps@a' });
    expect(told(['instance', 'team'])).toEqual({ instance: 'frps@a', team: 'blue' });
  });

  describe('increase', () => {
    it('is what came in the last 5 minutes', () => {
      const metric = new Collected({ ...increase, keep: ['instance'] });
      metric.at(0, [ok, undefined]);
      expect(metric.values(60_000, [ok, 12])).toEqual([12]);
      expect(metric.values(180_000, [ok, 1])).toEqual([13]);
      expect(metric.values(360_000, [ok, 0])).toEqual([1]);
      expect(metric.values(700_000, [ok, 0])).toEqual([0]);
    });

    it('tells at the first look what began within the window, and not what began before', () => {
      const metric = new DerivedMetric(increase);
      metric.begin(400_000);
      expect([metric.isGrowthSince(100_000), metric.isGrowthSince(99_999)]).toEqual([true, false]);
      const first = new Collected({ ...increase, keep: ['instance'] });
      expect(first.values(400_000, [ok, 12])).toEqual([12]);
      expect(first.values(500_000, [ok, 0])).toEqual([12]);
      expect(first.values(700_000, [ok, 0])).toEqual([0]);
      expect(new Collected(increase).at(400_000, [web, undefined])).toEqual([]);
    });

    it('loses nothing where a reader collects less often than the window: it is since the last look', () => {
      const metric = new Collected({ ...increase, keep: ['instance'] });
      metric.at(0, [ok, undefined]);
      expect(metric.values(3_600_000, [ok, 50])).toEqual([50]);
      expect(metric.values(7_200_000, [ok, 7])).toEqual([7]);
    });

    it('loses nothing where a reader collects very often', () => {
      const metric = new Collected({ ...increase, keep: ['instance'] });
      metric.at(0, [ok, undefined]);
      let told: number | undefined;
      for (let second = 1; second <= 299; second += 1) [told] = metric.values(second * 1000, [ok, 1]);
      expect(told).toBe(299);
    });
  });

  describe('ratio', () => {
    const logins = { metric: 'frp.test.logins' };
    const starts = { metric: 'frp.test.starts' };

    it('is the part of all, over all its counters', () => {
      const metric = new Collected(ratio);
      metric.at(
        0,
        [ok, undefined, logins],
        [failed, undefined, logins],
        [ok, undefined, starts],
        [failed, undefined, starts],
      );
      expect(metric.values(60_000, [ok, 6, logins], [failed, 1, logins], [ok, 2, starts], [failed, 1, starts])).toEqual(
        [0.2],
      );
      expect(
        metric.values(120_000, [ok, 0, logins], [failed, 10, logins], [ok, 0, starts], [failed, 0, starts]),
      ).toEqual([0.6]);
    });

    it('is 0 where nothing came, and absent before anything is known', () => {
      const metric = new Collected(ratio);
      expect(metric.values(0, [ok, undefined, logins], [failed, undefined, logins])).toEqual([]);
      expect(metric.values(1000, [ok, 0, logins], [failed, 0, logins])).toEqual([0]);
    });

    it('is absent where only one side is told', () => {
      const metric = new Collected(ratio);
      metric.at(0, [failed, undefined, logins]);
      expect(metric.values(1000, [failed, 5, logins])).toEqual([]);
      expect(metric.values(2000, [ok, 5, starts])).toEqual([]);
    });

    it('leaves a counter out of which only one side is told, and takes it when the other comes', () => {
      const metric = new Collected(ratio);
      metric.at(0, [ok, undefined, logins], [failed, undefined, logins], [failed, undefined, starts]);
      expect(metric.values(1000, [ok, 3, logins], [failed, 1, logins], [failed, 100, starts])).toEqual([0.25]);
      expect(metric.values(2000, [ok, 0, logins], [failed, 0, logins], [failed, 0, starts], [ok, 4, starts])).toEqual([
        0.125,
      ]);
    });

    it('is 0 below its least number of failures', () => {
      const metric = new Collected({ ...ratio, atLeast: 3 });
      metric.at(0, [ok, undefined, logins], [failed, undefined, logins]);
      expect(metric.values(1000, [ok, 0, logins], [failed, 2, logins])).toEqual([0]);
      expect(metric.values(2000, [ok, 1, logins], [failed, 1, logins])).toEqual([0.75]);
      expect(metric.values(400_000, [ok, 1, logins], [failed, 0, logins])).toEqual([0]);
    });
  });

  describe('mean', () => {
    it('is the sum over the count of what was recorded in the window, and absent where nothing was', () => {
      const metric = new Collected(mean);
      metric.at(0, [ok, undefined, { sum: 100 }]);
      expect(metric.values(60_000, [ok, 4, { sum: 2 }])).toEqual([0.5]);
      expect(metric.values(120_000, [ok, 1, { sum: 3 }])).toEqual([1]);
      expect(metric.values(390_000, [ok, 0, { sum: 0 }])).toEqual([3]);
      expect(metric.values(800_000, [ok, 0, { sum: 0 }])).toEqual([]);
    });
  });
});
