import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { EffectiveRule } from '../../../src/alerts/AlertRule.js';
import { DEFAULT_RULES } from '../../../src/alerts/defaultRules.js';
import { collectorProcessors, renderCollector } from '../../../src/alerts/render/collector.js';
import { ottlDouble, seriesConditions } from '../../../src/alerts/render/collectorConditions.js';

const rule = {
  name: 'Busy',
  of: 'value',
  metric: 'frp.proxy.connection.active',
  comparison: '>',
  threshold: 10,
  by: ['frp.instance', 'frp.proxy.name'],
  subject: 'proxy',
  forMillis: 0,
  keepFiringForMillis: 0,
  severity: 'low',
  summary: 'busy',
  description: 'busy',
  runbook: [],
} as const satisfies EffectiveRule;

const rendered = (...rules: EffectiveRule[]) => parse(renderCollector(rules).text);

describe('the rules of a Collector', () => {
  it('are a pipeline between two connectors, and refer to nothing else', () => {
    const { processors, connectors, service } = rendered(rule);
    expect(connectors).toEqual({ 'forward/frp_rules': {}, 'forward/frp_breach': {} });
    expect(service).toEqual({
      pipelines: {
        'metrics/frp_rules': {
          receivers: ['forward/frp_rules'],
          processors: Object.keys(processors),
          exporters: ['forward/frp_breach'],
        },
      },
    });
  });

  it('are told of what they need, made of it one by one, and named', () => {
    expect(rendered(rule).processors).toEqual({
      'filter/frp_rules': {
        error_mode: 'ignore',
        metric_conditions: [
          'metric.name != "frp.proxy.connection.active"',
          'metric.type != METRIC_DATA_TYPE_GAUGE and metric.type != METRIC_DATA_TYPE_SUM',
          'datapoint.flags == FLAG_NO_RECORDED_VALUE',
        ],
      },
      'transform/frp_rules': {
        error_mode: 'ignore',
        metric_statements: [
          {
            statements: [
              'set(datapoint.value_double, Double(datapoint.value_int)) where datapoint.value_int != 0',
              'set(datapoint.value_double, 0.0) where datapoint.value_double == 0.0',
            ],
          },
          {
            statements: [
              'copy_metric(name="frp.alert.breach/Busy/0") where metric.name == "frp.proxy.connection.active"',
            ],
          },
        ],
      },
      'filter/frp_rules_series': {
        error_mode: 'ignore',
        metric_conditions: ['not HasPrefix(metric.name, "frp.alert.breach/")'],
      },
      'transform/frp_rules_breach': {
        error_mode: 'ignore',
        metric_statements: [
          {
            statements: [
              'convert_sum_to_gauge() where metric.type == METRIC_DATA_TYPE_SUM',
              'aggregate_on_attributes("max", ["frp.instance", "frp.proxy.name"]) where metric.name == "frp.alert.breach/Busy/0"',
            ],
          },
          {
            conditions: ['metric.name == "frp.alert.breach/Busy/0"'],
            statements: [
              'set(datapoint.cache["breach"], 0.0)',
              'set(datapoint.cache["breach"], 1.0) where datapoint.value_double > 10.0',
              'set(datapoint.value_double, datapoint.cache["breach"])',
              'set(datapoint.attributes["frp.alert.name"], "Busy")',
              'set(datapoint.attributes["frp.alert.severity"], "low")',
              'set(datapoint.attributes["frp.alert.subject"], "proxy")',
            ],
          },
          {
            statements: [
              'set(metric.name, "frp.alert.breach")',
              'set(metric.unit, "{breach}")',
              `set(metric.description, "1 while an alert rule's condition holds, 0 while it does not.")`,
            ],
          },
        ],
      },
    });
  });

  it('ask for a metric once, however many rules are of it', () => {
    const { processors } = rendered(rule, { ...rule, name: 'Busier', threshold: 20 });
    expect(processors['filter/frp_rules'].metric_conditions[0]).toBe('metric.name != "frp.proxy.connection.active"');
    expect(processors['transform/frp_rules'].metric_statements[1].statements).toHaveLength(2);
  });

  it('are those that one data point decides', () => {
    const others = DEFAULT_RULES.filter(({ of }) => of !== 'value');
    expect(others.map(({ of }) => of)).toEqual(expect.arrayContaining(['increase', 'ratio', 'absence']));
    expect(renderCollector([rule, ...others]).text).toBe(renderCollector([rule]).text);
  });

  it('come with a header, or as processors alone', () => {
    const { path, text } = renderCollector([rule]);
    expect(path).toBe('frp-rules.yaml');
    expect(text).toMatch(/^# Alert rules for the OpenTelemetry Collector/);
    expect(text).toContain(collectorProcessors([rule]));
    expect(parse(collectorProcessors([rule]))).toEqual({ processors: rendered(rule).processors });
  });

  it('write a $ as the Collector wants it, and nothing that it would put something else for', () => {
    const { text } = renderCollector([{ ...rule, proxies: { matching: `\${env:HOME}*`, except: [] } }]);
    expect(text.replaceAll('$$', '')).not.toContain('$');
  });
});

describe('which series count', () => {
  const where = (selector: NonNullable<EffectiveRule['where']>) => seriesConditions({ ...rule, where: selector });
  const proxies = (matching: string | undefined, ...except: string[]) =>
    seriesConditions({ ...rule, proxies: { matching, except } });

  it.each([
    ['a value', 'server', '(datapoint.attributes["frp.role"] == "server")'],
    [
      'one of several',
      ['a', 'b'],
      '(datapoint.attributes["frp.role"] == "a" or datapoint.attributes["frp.role"] == "b")',
    ],
    ['one of none', [], 'false'],
    ['any', true, '(datapoint.attributes["frp.role"] != nil and datapoint.attributes["frp.role"] != "")'],
    ['none', false, '(datapoint.attributes["frp.role"] == nil or datapoint.attributes["frp.role"] == "")'],
  ])('by attribute: %s', (_what, wanted, condition) => {
    expect(where({ 'frp.role': wanted })).toEqual([condition]);
  });

  it('by proxy: those that match, but not what another rule is about', () => {
    const name = 'datapoint.attributes["frp.proxy.name"]';
    expect(proxies('ssh')).toEqual([`${name} == "ssh"`]);
    expect(proxies('a.b*')).toEqual([`IsMatch(${name}, "(?s)^a\\\\.b.*$")`]);
    expect(proxies(undefined, 'ssh', '*"')).toEqual([`not ${name} == "ssh"`, `not IsMatch(${name}, "(?s)^.*\\"$")`]);
  });
});

describe('OTTL’s literals', () => {
  it.each([
    [0, '0.0'],
    [-5, '-5.0'],
    [0.05, '0.05'],
    [2 ** 30, '1073741824.0'],
    [1e21, '1.0e+21'],
    [-1.5e-7, '-1.5e-7'],
  ])('of a number: %d', (value, literal) => {
    expect(ottlDouble(value)).toBe(literal);
  });

  it('of any number have a point, and are that number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(ottlDouble(value)).toMatch(/^-?\d+\.\d+(e[+-]\d+)?$/);
        expect(Number(ottlDouble(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});
