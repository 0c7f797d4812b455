import { describe, expect, it } from '@jest/globals';
import type { GaugeMetricData, MetricData } from '@opentelemetry/sdk-metrics';
import type { AlertRecord } from '../../../src/alerts/AlertRecord.js';
import type { EffectiveRule } from '../../../src/alerts/AlertRule.js';
import { DEFAULT_RULES } from '../../../src/alerts/defaultRules.js';
import { effectiveRules } from '../../../src/alerts/effectiveRules.js';
import { AlertEvaluator } from '../../../src/alerts/evaluator/AlertEvaluator.js';
import type { RuleOverride } from '../../../src/alerts/ownRules.js';
import { ruleCases } from '../../../src/alerts/render/ruleCases.js';
import { RULE_ATTRIBUTES } from '../../../src/telemetry/catalogue/alertEvents.js';
import type { DerivedRule } from '../../../src/telemetry/catalogue/derivedMetrics.js';
import { at } from '../../telemetry/snapshots.js';
import { type CaseSeries, collected } from './series.js';

/** Over as soon as it does not hold. */
const ruleNamed = (name: string): EffectiveRule => {
  const rule = DEFAULT_RULES.find((each) => each.name === name);
  if (rule === undefined) throw new Error(`no rule ${name}`);
  return { ...rule, keepFiringForMillis: 0 };
};

const ofServer = (instance = 'frps@host') => ({
  'frp.role': 'server',
  'frp.instance': instance,
  'frp.server.name': 'host:7000',
});
const up = (value: number | string, instance?: string): CaseSeries => ({
  metric: 'frp.process.up',
  attributes: ofServer(instance),
  values: String(value),
});
const refused = (total: number, since?: number): CaseSeries => ({
  metric: 'frp.server.proxy.starts',
  attributes: { ...ofServer(), 'error.type': 'port_already_used' },
  values: String(total),
  ...(since !== undefined && { since }),
});
const look = (evaluator: AlertEvaluator, second: number, ...series: readonly CaseSeries[]): readonly AlertRecord[] =>
  evaluator.evaluate(collected(series, 0, at(second)), at(second));
const states = (alerts: readonly AlertRecord[]): readonly string[] =>
  alerts.map(({ name, state }) => `${name} ${state}`);

