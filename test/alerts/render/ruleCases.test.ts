import { describe, expect, it } from '@jest/globals';
import type { AlertRule, Comparison, EffectiveRule } from '../../../src/alerts/AlertRule.js';
import { DEFAULT_RULES } from '../../../src/alerts/defaultRules.js';
import { effectiveRules } from '../../../src/alerts/effectiveRules.js';
import { DIALECTS } from '../../../src/alerts/prometheusDialect.js';
import { renderPrometheus } from '../../../src/alerts/render/prometheus.js';
import { renderPrometheusTests } from '../../../src/alerts/render/prometheusTests.js';
import { type RuleCase, ruleCases } from '../../../src/alerts/render/ruleCases.js';
import { describeWith } from '../../support/RealPrometheus.js';
import { testRuleFiles } from './promtoolRules.js';

const testable = (rules: readonly EffectiveRule[]): readonly RuleCase[] =>
  ruleCases(rules).flatMap((each) => ('reason' in each ? [] : [each]));

const named = (name: string): EffectiveRule => {
  const rule = DEFAULT_RULES.find((each) => each.name === name);
  if (rule === undefined) throw new Error(name);
  return rule;
};

const reasons = (rules: readonly EffectiveRule[]): readonly (string | undefined)[] =>
  ruleCases(rules).map((each) => ('reason' in each ? each.reason : undefined));

/** One of the catalogue, with another comparison and threshold. */
const compared = (name: string, comparison: Comparison, threshold: number): EffectiveRule =>
  ({ ...named(name), comparison, threshold }) as EffectiveRule;

describe('a case of a rule', () => {
  it('is there for each rule of the catalogue, and says when it is pending, firing and resolved', () => {
    expect(reasons(DEFAULT_RULES)).toEqual(DEFAULT_RULES.map(() => undefined));
    const [memory] = testable([named('FrpServerMemoryHigh')]);
    expect(memory?.expected).toEqual([
      { atMillis: 45_000, state: 'inactive' },
      { atMillis: 165_000, state: 'pending' },
      { atMillis: 180_000, state: 'firing' },
      { atMillis: 285_000, state: 'firing' }, // held until 240,000, kept for a minute
      { atMillis: 300_000, state: 'inactive' },
    ]);
    expect(memory?.series[0]?.samples.slice(2, 6)).toEqual([2 ** 30, 2 ** 30, 1_610_610_000, 1_610_610_000]);
  });

  it('has a series beside it that is as bad and does not count', () => {
    const [server] = testable([named('FrpServerDown')]);
    expect(server?.series.map(({ attributes }) => attributes['frp.role'])).toEqual(['server', 'other']);
    expect(server?.series[1]?.samples).toEqual(server?.series[0]?.samples);
  });

  it('is of a proxy that the variant is for', () => {
    const variants = effectiveRules({
      alertRules: {
        overrides: ['web', 'x*', '*'].map((proxy) => ({ rule: 'FrpProxyLatencyHigh', proxy, threshold: 2 })),
        own: [],
      },
    }).filter(({ name }) => name === 'FrpProxyLatencyHigh');
    const proxies = ruleCases(variants).map((each) =>
      'reason' in each ? each.reason : each.attributes['frp.proxy.name'],
    );
    expect(proxies).toEqual(['web', 'x', '0', 'overrides before it take every proxy that it is for']);
  });

  it.each([
    [
      'an increase that is always or never beyond',
      compared('FrpProxyStartFailed', '>', -1),
      'growth and standstill are the same to it',
    ],
    [
      'an increase of exactly so much',
      compared('FrpProxyStartFailed', '==', 5),
      'growth and standstill are the same to it',
    ],
    [
      'an absence for longer than it is remembered',
      { ...named('FrpReporterAbsent'), forMillis: 3_600_000 },
      'it is to hold for longer than its window',
    ],
  ])('is not there for %s', (_, rule, reason) => {
    expect(reasons([rule])).toEqual([reason]);
  });
});

const COMPARISONS: readonly Comparison[] = ['>', '>=', '<', '<=', '==', '!='];

/** Windows and durations other than those of the catalogue. */
const quick = { windowMillis: 2_000, forMillis: 1_500, keepFiringForMillis: 700 };

describeWith(['promtool'], 'the cases in promtool', () => {
  const play = (rules: readonly EffectiveRule[], dialect: 'own' | 'collector') => {
    const file = renderPrometheus(rules, dialect);
    return testRuleFiles(file, renderPrometheusTests(testable(rules), dialect, { ruleFile: file.path, name: 'tests' }));
  };

  it.each(DIALECTS)('pass for the catalogue: dialect %s', (dialect) => {
    const { status, output } = play(DEFAULT_RULES, dialect);
    expect([status, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it.each(
    [
      ...COMPARISONS.flatMap((comparison) => [
        compared('FrpServerClientsHigh', comparison, -2.5),
        compared('FrpServerClientsHigh', comparison, 0),
      ]),
      ...(['>', '>=', '!=', '<=', '=='] as const).map((comparison) =>
        compared('FrpTelemetryDropping', comparison, comparison === '>=' ? 1 : 0),
      ),
      compared('FrpTelemetryDropping', '<', 40),
      { ...compared('FrpTelemetryDropping', '<', 40), ...quick } as AlertRule,
      { ...compared('FrpProxyStartFailed', '>', 7), ...quick } as AlertRule,
      { ...(DEFAULT_RULES.find(({ of }) => of === 'ratio') as EffectiveRule), ...quick },
      { ...named('FrpServerClientsHigh'), forMillis: 20_000, keepFiringForMillis: 20_000 },
    ].map((rule) => [labelOf(rule), rule] as const),
  )('pass for %s', (_, rule) => {
    expect(testable([rule])).toHaveLength(1);
    const { status, output } = play([rule], 'own');
    expect([status, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it.each([
    ['a threshold that is higher', { threshold: 1e12 }],
    ['one that takes longer', { forMillis: 300_000 }],
    ['one that stays for longer', { keepFiringForMillis: 600_000 }],
    ['one that takes other series', { where: { 'frp.role': 'client' } }],
    ['one that takes all series', { where: {} }],
    ['one of another severity', { severity: 'low' as const }],
  ])('fail for %s', (_, change) => {
    const rule = named('FrpServerMemoryHigh');
    const other = renderPrometheus([{ ...rule, ...change } as EffectiveRule], 'own');
    const tests = renderPrometheusTests(testable([rule]), 'own', { ruleFile: other.path, name: 'tests' });
    expect(testRuleFiles(other, tests).status).toBe(1);
  });
});

function labelOf(rule: EffectiveRule): string {
  const threshold = rule.of === 'absence' ? '' : `${rule.comparison} ${rule.threshold}`;
  return `${rule.of} ${threshold} for ${rule.forMillis} ms, kept ${rule.keepFiringForMillis} ms`;
}
