import { describe, expect, it } from '@jest/globals';
import type { DerivedRule } from '../../src/telemetry/catalogue/derivedMetrics.js';
import { DerivedMetric } from '../../src/telemetry/DerivedMetric.js';

const rule: DerivedRule = {
  name: 'frp.test.throughput',
  unit: 'By/s',
  description: 'For tests.',
  of: 'frp.test.io',
  keep: ['instance', 'direction'],
  compute: 'rate',
  windowMillis: 60_000,
};

const web = { series: 'web', attributes: { instance: 'frps@a', proxy: 'web', direction: 'in' } };
const ssh = { series: 'ssh', attributes: { instance: 'frps@a', proxy: 'ssh', direction: 'in' } };
const out = { series: 'web out', attributes: { instance: 'frps@a', proxy: 'web', direction: 'out' } };
const kept = { instance: 'frps@a', direction: 'in' };

describe('DerivedMetric', () => {
  it('tells nothing at the first look: what was counted before it is no growth', () => {
    expect(new DerivedMetric(rule).collect([{ ...web, value: 1_000_000 }], 0)).toEqual([]);
  });

  it('is the growth per second since then, under the kept attributes', () => {
    const metric = new DerivedMetric(rule);
    metric.collect([{ ...web, value: 1_000_000 }], 0);
    expect(metric.collect([{ ...web, value: 1_000_500 }], 10_000)).toEqual([{ attributes: kept, value: 50 }]);
  });

  it('adds up what falls together under the kept attributes and nothing else', () => {
    const metric = new DerivedMetric(rule);
    const look = (values: readonly [number, number, number], now: number) =>
      metric.collect(
        [
          { ...web, value: values[0] },
          { ...ssh, value: values[1] },
          { ...out, value: values[2] },
        ],
        now,
      );
    look([10, 20, 30], 0);
    expect(look([110, 220, 430], 10_000)).toEqual([
      { attributes: kept, value: 30 },
      { attributes: { instance: 'frps@a', direction: 'out' }, value: 40 },
    ]);
  });

  it('does not fall when one of the series ends', () => {
    const metric = new DerivedMetric(rule);
    const both = (a: number, b: number) => [
      { ...web, value: a },
      { ...ssh, value: b },
    ];
    metric.collect(both(0, 0), 0);
    metric.collect(both(1000, 500), 10_000);
    expect(metric.collect([{ ...web, value: 1300 }], 20_000)).toEqual([{ attributes: kept, value: 90 }]); // 1800 / 20 s
  });

  it('takes a series that joins as it comes: its count so far is no growth', () => {
    const metric = new DerivedMetric(rule);
    metric.collect([{ ...web, value: 0 }], 0);
    const joined = [
      { ...web, value: 100 },
      { ...ssh, value: 1_000_000 },
    ];
    expect(metric.collect(joined, 10_000)).toEqual([{ attributes: kept, value: 10 }]);
    const grown = [
      { ...web, value: 100 },
      { ...ssh, value: 1_000_300 },
    ];
    expect(metric.collect(grown, 20_000)).toEqual([{ attributes: kept, value: 20 }]);
  });

  it('starts anew after all series of a group had ended', () => {
    const metric = new DerivedMetric(rule);
    metric.collect([{ ...web, value: 0 }], 0);
    metric.collect([{ ...web, value: 600 }], 10_000);
    expect(metric.collect([], 20_000)).toEqual([]);
    expect(metric.collect([{ ...web, value: 900 }], 30_000)).toEqual([]);
    expect(metric.collect([{ ...web, value: 910 }], 40_000)).toEqual([{ attributes: kept, value: 1 }]);
  });

  it('leaves out a kept attribute that the series has not', () => {
    const metric = new DerivedMetric(rule);
    const bare = { series: 'x', attributes: { instance: 'frps@a' } };
    metric.collect([{ ...bare, value: 0 }], 0);
    expect(metric.collect([{ ...bare, value: 5 }], 1000)).toEqual([{ attributes: { instance: 'frps@a' }, value: 5 }]);
  });

  it('has a window of its own for each reader: one that asks often does not shorten the other one', () => {
    const often = new DerivedMetric(rule);
    const seldom = new DerivedMetric(rule);
    const total = (second: number) => (second < 50 ? 0 : 6000);
    const points = (second: number) => [{ ...web, value: total(second) }];
    for (let second = 0; second <= 60; second += 1) often.collect(points(second), second * 1000);
    seldom.collect(points(0), 0);
    expect(seldom.collect(points(60), 60_000)).toEqual([{ attributes: kept, value: 100 }]);
    expect(often.collect(points(61), 61_000)).toEqual([{ attributes: kept, value: 6000 / 61 }]);
  });
});
