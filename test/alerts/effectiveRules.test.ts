import { describe, expect, it } from '@jest/globals';
import type { EffectiveRule } from '../../src/alerts/AlertRule.js';
import { ruleCatalogue } from '../../src/alerts/catalogue/ruleCatalogue.js';
import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import { effectiveRules } from '../../src/alerts/effectiveRules.js';
import type { OwnRule, RuleOverride } from '../../src/alerts/ownRules.js';
import { parseOptions } from '../../src/config/parseOptions.js';
import { INSTANCE_ATTRIBUTES, PROXY_ATTRIBUTES } from '../../src/telemetry/catalogue/attributes.js';

const with_ = (overrides: readonly RuleOverride[], own: readonly OwnRule[] = []): readonly EffectiveRule[] =>
  effectiveRules({ alertRules: { overrides, own } });

const named = (name: string, rules: readonly EffectiveRule[]): readonly EffectiveRule[] =>
  rules.filter((rule) => rule.name === name);

const OWN: OwnRule = {
  name: 'TooManyThreads',
  of: 'value',
  metric: 'frp.process.thread.active',
  comparison: '>',
  threshold: 500,
  severity: 'low',
  summary: '{frp.instance} has {value} threads',
  description: 'More than {threshold}.',
};

describe('the rules in force', () => {
  it('are by default those of the catalogue, in its order', () => {
    expect(DEFAULT_RULES.map(({ name }) => name)).toEqual(ruleCatalogue.map(({ name }) => name));
    expect(DEFAULT_RULES.filter(({ proxies }) => proxies !== undefined)).toEqual([]);
    const [rule] = named('FrpServerMemoryHigh', DEFAULT_RULES);
    expect(rule).toMatchObject({ threshold: 2 ** 30, unit: 'By', forMillis: 120_000, severity: 'high' });
    expect(rule).not.toHaveProperty('why');
    expect(rule).not.toHaveProperty('option');
  });

  it('are the same with the defaults of all options', () => {
    const config = parseOptions({});
    expect(effectiveRules(config)).toEqual(DEFAULT_RULES);
    const used = new Set(ruleCatalogue.flatMap(({ option }) => option ?? []));
    expect(Object.keys(config.thresholds).sort()).toEqual([...used].sort());
  });

  it('have the thresholds of the options, every alternative of a name', () => {
    const rules = effectiveRules({ thresholds: { proxyErrorRatio: 0.2, fileDescriptors: 0.5 } });
    expect(named('FrpProxyErrorRatioHigh', rules)).toMatchObject([{ threshold: 0.2 }]);
    expect(named('FrpProxyErrorRatioHighAcrossRoles', rules)).toMatchObject([{ threshold: 0.2 }]);
    expect(named('FrpFileDescriptorsHigh', rules)).toMatchObject([{ threshold: 0.5 }, { threshold: 0.5 }]);
    expect(named('FrpServerCpuHigh', rules)).toMatchObject([{ threshold: 0.8 }]);
  });

  it('are made others by an override, which wins over an option', () => {
    const rules = effectiveRules({
      thresholds: { serverCpu: 0.2 },
      alertRules: {
        overrides: [
          { rule: 'FrpServerCpuHigh', threshold: 0.9, forMillis: 0, keepFiringForMillis: 5_000, severity: 'low' },
          { rule: 'FrpServerDown', isEnabled: false },
        ],
        own: [],
      },
    });
    expect(named('FrpServerCpuHigh', rules)).toMatchObject([
      { threshold: 0.9, forMillis: 0, keepFiringForMillis: 5_000, severity: 'low' },
    ]);
    expect(named('FrpServerDown', rules)).toEqual([]);
  });

  it('are one for each override of some proxies, of which the first that matches counts, and one for the others', () => {
    const rules = named(
      'FrpProxyLatencyHigh',
      with_([
        { rule: 'FrpProxyLatencyHigh', proxy: 'ssh', threshold: 5 },
        { rule: 'FrpProxyLatencyHigh', severity: 'low' },
        { rule: 'FrpProxyLatencyHigh', proxy: 's*', threshold: 2, severity: 'critical' },
      ]),
    );
    expect(rules).toMatchObject([
      { threshold: 5, severity: 'low', proxies: { matching: 'ssh', except: [] } },
      { threshold: 2, severity: 'critical', proxies: { matching: 's*', except: ['ssh'] } },
      { threshold: 1, severity: 'low', proxies: { matching: undefined, except: ['ssh', 's*'] } },
    ]);
  });

  it('leave out no proxy that they could not be for', () => {
    const override = (proxy: string): RuleOverride => ({ rule: 'FrpProxyLatencyHigh', proxy, severity: 'low' });
    const rules = named('FrpProxyLatencyHigh', with_(['a', 'b', 'b*', '*c', 'd'].map(override)));
    expect(rules.map(({ proxies }) => proxies)).toEqual([
      { matching: 'a', except: [] },
      { matching: 'b', except: [] },
      { matching: 'b*', except: ['b'] },
      { matching: '*c', except: ['b*'] },
      { matching: 'd', except: [] },
      { matching: undefined, except: ['a', 'b', 'b*', '*c', 'd'] },
    ]);
  });

  it('leave out proxies for which a rule is switched off', () => {
    const off = named('FrpProxyLatencyHigh', with_([{ rule: 'FrpProxyLatencyHigh', proxy: 'x', isEnabled: false }]));
    expect(off.map(({ proxies }) => proxies)).toEqual([{ matching: undefined, except: ['x'] }]);
    const only = named(
      'FrpProxyLatencyHigh',
      with_([
        { rule: 'FrpProxyLatencyHigh', isEnabled: false },
        { rule: 'FrpProxyLatencyHigh', proxy: 'x', isEnabled: true },
      ]),
    );
    expect(only.map(({ proxies }) => proxies)).toEqual([{ matching: 'x', except: [] }]);
  });

  it('have the own rules at their end, with defaults, and overridden as any', () => {
    const rules = with_([{ rule: 'TooManyThreads', threshold: 100 }], [OWN]);
    expect(rules.slice(0, -1)).toEqual(DEFAULT_RULES);
    expect(rules.at(-1)).toEqual({
      ...OWN,
      threshold: 100,
      unit: '{thread}',
      by: INSTANCE_ATTRIBUTES,
      subject: 'server',
      forMillis: 60_000,
      keepFiringForMillis: 0,
      runbook: [],
    });
  });

  it.each<[string, Partial<OwnRule>, object]>([
    [
      'of proxies',
      { metric: 'frp.proxy.throughput' },
      { by: [...INSTANCE_ATTRIBUTES, ...PROXY_ATTRIBUTES], subject: 'proxy', unit: 'By/s' },
    ],
    ['of clients', { where: { 'frp.role': 'client' } }, { by: INSTANCE_ATTRIBUTES, subject: 'client' }],
    ['of telemetry', { metric: 'frp.telemetry.source.up' }, { subject: 'telemetry' }],
    [
      'across roles',
      {
        of: 'ratio',
        metric: 'frp.proxy.connections',
        where: { 'frp.role': 'client' },
        whole: { metric: 'frp.proxy.connections', where: { 'frp.role': 'server' } },
        windowMillis: 60_000,
      },
      { by: ['frp.server.name', 'frp.proxy.name'], subject: 'proxy', atLeast: 0 },
    ],
    [
      'with its own',
      { by: [...INSTANCE_ATTRIBUTES], subject: 'client', forMillis: 0, runbook: ['x'] },
      { subject: 'client', forMillis: 0, runbook: ['x'] },
    ],
  ])('complete a rule %s', (_, given, expected) => {
    expect(with_([], [{ ...OWN, ...given }]).at(-1)).toMatchObject(expected);
  });

  it('take an own rule of a metric that the user has computed, with its unit', () => {
    const derived = {
      name: 'own.rate',
      unit: 'By/s',
      description: '',
      of: 'frp.proxy.io',
      keep: [...INSTANCE_ATTRIBUTES],
      compute: 'rate',
    } as const;
    const rules = effectiveRules({
      derivedMetrics: [derived],
      alertRules: { overrides: [], own: [{ ...OWN, metric: 'own.rate' }] },
    });
    expect(rules.at(-1)).toMatchObject({ metric: 'own.rate', unit: 'By/s', by: INSTANCE_ATTRIBUTES });
  });
});
