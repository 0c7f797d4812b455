import { describe, expect, it } from '@jest/globals';
import { ruleCatalogue } from '../../src/alerts/catalogue/ruleCatalogue.js';
import { checkAlertRules } from '../../src/alerts/checkAlertRules.js';
import type { OwnRule, RuleOverride } from '../../src/alerts/ownRules.js';
import { showPath } from '../../src/config/Fault.js';
import type { DerivedRule } from '../../src/telemetry/catalogue/derivedMetrics.js';

const OF_INSTANCE = ['frp.role', 'frp.instance', 'frp.server.name'];

const VALUE: OwnRule = {
  name: 'OwnRule',
  of: 'value',
  metric: 'frp.process.thread.active',
  comparison: '>',
  threshold: 500,
  severity: 'low',
  summary: '{frp.instance} has {value} threads',
  description: 'More than {threshold}.',
};
const INCREASE: OwnRule = { ...VALUE, of: 'increase', metric: 'frp.server.logins', windowMillis: 60_000 };
const RATIO: OwnRule = { ...INCREASE, of: 'ratio', whole: { metric: 'frp.server.logins' } };
const ABSENCE: OwnRule = {
  name: 'OwnRule',
  of: 'absence',
  metric: 'frp.process.up',
  windowMillis: 60_000,
  severity: 'low',
  summary: '{frp.instance}',
  description: 'X.',
};
const ACROSS: OwnRule = {
  ...RATIO,
  metric: 'frp.proxy.connections',
  where: { 'frp.role': 'client' },
  whole: { metric: 'frp.proxy.connections', where: { 'frp.role': 'server' } },
  summary: '{frp.proxy.name}',
};

const derived = (keep: readonly string[]): DerivedRule => ({
  name: 'own.rate',
  unit: 'By/s',
  description: '',
  of: 'frp.proxy.io',
  keep,
  compute: 'rate',
});

interface Options {
  readonly derivedMetrics?: readonly DerivedRule[];
  readonly recordProxyOwner?: boolean;
  readonly proxyAttributesHook?: () => object;
}

const faultsOf = (own: readonly OwnRule[], overrides: readonly RuleOverride[] = [], options: Options = {}): string[] =>
  checkAlertRules({ overrides, own }, { derivedMetrics: [], recordProxyOwner: false, ...options }).map(
    ({ path, message }) => `${showPath(path)}: ${message}`,
  );

const without = (rule: OwnRule, key: keyof OwnRule): OwnRule => ({ ...rule, [key]: undefined });

