import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { AlertRule, EffectiveRule } from '../../src/alerts/AlertRule.js';
import { isDecidedByPoint } from '../../src/alerts/AlertRule.js';
import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import { effectiveRules } from '../../src/alerts/effectiveRules.js';
import { renderCollector } from '../../src/alerts/render/collector.js';
import { jsonGauge, jsonPoint, jsonSum, metricsMessage } from '../support/otlpJson.js';
import { describeWithOtelcol, RealOtelcol } from '../support/RealOtelcol.js';
import { temporaryFolder } from '../support/realFrp.js';
import { samplesOf } from '../support/samplesOf.js';

jest.setTimeout(60_000);

type ValueRule = Extract<EffectiveRule, { of: 'value' }>;

const ALL_IN_ONE = fileURLToPath(new URL('../../collector-config/all-in-one.yaml', import.meta.url));
const valueRules = DEFAULT_RULES.filter(isDecidedByPoint) as readonly ValueRule[];

const breachesIn = async (otelcol: RealOtelcol, instance: string, ...metrics: object[]) => {
  expect(await otelcol.send('metrics', metricsMessage(metrics))).toBe(200);
  const samples = samplesOf(await otelcol.page(), 'frp_alert_breach');
  return samples.filter(({ labels }) => labels.frp_instance === instance);
};

/** Whole numbers, so that integers and doubles can have them: one that breaches the rule and one that does not. */
const valuesOf = ({ comparison, threshold }: ValueRule): readonly [beyond: number, within: number] => {
  switch (comparison) {
    case '>':
      return [Math.floor(threshold) + 1, Math.floor(threshold)];
    case '==':
      return [threshold, 1 - threshold];
    default:
      throw new Error(`no values for ${comparison} yet`);
  }
};

/** A series that the rule is about. */
const seriesOf = ({ where = {}, by }: ValueRule): Record<string, string> => {
  const series = Object.fromEntries(by.map((name) => [name, `a ${name}`]));
  for (const [name, wanted] of Object.entries(where)) {
    if (wanted === false) delete series[name];
    else if (wanted !== true) series[name] = typeof wanted === 'string' ? wanted : (wanted[0] as string);
  }
  return series;
};

const labelsOf = (rule: ValueRule, instance: string): Record<string, string> => {
  const kept = Object.entries({ ...seriesOf(rule), 'frp.instance': instance }).filter(([name]) =>
    rule.by.includes(name),
  );
  return {
    ...Object.fromEntries(kept.map(([name, value]) => [name.replaceAll('.', '_'), value])),
    frp_alert_name: rule.name,
    frp_alert_severity: rule.severity,
    frp_alert_subject: rule.subject,
  };
};