describe('AlertEvaluator', () => {
  it('tells an alert from its begin to its end as one record', () => {
    const evaluator = new AlertEvaluator([ruleNamed('FrpServerDown')]);
    expect(look(evaluator, 0, up(1))).toEqual([]);
    const [pending] = look(evaluator, 15, up(0));
    expect(pending).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      name: 'FrpServerDown',
      severity: 'critical',
      subject: 'server',
      state: 'pending',
      summary: 'frps@host is down',
      description: expect.stringContaining('All tunnels of host:7000 are closed'),
      runbook: ruleNamed('FrpServerDown').runbook,
      attributes: ofServer(),
      metric: 'frp.process.up',
      value: 0,
      threshold: 0,
      createdAt: at(15),
      firedAt: undefined,
      resolvedAt: undefined,
    });
    expect(look(evaluator, 30, up(0))).toEqual([]);
    expect(look(evaluator, 45, up(0))).toEqual([{ ...pending, state: 'firing', firedAt: at(45) }]);
    expect(evaluator.active).toEqual([{ ...pending, state: 'firing', firedAt: at(45) }]);
    expect(look(evaluator, 60, up(1))).toEqual([
      { ...pending, state: 'resolved', firedAt: at(45), resolvedAt: at(60) },
    ]);
    expect(evaluator.active).toEqual([]);
  });

  it('gives an alert the same id each time, and others another', () => {
    const idOf = (name: string, instance: string): string | undefined =>
      look(new AlertEvaluator([{ ...ruleNamed('FrpServerDown'), name }]), 0, up(0, instance))[0]?.id;
    expect(idOf('FrpServerDown', 'a')).toBe(idOf('FrpServerDown', 'a'));
    expect(new Set([idOf('FrpServerDown', 'a'), idOf('FrpServerDown', 'b'), idOf('Other', 'a')]).size).toBe(3);
  });

  it('freezes what it tells', () => {
    const [alert] = look(new AlertEvaluator([ruleNamed('FrpServerDown')]), 0, up(0));
    expect(Object.isFrozen(alert) && Object.isFrozen(alert?.attributes)).toBe(true);
  });

  it('says the value of the moment while it fires, by its unit', () => {
    const evaluator = new AlertEvaluator([{ ...ruleNamed('FrpServerCpuHigh'), forMillis: 0 }]);
    const cpu = (value: number): CaseSeries => ({ ...up(value), metric: 'frp.process.cpu.utilization' });
    look(evaluator, 0, cpu(0.85));
    expect(evaluator.active[0]?.summary).toBe('frps@host uses 85% of all CPUs');
    look(evaluator, 15, cpu(0.925));
    expect(evaluator.active).toMatchObject([{ summary: 'frps@host uses 92.5% of all CPUs', value: 0.925 }]);
  });

  it('counts what began within the window from 0, and what began before it from the first look on', () => {
    const told = (since: number): readonly AlertRecord[] =>
      look(new AlertEvaluator([ruleNamed('FrpProxyStartFailed')]), 600, refused(2, at(since)));
    expect(told(400)).toMatchObject([{ state: 'firing', value: 2 }]);
    expect(told(299)).toEqual([]);
  });

  it('counts a series that comes later from 0, however old its subject is', () => {
    const evaluator = new AlertEvaluator([ruleNamed('FrpProxyStartFailed')]);
    look(evaluator, 600, up(1));
    expect(look(evaluator, 615, refused(1, at(-9_999)))).toMatchObject([{ state: 'firing', value: 1 }]);
  });

  it('counts a series that was away from where it was', () => {
    const evaluator = new AlertEvaluator([{ ...ruleNamed('FrpProxyStartFailed'), threshold: 1 } as EffectiveRule]);
    look(evaluator, 0, refused(40));
    look(evaluator, 15);
    look(evaluator, 30);
    expect(look(evaluator, 45, refused(41))).toEqual([]);
    expect(look(evaluator, 60, refused(42))).toMatchObject([{ value: 2 }]);
  });

  it('takes what a subject counts that was away too long, or comes later, for what it had before', () => {
    const evaluator = new AlertEvaluator([ruleNamed('FrpProxyStartFailed')]);
    look(evaluator, 0, refused(40));
    for (let minute = 1; minute <= 62; minute += 1) look(evaluator, 60 * minute);
    expect(look(evaluator, 63 * 60, refused(40))).toEqual([]);
    expect(look(evaluator, 63 * 60 + 15, refused(41))).toMatchObject([{ value: 1 }]);
  });

  it('counts from 0 what began after the last look, also where that is longer ago than the window', () => {
    const evaluator = new AlertEvaluator([ruleNamed('FrpProxyStartFailed')]);
    look(evaluator, 0);
    expect(look(evaluator, 900, refused(3, at(1)))).toMatchObject([{ value: 3 }]);
  });

  it('takes one of several alternatives for the alert, and stays with it', () => {
    const low = { ...ruleNamed('FrpServerDown'), forMillis: 0, severity: 'low' } as const;
    const evaluator = new AlertEvaluator([
      { ...low, comparison: '<', threshold: 1, severity: 'high' } as EffectiveRule,
      low,
    ]);
    expect(look(evaluator, 0, up(0))).toMatchObject([{ severity: 'high' }]);
    expect(evaluator.active).toHaveLength(1);
    expect(look(evaluator, 15, up(0))).toEqual([]);
    expect(look(evaluator, 30, up(1))).toMatchObject([{ severity: 'high', state: 'resolved' }]);
  });

  it('is not delayed by a clock that was set back', () => {
    const evaluator = new AlertEvaluator([ruleNamed('FrpServerDown'), ruleNamed('FrpProxyStartFailed')]);
    look(evaluator, 86_400, up(0), refused(0));
    look(evaluator, 86_415, up(0), refused(1));
    expect(states(look(evaluator, 0, up(0), refused(1)))).toEqual(['FrpProxyStartFailed resolved']);
    expect(states(look(evaluator, 30, up(0), refused(1)))).toEqual(['FrpServerDown firing']);
  });

  it('keeps so many alerts of a name and in all, and says how many it leaves out', () => {
    const down = [up(0, 'a'), up(0, 'b'), up(0, 'c'), up(0, 'd')];
    const perName = new AlertEvaluator([ruleNamed('FrpServerDown')], { perName: 3, inAll: 9 });
    look(perName, 0, ...down);
    expect([perName.active.length, perName.leftOut]).toEqual([3, 1]);
    look(perName, 15, ...down.slice(1)); // the room of one that is over
    expect([perName.active.length, perName.leftOut]).toEqual([3, 0]);
    const inAll = new AlertEvaluator([ruleNamed('FrpServerDown'), { ...ruleNamed('FrpServerDown'), name: 'Other' }], {
      perName: 4,
      inAll: 6,
    });
    look(inAll, 0, ...down);
    expect([inAll.active.length, inAll.leftOut]).toEqual([6, 2]);
  });

  it('looks at a series once, however many variants a rule has', () => {
    let reads = 0;
    const attributes = {
      ...ofServer(),
      get 'frp.proxy.name'() {
        reads += 1;
        return 'customer-7-web';
      },
    };
    const overrides = Array.from({ length: 500 }, (_, index) => ({
      rule: 'FrpProxyConnectionsHigh',
      proxy: `customer-${index}-*`,
      threshold: index,
    }));
    const rules = effectiveRules({ alertRules: { overrides, own: [] } });
    const evaluator = new AlertEvaluator(rules.filter(({ name }) => name === 'FrpProxyConnectionsHigh'));
    look(evaluator, 0, { metric: 'frp.proxy.connection.active', attributes, values: '8' });
    expect(evaluator.active).toMatchObject([{ threshold: 7, attributes: { 'frp.proxy.name': 'customer-7-web' } }]);
    expect(reads).toBeLessThan(10);
  });

  describe('with alerts that fired before it began', () => {
    const fired = (name = 'FrpServerDown'): AlertRecord => {
      const evaluator = new AlertEvaluator([{ ...ruleNamed(name), forMillis: 0 }]);
      const [alert] = look(evaluator, -600, name === 'FrpServerDown' ? up(0) : refused(1, at(-601)));
      if (alert === undefined) throw new Error(`${name} does not fire`);
      return alert;
    };
    const resumed = (alert: AlertRecord): AlertEvaluator => {
      const evaluator = new AlertEvaluator([ruleNamed('FrpServerDown'), ruleNamed('FrpProxyStartFailed')]);
      evaluator.resume([alert], at(0));
      return evaluator;
    };

    it('goes on with them, without a word, where they hold', () => {
      const evaluator = resumed(fired());
      expect(look(evaluator, 15, up(0))).toEqual([]);
      expect(evaluator.active).toEqual([fired()]);
    });

    it('resolves them once it sees that they do not', () => {
      const evaluator = resumed(fired());
      expect(look(evaluator, 15, up(0, 'frps@other')).map(({ state }) => state)).toEqual(['pending']);
      expect(look(evaluator, 30, up(1))).toEqual([{ ...fired(), state: 'resolved', resolvedAt: at(30) }]);
    });

    it('resolves them after a while when nothing is seen of their subject', () => {
      const evaluator = resumed(fired());
      expect(look(evaluator, 299)).toEqual([]);
      expect(states(look(evaluator, 300))).toEqual(['FrpServerDown resolved']);
    });

    it('waits for a window where growth alone can tell', () => {
      const evaluator = resumed(fired('FrpProxyStartFailed'));
      expect(look(evaluator, 15, refused(7))).toEqual([]);
      expect(look(evaluator, 299, refused(7))).toEqual([]);
      expect(states(look(evaluator, 300, refused(7)))).toEqual(['FrpProxyStartFailed resolved']);
    });

    const recent = (value: number): CaseSeries => ({
      metric: 'frp.server.login.failures.recent',
      attributes: ofServer(),
      values: String(value),
    });
    const own: DerivedRule = {
      name: 'acme.refused.recent',
      unit: '{start}',
      description: 'Of the user.',
      of: 'frp.server.proxy.starts',
      keep: [],
      compute: 'increase',
    };

    it.each([
      ['the catalogue, over the window that is usual', 300, ruleNamed('FrpLoginFailures'), []],
      [
        'the user, over the window that is usual',
        300,
        { ...ruleNamed('FrpLoginFailures'), metric: own.name } as EffectiveRule,
        [own],
      ],
      [
        'the user, over a window of its own',
        600,
        { ...ruleNamed('FrpLoginFailures'), metric: own.name } as EffectiveRule,
        [{ ...own, windowMillis: 600_000 }],
      ],
    ])('waits for the window of a derived metric of %s, which begins anew', (_, seconds, rule, derivedMetrics) => {
      const quiet = { ...recent(0), metric: rule.metric };
      const evaluator = new AlertEvaluator([rule], { derivedMetrics });
      evaluator.resume([{ ...fired(), name: rule.name, metric: rule.metric }], at(0));
      expect(look(evaluator, 15, quiet)).toEqual([]);
      expect(look(evaluator, seconds - 1, quiet)).toEqual([]);
      expect(states(look(evaluator, seconds, quiet))).toEqual(['FrpLoginFailures resolved']);
    });

    it('takes a derived metric at its word once it held again', () => {
      const rule = ruleNamed('FrpLoginFailures');
      const evaluator = new AlertEvaluator([rule]);
      evaluator.resume([{ ...fired(), name: rule.name, metric: rule.metric }], at(0));
      expect(look(evaluator, 15, recent(1_000))).toEqual([]);
      expect(states(look(evaluator, 30, recent(0)))).toEqual(['FrpLoginFailures resolved']);
    });

    it('waits for its subject beyond a window that is short', () => {
      const rule: EffectiveRule = { ...ruleNamed('FrpProxyStartFailed'), windowMillis: 60_000 } as EffectiveRule;
      const evaluator = new AlertEvaluator([rule]);
      evaluator.resume([fired('FrpProxyStartFailed')], at(0));
      expect(look(evaluator, 75)).toEqual([]);
      expect(states(look(evaluator, 90, refused(7)))).toEqual(['FrpProxyStartFailed resolved']);
    });

    it('waits no longer where the clock was set back', () => {
      const evaluator = resumed(fired());
      expect(look(evaluator, -86_400)).toEqual([]);
      expect(states(look(evaluator, -86_400 + 300))).toEqual(['FrpServerDown resolved']);
    });

    it('looks through the series once for all of them', () => {
      let reads = 0;
      const ofProxy = (number: number) => ({ ...ofServer(), 'frp.proxy.name': `p${number}`, 'frp.proxy.type': 'tcp' });
      const numbers = Array.from({ length: 100 }, (_, number) => number);
      const rule: EffectiveRule = { ...ruleNamed('FrpProxyDown'), forMillis: 0 };
      const series = (value: number): MetricData[] => {
        const [status] = collected(
          numbers.map((number) => ({
            metric: 'frp.proxy.status',
            attributes: { ...ofProxy(number), 'frp.proxy.state': 'offline' },
            values: String(value),
          })),
          0,
          at(0),
        ) as [GaugeMetricData];
        const dataPoints = status.dataPoints.map(({ attributes, ...point }) => ({
          ...point,
          get attributes() {
            reads += 1;
            return attributes;
          },
        }));
        return [{ ...status, dataPoints }];
      };
      const before = new AlertEvaluator([rule]);
      before.evaluate(series(1), at(0));
      const evaluator = new AlertEvaluator([rule]);
      evaluator.resume(before.active, at(0));
      reads = 0;
      expect(evaluator.evaluate(series(0), at(15))).toHaveLength(100);
      expect(reads).toBeLessThan(1_000);
    });

    const proxyDown = (proxy: string, severity: string, more: Readonly<Record<string, string>> = {}): AlertRecord =>
      ({
        ...fired(),
        name: 'FrpProxyDown',
        metric: 'frp.proxy.status',
        severity,
        attributes: { ...ofServer(), 'frp.proxy.name': proxy, 'frp.proxy.type': 'tcp', ...more },
      }) as AlertRecord;
    const overridden = (...overrides: readonly Omit<RuleOverride, 'rule'>[]): AlertEvaluator =>
      new AlertEvaluator(
        effectiveRules({
          alertRules: { overrides: overrides.map((each) => ({ rule: 'FrpProxyDown', ...each })), own: [] },
        }),
      );

    it('takes each for what the rule is for its proxy, and for the alternative that has its attributes', () => {
      const evaluator = overridden({ proxy: 'lab-*', severity: 'medium', keepFiringForMillis: 3_600_000 });
      evaluator.resume(
        [proxyDown('web', 'high'), proxyDown('ssh', 'low', { 'frp.proxy.group': 'all' }), proxyDown('lab-1', 'medium')],
        at(0),
      );
      expect(evaluator.active.map(({ severity }) => severity).sort()).toEqual(['high', 'low', 'medium']);
      expect(look(evaluator, 300).map(({ severity }) => severity)).toEqual(['high', 'low']);
    });

    it('resolves those of a proxy that the rule is not for any more', () => {
      const evaluator = overridden({ proxy: 'lab-*', isEnabled: false });
      evaluator.resume([proxyDown('lab-1', 'high'), proxyDown('web', 'high')], at(0));
      expect(look(evaluator, 15).map(({ attributes }) => attributes['frp.proxy.name'])).toEqual(['lab-1']);
    });

    it('counts those for which there is no room', () => {
      const evaluator = new AlertEvaluator([ruleNamed('FrpServerDown')], { perName: 1, inAll: 9 });
      const other = { ...fired(), attributes: ofServer('other') };
      evaluator.resume([fired(), other], at(0));
      look(evaluator, 15);
      expect([evaluator.active.length, evaluator.leftOut]).toEqual([1, 1]);
      look(evaluator, 30);
      expect(evaluator.leftOut).toBe(0);
    });

    it('resolves those of which there is no rule any more', () => {
      const evaluator = resumed({ ...fired(), name: 'Gone' });
      expect(states(look(evaluator, 15, up(0)))).toContain('Gone resolved');
    });
  });

  describe('with the rules of the catalogue', () => {
    it.each(ruleCases(DEFAULT_RULES).map((each, index) => [`${each.rule.name} (${index})`, each] as const))(
      '%s fires once it has held for its time, and is resolved',
      (_, each) => {
        if ('reason' in each) throw new Error(each.reason);
        const { rule, series, stepMillis, expected } = each;
        const evaluator = new AlertEvaluator([rule]);
        const found = new Map<number, string>();
        for (let step = 0; step < Math.max(...series.map(({ samples }) => samples.length)); step += 1) {
          const now = step * stepMillis;
          const points = series.map(({ metric, attributes, samples }): CaseSeries => {
            return {
              metric,
              attributes: attributes as CaseSeries['attributes'],
              values: String(samples[step] ?? 'stale'),
            };
          });
          evaluator.evaluate(collected(points, 0, now), now);
          expect(evaluator.active.length).toBeLessThanOrEqual(1);
          found.set(now, evaluator.active[0]?.state ?? 'inactive');
        }
        expect(expected.map(({ atMillis }) => [atMillis, found.get(atMillis)])).toEqual(
          expected.map(({ atMillis, state }) => [atMillis, state]),
        );
      },
    );

    it('has alerts told by no attribute that their log records do not name', () => {
      const names = new Set(DEFAULT_RULES.flatMap(({ by }) => by));
      expect([...names].filter((name) => !(RULE_ATTRIBUTES as readonly string[]).includes(name))).toEqual([]);
    });
  });
});