describe('own rules', () => {
  it.each([
    ['value', VALUE],
    ['increase', INCREASE],
    ['ratio', RATIO],
    ['absence', ABSENCE],
    ['a ratio of two roles', ACROSS],
    ['with the unit of its metric', { ...VALUE, unit: '{thread}' }],
    ['a ratio with its unit', { ...RATIO, unit: '1' }],
  ] as const)('may be %s', (_, rule) => {
    expect(faultsOf([rule])).toEqual([]);
  });

  it('may be what the rules of the catalogue are', () => {
    const rules = ruleCatalogue.map(
      ({ option: _, why: __, ...rule }, index): OwnRule => ({ ...rule, name: `${rule.name}${index}` }),
    );
    expect(faultsOf(rules)).toEqual([]);
  });

  it.each<[string, OwnRule, string]>([
    [
      'a metric that there is not',
      { ...VALUE, metric: 'frp.process.threads.active' },
      'metric: expected a metric of this package or of derivedMetrics, received "frp.process.threads.active"; did you mean frp.process.thread.active?',
    ],
    [
      'a metric that is like no other',
      { ...VALUE, metric: 'node_cpu_seconds' },
      'metric: expected a metric of this package or of derivedMetrics, received "node_cpu_seconds"',
    ],
    [
      'a histogram for a value',
      { ...VALUE, metric: 'frp.proxy.connection.rtt' },
      'metric: expected a metric of single values for value: frp.proxy.connection.rtt is a histogram',
    ],
    [
      'the increase of a gauge',
      { ...INCREASE, metric: 'frp.process.up' },
      'metric: expected a counter for increase: frp.process.up is a gauge',
    ],
    [
      'the ratio of an updowncounter',
      { ...RATIO, whole: { metric: 'frp.server.client.active' } },
      'whole.metric: expected a counter for ratio: frp.server.client.active is an updowncounter',
    ],
    [
      'absence of what is computed',
      { ...ABSENCE, metric: 'frp.server.error.ratio' },
      'metric: expected a metric that is not computed: frp.server.error.ratio is absent where nothing was recorded',
    ],
    ['a value without a threshold', without(VALUE, 'threshold'), 'threshold: expected one: value needs it'],
    ['a value without a comparison', without(VALUE, 'comparison'), 'comparison: expected one: value needs it'],
    [
      'an increase without a window',
      without(INCREASE, 'windowMillis'),
      'windowMillis: expected one: increase needs it',
    ],
    ['a ratio without a whole', without(RATIO, 'whole'), 'whole: expected one: ratio needs it'],
    ['an absence without a window', without(ABSENCE, 'windowMillis'), 'windowMillis: expected one: absence needs it'],
    [
      'a threshold of absence',
      { ...ABSENCE, threshold: 5 },
      'threshold: expected none: a rule of absence does not have it',
    ],
    [
      'a window of a value',
      { ...VALUE, windowMillis: 5_000 },
      'windowMillis: expected none: a rule of value does not have it',
    ],
    [
      'reduce of an increase',
      { ...INCREASE, reduce: 'sum' },
      'reduce: expected none: a rule of increase does not have it',
    ],
    [
      'a whole of a value',
      { ...VALUE, whole: { metric: 'x' } },
      'whole: expected none: a rule of value does not have it',
    ],
    [
      'another unit',
      { ...VALUE, metric: 'frp.process.memory.usage', unit: 'MBy' },
      'unit: expected "By", the unit of frp.process.memory.usage, received "MBy"',
    ],
    ['a ratio in another unit', { ...RATIO, unit: '%' }, 'unit: expected "1", the unit of a ratio, received "%"'],
    [
      'where with an attribute that there is not',
      { ...VALUE, where: { 'frp.rolle': true } },
      'where: expected attributes of frp.process.thread.active (frp.role, frp.instance, frp.server.name), received "frp.rolle"; did you mean frp.role?',
    ],
    [
      'where of the whole, too',
      { ...RATIO, whole: { metric: 'frp.server.logins', where: { 'frp.proxy.name': true } } },
      'whole.where: expected attributes of frp.server.logins (frp.role, frp.instance, frp.server.name, error.type), received "frp.proxy.name"',
    ],
    [
      'where with a value that there is not',
      { ...VALUE, where: { 'frp.role': ['server', 'clients'] } },
      'where: expected one of server, client for frp.role, received "clients"; did you mean client?',
    ],
    [
      'by an attribute that its series have not',
      { ...VALUE, by: [...OF_INSTANCE, 'frp.proxy.name'] },
      'by: expected attributes of frp.process.thread.active (frp.role, frp.instance, frp.server.name), received "frp.proxy.name"',
    ],
    [
      'by something that is not the instance',
      { ...VALUE, by: ['frp.server.name'], summary: 'X.' },
      'by: expected frp.role, frp.instance, too: without, an alert does not say of whom it is',
    ],
    [
      'by one attribute twice',
      { ...VALUE, by: [...OF_INSTANCE, 'frp.role'] },
      'by: expected each attribute once, received frp.role twice',
    ],
    [
      'by the instances of two roles',
      { ...ACROSS, by: [...OF_INSTANCE, 'frp.proxy.name'] },
      'by: expected no frp.role, frp.instance: metric and whole are of two roles, and would never meet',
    ],
    [
      'a placeholder that is not of by',
      { ...VALUE, summary: '{frp.proxy.name}' },
      'summary: expected one of {frp.role}, {frp.instance}, {frp.server.name}, {value}, {threshold}, found "{frp.proxy.name}"',
    ],
    ['a brace alone', { ...VALUE, description: 'a { b' }, 'description: expected {{ or }} for a brace, found { at 3'],
    ['a summary of two lines', { ...VALUE, summary: 'a\nb' }, 'summary: expected one line, received several'],
    [
      'the value of what is absent',
      { ...ABSENCE, description: '{value}' },
      'description: expected no {value} and no {threshold}: a rule of absence has none',
    ],
    [
      'a name of the catalogue',
      { ...VALUE, name: 'FrpServerdown' },
      'name: expected a new name: the catalogue has it, received FrpServerdown',
    ],
  ])('may not have %s', (_, rule, fault) => {
    expect(faultsOf([rule])).toEqual([`alertRules.own.0.${fault}`]);
  });

  it('may not have one name twice', () => {
    expect(faultsOf([VALUE, { ...VALUE, name: 'Other' }, { ...VALUE, name: 'OWNRule' }])).toEqual([
      'alertRules.own.2.name: expected a new name: another rule has it, received OWNRule',
    ]);
  });

  it('tell all that is wrong at once', () => {
    expect(faultsOf([{ ...VALUE, threshold: undefined, metric: 'x', summary: '{', by: OF_INSTANCE }])).toEqual([
      'alertRules.own.0.threshold: expected one: value needs it',
      expect.stringMatching(/^alertRules\.own\.0\.metric: /),
      'alertRules.own.0.summary: expected {{ or }} for a brace, found { at 1',
    ]);
  });

  it('may be of what the user has computed, where that says of which instance it is', () => {
    const rule = { ...VALUE, metric: 'own.rate' };
    expect(faultsOf([rule])).toHaveLength(1);
    expect(faultsOf([rule], [], { derivedMetrics: [derived(OF_INSTANCE)] })).toEqual([]);
    expect(faultsOf([rule], [], { derivedMetrics: [derived(['frp.role'])] })).toEqual([
      'alertRules.own.0.metric: expected a metric with frp.role, frp.instance, frp.server.name, or by: own.rate has frp.role',
    ]);
  });

  it('may have the attributes that the user asks for', () => {
    const rule: OwnRule = { ...VALUE, metric: 'frp.proxy.connection.active', where: { 'frp.user': 'ann' } };
    expect(faultsOf([rule])).toEqual([expect.stringContaining('received "frp.user"')]);
    expect(faultsOf([rule], [], { recordProxyOwner: true })).toEqual([]);
    const hooked: OwnRule = { ...rule, where: { team: 'a' } };
    expect(faultsOf([hooked], [], { recordProxyOwner: true })).toEqual([expect.stringContaining('received "team"')]);
    expect(faultsOf([hooked], [], { proxyAttributesHook: () => ({}) })).toEqual([]);
    expect(faultsOf([{ ...VALUE, where: { team: 'a' } }], [], { proxyAttributesHook: () => ({}) })).toHaveLength(1);
  });
});