describeWithOtelcol('the alert rules in a real Collector', () => {
  let otelcol: RealOtelcol;
  const files = temporaryFolder();
  beforeAll(async () => {
    otelcol = await RealOtelcol.start({ configs: [ALL_IN_ONE] });
  });
  afterAll(async () => {
    await otelcol[Symbol.asyncDispose]();
    files.remove();
  });

  /** Sends metrics and returns what is then said of an instance: the breach of each of its series, by rule. */
  const breachesOf = async (instance: string, ...metrics: object[]) => breachesIn(otelcol, instance, ...metrics);

  describe.each(valueRules.map((rule, index) => [`${index} ${rule.name}`, rule] as const))('%s', (id, rule) => {
    const [beyond, within] = valuesOf(rule);
    const series = seriesOf(rule);
    const breachesOfRule = async (instance: string, metric: object) =>
      (await breachesOf(instance, metric)).filter(({ labels }) => labels.frp_alert_name === rule.name);

    it.each([
      ['a gauge of doubles', (value: number) => jsonGauge(rule.metric, jsonPoint(series, { asDouble: value }))],
      ['a sum of integers', (value: number) => jsonSum(rule.metric, jsonPoint(series, { asInt: `${value}` }))],
    ])('is 1 for what breaches it, and 0 on the same series for what does so no more: %s', async (form, metricOf) => {
      const instance = `${id} ${form}`;
      series['frp.instance'] = instance;
      const [first] = await breachesOfRule(instance, metricOf(beyond));
      expect(first).toEqual({ value: 1, labels: expect.objectContaining(labelsOf(rule, instance)) });
      const [second, ...others] = await breachesOfRule(instance, metricOf(within));
      expect(second).toEqual({ ...first, value: 0 });
      expect(others).toEqual([]);
    });
  });

  it('tells what the threshold itself does not breach', async () => {
    const at = (instance: string, value: object) =>
      breachesOf(instance, jsonGauge('frp.proxy.connection.active', jsonPoint({ 'frp.instance': instance }, value)));
    expect(await at('at, double', { asDouble: 1_000 })).toMatchObject([{ value: 0 }]);
    expect(await at('just beyond', { asDouble: 1_000.001 })).toMatchObject([{ value: 1 }]);
    expect(await at('at, integer', { asInt: '1000' })).toMatchObject([{ value: 0 }]);
    expect(await at('beyond, integer', { asInt: '1001' })).toMatchObject([{ value: 1 }]);
  });

  it('says nothing of a role that a rule is not about', async () => {
    const client = { 'frp.role': 'client', 'frp.instance': 'a client' };
    const told = await breachesOf('a client', jsonGauge('frp.process.up', jsonPoint(client, { asInt: '0' })));
    expect(told.map(({ labels }) => labels.frp_alert_name)).toEqual(['FrpClientDown']);
  });

  it('takes the largest of what falls together, of integers and doubles, whenever each began', async () => {
    const proxy = { 'frp.role': 'client', 'frp.instance': 'states', 'frp.proxy.name': 'ssh' };
    const of = (state: string, value: object) => jsonPoint({ ...proxy, 'frp.proxy.state': state }, value);
    const points = [
      of('new', { asInt: '0', startTimeUnixNano: '1' }),
      of('start_error', { asInt: '1', startTimeUnixNano: '2' }),
      of('closed', { asDouble: 0 }),
    ];
    expect(await breachesOf('states', jsonSum('frp.proxy.status', ...points))).toMatchObject([
      { labels: { frp_alert_name: 'FrpProxyDown', frp_alert_severity: 'high', frp_proxy_name: 'ssh' }, value: 1 },
    ]);
  });

  it('calls a group down when its last member is', async () => {
    const group = {
      'frp.role': 'server',
      'frp.instance': 'grouped',
      'frp.proxy.state': 'offline',
      'frp.proxy.group': 'web',
    };
    const members = (...offline: string[]) =>
      jsonSum(
        'frp.proxy.status',
        ...offline.map((value, index) =>
          jsonPoint({ ...group, 'frp.proxy.name': `member ${index}` }, { asInt: value }),
        ),
      );
    const groupDown = async (...offline: string[]) =>
      (await breachesOf('grouped', members(...offline)))
        .filter(({ labels }) => labels.frp_alert_name === 'FrpProxyGroupDown')
        .map(({ value }) => value);
    expect(await groupDown('1', '0')).toEqual([0]);
    expect(await groupDown('1', '1')).toEqual([1]);
  });

  it('takes NaN for no breach, and a point without a recorded value for none at all', async () => {
    const up = (instance: string, value: object) =>
      jsonGauge('frp.process.up', jsonPoint({ 'frp.role': 'server', 'frp.instance': instance }, value));
    expect(await breachesOf('nan', up('nan', { asDouble: 'NaN' }))).toMatchObject([{ value: 0 }]);
    expect(await breachesOf('not recorded', up('not recorded', { flags: 1 }))).toEqual([]);
  });

  it('is not harmed by what lacks metrics, points, attributes or numbers', async () => {
    const counted = { count: '1', sum: 1, bucketCounts: ['1', '0'], explicitBounds: [1] };
    const histogram = { dataPoints: [jsonPoint({}, counted)], aggregationTemporality: 2 };
    for (const metrics of [
      [],
      [jsonGauge('frp.process.up')],
      [jsonGauge('frp.process.up', jsonPoint({ 'frp.role': { intValue: '1' } }, { asInt: '0' }))],
      [{ name: 'frp.process.up', histogram }],
      [{ name: 'frp.proxy.latency', summary: { dataPoints: [jsonPoint({}, { count: '1', sum: 2 })] } }],
      [jsonGauge('of.others', jsonPoint({}, { asDouble: 1 }))],
    ]) {
      expect(await otelcol.send('metrics', metricsMessage(metrics))).toBe(200);
    }
    expect(await otelcol.send('metrics', {})).toBe(200);
    expect(await otelcol.send('metrics', { resourceMetrics: [{}] })).toBe(200);
    const bare = jsonGauge('frp.client.connected', jsonPoint({ 'frp.instance': 'bare' }, { asDouble: 0 }));
    expect(await breachesOf('bare', bare)).toMatchObject([
      { labels: { frp_alert_name: 'FrpClientDisconnected' }, value: 1 },
    ]);
    expect(otelcol.output).not.toMatch(/(filter|transform)\/frp_rules/);
  });

  it('takes the thresholds of some proxies from the rules in a second file, whatever their names', async () => {
    const rules = effectiveRules({
      alertRules: {
        overrides: [
          { rule: 'FrpProxyErrorRatioHigh', proxy: 'quiet', isEnabled: false },
          { rule: 'FrpProxyErrorRatioHigh', proxy: 'batch.*', threshold: 0.5 },
          { rule: 'FrpProxyErrorRatioHigh', proxy: '"\\d$${x}é[*', threshold: 0.5 },
        ],
        own: [],
      },
    });
    await using own = await RealOtelcol.start({
      configs: [ALL_IN_ONE, files.write('own.yaml', renderCollector(rules).text)],
    });
    const ratio = (name: string) => jsonPoint({ 'frp.instance': 'a', 'frp.proxy.name': name }, { asDouble: 0.3 });
    const names = ['ssh', 'batch.1', 'batchX1', 'my batch.1', 'quiet', 'quieter', '"\\d$${x}é[\n]', '"\\7$${x}é['];
    const told = await breachesIn(own, 'a', jsonGauge('frp.proxy.error.ratio', ...names.map(ratio)));
    expect(Object.fromEntries(told.map(({ labels, value }) => [labels.frp_proxy_name, value]))).toEqual({
      ssh: 1,
      'batch.1': 0,
      batchX1: 1,
      'my batch.1': 1,
      quieter: 1,
      '"\\d$${x}é[\n]': 0,
      '"\\7$${x}é[': 1,
    });
  });

  it('knows the rules of a second file only, where there is one', async () => {
    const own: AlertRule = {
      ...(valueRules[0] as ValueRule),
      name: 'Tiny',
      metric: 'frp.proxy.latency',
      where: {},
      comparison: '<',
      threshold: 1e-7,
      severity: 'low',
    };
    const text = renderCollector([own]).text;
    await using second = await RealOtelcol.start({ configs: [ALL_IN_ONE, files.write('tiny.yaml', text)] });
    const of = (metric: string, value: number) =>
      jsonGauge(metric, jsonPoint({ 'frp.role': 'server', 'frp.instance': 'b' }, { asDouble: value }));
    expect(await breachesIn(second, 'b', of('frp.process.up', 0), of('frp.proxy.latency', 9e-8))).toMatchObject([
      { labels: { frp_alert_name: 'Tiny', frp_alert_severity: 'low' }, value: 1 },
    ]);
    expect(await breachesIn(second, 'b', of('frp.proxy.latency', 1.1e-7))).toMatchObject([{ value: 0 }]);
  });

  it('runs without any rule', async () => {
    await using none = await RealOtelcol.start({
      configs: [ALL_IN_ONE, files.write('none.yaml', renderCollector([]).text)],
    });
    const up = jsonGauge('frp.process.up', jsonPoint({ 'frp.role': 'server', 'frp.instance': 'c' }, { asDouble: 0 }));
    expect(await breachesIn(none, 'c', up)).toEqual([]);
    expect(await none.page()).toContain('frp_process_up{');
  });
});
