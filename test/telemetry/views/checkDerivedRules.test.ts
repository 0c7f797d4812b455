import { describe, expect, it } from '@jest/globals';
import { type DerivedRule, derivedMetrics } from '../../../src/telemetry/catalogue/derivedMetrics.js';
import { checkDerivedRules } from '../../../src/telemetry/views/checkDerivedRules.js';

const rule: DerivedRule = {
  name: 'my.rate',
  unit: 'By/s',
  description: 'Bytes per second.',
  of: 'frp.proxy.io',
  keep: ['frp.instance', 'frp.traffic.direction'],
  compute: 'rate',
};
const ratio: DerivedRule = { ...rule, compute: 'ratio', part: { 'frp.traffic.direction': 'in' }, atLeast: 3 };

describe('checkDerivedRules', () => {
  it('takes rules that can be computed', () => {
    const mean: DerivedRule = {
      ...rule,
      name: 'my.mean',
      of: 'frp.proxy.connection.rtt',
      keep: ['frp.hop'],
      compute: 'mean',
    };
    expect(checkDerivedRules([rule, { ...ratio, name: 'my.ratio', windowMillis: 1_000 }, mean])).toEqual([]);
    expect(checkDerivedRules([])).toEqual([]);
  });

  it('finds nothing wrong with those of the catalogue but that they are there', () => {
    for (const each of derivedMetrics) expect(checkDerivedRules([{ ...each, name: `my.${each.name}` }])).toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no rules', 7, /^derivedMetrics: expected an array of rules, received 7$/],
    ['what is no rule', [null], /^derivedMetrics\.0: expected a rule, received null$/],
    ['an unknown key', [{ ...rule, window: 5 }], /^derivedMetrics\.0\.window: unknown; known are name, /],
    [
      'a name that exists',
      [{ ...rule, name: 'frp.proxy.io' }],
      /\.name: expected a new name: there is a metric frp\.proxy\.io$/,
    ],
    ['a name of a derived one', [{ ...rule, name: 'frp.proxy.latency' }], /\.name: expected a new name/],
    ['a name twice', [rule, rule], /^derivedMetrics\.1\.name: expected a new name: another rule has it$/],
    [
      'a name that Prometheus has',
      [{ ...rule, name: 'frp_proxy_uptime' }],
      /a new name: there is a metric frp\.proxy\.uptime$/,
    ],
    ['a name in capitals', [{ ...rule, name: 'FRP.proxy.uptime' }], /there is a metric frp\.proxy\.uptime$/],
    ['the name of a total', [{ ...rule, name: 'frp.proxy.io.total' }], /there is a metric frp\.proxy\.io$/],
    ...['bucket', 'count', 'sum'].map((part): [string, unknown, RegExp] => [
      `the name of a ${part}`,
      [{ ...rule, name: `frp.proxy.connection.rtt.${part}` }],
      /there is a metric frp\.proxy\.connection\.rtt$/,
    ]),
    ['the name of the resource', [{ ...rule, name: 'target.info' }], /there is a metric target_info$/],
    [
      'two names that are one in Prometheus',
      [
        { ...rule, name: 'a.b' },
        { ...rule, name: 'A/_b' },
      ],
      /^derivedMetrics\.1\.name: expected a new name: another rule has it$/,
    ],
    ['a name with a space', [{ ...rule, name: 'my rate' }], /\.name: expected a name of letters.*received "my rate"$/],
    ['no name', [{ ...rule, name: undefined }], /\.name: .*received undefined$/],
    ['a unit that is none', [{ ...rule, unit: 'µs' }], /\.unit: /],
    ['no description', [{ ...rule, description: 1 }], /\.description: expected a string, received 1$/],
    [
      'an unknown metric',
      [{ ...rule, of: 'frp.proxy.oi' }],
      /\.of: expected a metric of the catalogue, received "frp\.proxy\.oi"$/,
    ],
    ['a derived metric', [{ ...rule, of: 'frp.proxy.throughput' }], /\.of: expected a metric of the catalogue/],
    [
      'no metric',
      [{ ...rule, of: [] }],
      /\.of: expected the name of a metric, or an array of names, received an array$/,
    ],
    [
      'the rate of a gauge',
      [{ ...rule, of: 'frp.process.up', keep: [] }],
      /\.of: rate is of a counter, and frp\.process\.up is a gauge$/,
    ],
    [
      'the mean of a counter',
      [{ ...rule, compute: 'mean' }],
      /\.of: mean is of a histogram, and frp\.proxy\.io is a counter$/,
    ],
    [
      'the rate of what goes up and down',
      [{ ...rule, of: 'frp.proxy.connection.active', keep: [] }],
      /is an updowncounter$/,
    ],
    [
      'an unknown computation',
      [{ ...rule, compute: 'median' }],
      /\.compute: expected one of rate, increase, ratio, mean, received "median"$/,
    ],
    ['keep of no array', [{ ...rule, keep: 'x' }], /\.keep: expected an array of attribute names, received "x"$/],
    [
      'an unknown attribute',
      [{ ...rule, keep: ['error.type'] }],
      /\.keep: expected attributes of frp\.proxy\.io \(.*\), received "error\.type"$/,
    ],
    ['a condition of no object', [{ ...rule, where: 'x' }], /\.where: expected an object of attributes, received "x"$/],
    [
      'a condition on a number',
      [{ ...rule, where: { 'frp.role': 1 } }],
      /\.where: frp\.role: expected a string, true or false, received 1$/,
    ],
    [
      'a condition on what it has not',
      [{ ...rule, where: { x: true } }],
      /\.where: expected attributes of frp\.proxy\.io/,
    ],
    ['a ratio without a part', [{ ...ratio, part: undefined }], /\.part: expected the condition of the part/],
    ['a part of a rate', [{ ...rule, part: {} }], /\.part: expected none: only ratio has a part$/],
    ['a least of a rate', [{ ...rule, atLeast: 1 }], /\.atLeast: expected none/],
    ['a least below 0', [{ ...ratio, atLeast: -1 }], /\.atLeast: expected a number, 0 to 1000000, received -1$/],
    [
      'a window below a second',
      [{ ...rule, windowMillis: 999 }],
      /\.windowMillis: expected a number, 1000 to 3600000, received 999$/,
    ],
    ['a window over an hour', [{ ...rule, windowMillis: 3_600_001 }], /\.windowMillis: /],
    ['a window that is NaN', [{ ...rule, windowMillis: Number.NaN }], /\.windowMillis: .*received NaN$/],
  ])('refuses %s', (_, rules, expected) => {
    const faults = checkDerivedRules(rules);
    expect(faults[0]).toMatch(expected);
    expect(faults).toHaveLength(1);
  });

  it('takes attributes of a hook on metrics of proxies, where there is one', () => {
    const ofTeam = { ...rule, keep: ['team'] };
    expect(checkDerivedRules([ofTeam])[0]).toMatch(/received "team"$/);
    expect(checkDerivedRules([ofTeam], { hasProxyAttributes: true })).toEqual([]);
    const ofInstance = { ...ofTeam, of: 'frp.server.logins' };
    expect(checkDerivedRules([ofInstance], { hasProxyAttributes: true })[0]).toMatch(/received "team"$/);
  });
});