describe('overrides', () => {
  it('may be of the catalogue and of own rules, for all and for some proxies', () => {
    const overrides: RuleOverride[] = [
      { rule: 'FrpProxyLatencyHigh', proxy: 'a*', threshold: 5 },
      { rule: 'FrpProxyLatencyHigh', proxy: 'b', isEnabled: false },
      { rule: 'FrpProxyLatencyHigh', proxy: '*', severity: 'low' },
      { rule: 'FrpProxyLatencyHigh', forMillis: 0 },
      { rule: 'FrpProxyErrorRatioHigh', proxy: 'a', threshold: 0.5 },
      { rule: 'FrpServerDown', severity: 'high' },
      { rule: 'OwnRule', threshold: -5 },
    ];
    expect(faultsOf([VALUE], overrides)).toEqual([]);
  });

  it.each<[string, readonly RuleOverride[], string]>([
    [
      'of a rule that there is not',
      [{ rule: 'FrpServerDwon', severity: 'low' }],
      '0.rule: expected the name of a rule, received "FrpServerDwon"; did you mean FrpServerDown?',
    ],
    [
      'for a proxy, of a rule that is not of proxies',
      [{ rule: 'FrpServerDown', proxy: 'ssh', severity: 'low' }],
      '0.proxy: expected none: an alert of FrpServerDown is not of one proxy',
    ],
    [
      'for a proxy, of a rule of groups',
      [{ rule: 'FrpProxyGroupDown', proxy: 'ssh', severity: 'low' }],
      '0.proxy: expected none: an alert of FrpProxyGroupDown is not of one proxy',
    ],
    [
      'of the threshold of a state',
      [{ rule: 'FrpServerDown', threshold: 5 }],
      '0.threshold: expected none: FrpServerDown has no threshold that can be moved',
    ],
    [
      'of the threshold of absence',
      [{ rule: 'FrpReporterAbsent', threshold: 5 }],
      '0.threshold: expected none: FrpReporterAbsent has no threshold that can be moved',
    ],
    [
      'with a threshold in another unit',
      [{ rule: 'FrpServerCpuHigh', threshold: 80 }],
      '0.threshold: expected a share: a number over 0, up to 1, received 80',
    ],
    [
      'that change nothing',
      [{ rule: 'FrpServerCpuHigh' }],
      '0.rule: expected something of FrpServerCpuHigh that is to be another, such as threshold',
    ],
    [
      'twice for all',
      [
        { rule: 'FrpServerCpuHigh', severity: 'low' },
        { rule: 'FrpServerCpuHigh', severity: 'high' },
      ],
      '1.rule: expected another: one before it is of FrpServerCpuHigh for all proxies',
    ],
    [
      'for proxies that one before it has taken',
      [
        { rule: 'FrpProxyLatencyHigh', proxy: 's*', severity: 'low' },
        { rule: 'FrpProxyErrorRatioHigh', proxy: 'ssh*', severity: 'low' },
        { rule: 'FrpProxyLatencyHigh', proxy: 'ssh*', severity: 'high' },
      ],
      '2.proxy: expected another: one before it is of FrpProxyLatencyHigh for "s*"',
    ],
  ])('may not be %s', (_, overrides, fault) => {
    expect(faultsOf([], overrides)).toEqual([`alertRules.overrides.${fault}`]);
  });
});
