import { describe, expect, it } from '@jest/globals';
import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import { buildPanel } from '../../src/grafana/buildPanel.js';
import { dashboardContext } from '../../src/grafana/DashboardContext.js';
import type { PanelSpec } from '../../src/grafana/DashboardSpec.js';
import { UP } from '../../src/grafana/words.js';

const CONTEXT = dashboardContext({
  dialect: 'collector',
  rules: DEFAULT_RULES,
  runbookUrl: undefined,
  datasources: {},
});
const HEAD = { title: 'Title', about: 'What it shows. What to do.', width: 8, height: 6 } as const;
const MEASURED = {
  ...HEAD,
  unit: 's',
  empty: 'Nothing is known.',
  queries: [{ of: 'prometheus', expr: 'x{frp_role="server"}', legend: 'x' }],
} as const;

const build = (spec: PanelSpec) => buildPanel(spec, 7, CONTEXT).build();
const targetOf = (spec: PanelSpec) => build(spec).targets?.[0];

describe('a panel', () => {
  it('has its number, words and size', () => {
    expect(build({ ...HEAD, type: 'text', markdown: '# Words' })).toMatchObject({
      id: 7,
      type: 'text',
      title: 'Title',
      description: 'What it shows. What to do.',
      gridPos: { w: 8, h: 6 },
      options: { mode: 'markdown', content: '# Words' },
    });
  });

  it('that measures has unit, colours, words, limits and links, and says why it is empty', () => {
    const { datasource, fieldConfig } = build({
      ...MEASURED,
      type: 'timeseries',
      rule: 'FrpProxyLatencyHigh',
      words: UP,
      decimals: 1,
      min: 0,
      max: 9,
      links: [{ title: 'Open', url: '/d/x' }],
    });
    expect(datasource).toEqual({ type: 'prometheus', uid: '$datasource' });
    expect(fieldConfig?.defaults).toMatchObject({
      unit: 's',
      noValue: 'Nothing is known.',
      decimals: 1,
      min: 0,
      max: 9,
      thresholds: {
        steps: [
          { value: null, color: 'green' },
          { value: 1, color: 'orange' },
        ],
      },
      mappings: [{ type: 'value', options: UP }],
      links: [{ title: 'Open', url: '/d/x' }],
    });
  });

  const RANGE = { instant: false, range: true };
  const NOW = { instant: true, range: false };
  it.each([
    ['a number', { ...MEASURED, type: 'stat' }, NOW],
    ['bars', { ...MEASURED, type: 'bars' }, NOW],
    ['a graph', { ...MEASURED, type: 'timeseries' }, RANGE],
    ['states', { ...MEASURED, type: 'states' }, RANGE],
    ['a heatmap', { ...MEASURED, type: 'heatmap' }, RANGE],
  ] as const)('of kind %s asks for what it shows', (_, spec, asked) => {
    expect(targetOf(spec)).toMatchObject({ refId: 'A', expr: 'x{frp_role="server"}', ...asked });
  });

  it('asks otherwise where its query says so', () => {
    const [query] = MEASURED.queries;
    expect(targetOf({ ...MEASURED, type: 'stat', queries: [{ ...query, instant: false }] })).toMatchObject(RANGE);
  });

  describe.each(['stat', 'bars'] as const)('of kind %s', (type) => {
    it('shows one value of each series', () => {
      expect(build({ ...MEASURED, type }).options.reduceOptions).toMatchObject({
        calcs: ['lastNotNull'],
        values: false,
      });
    });

    it('says why it is empty in a colour that is neither good nor bad, before all other words', () => {
      expect(build({ ...MEASURED, type, words: UP }).fieldConfig?.defaults.mappings).toEqual([
        { type: 'special', options: { match: 'null+nan', result: { text: 'Nothing is known.', color: 'text' } } },
        { type: 'value', options: UP },
      ]);
    });
  });

  describe.each(['timeseries', 'states'] as const)('of kind %s', (type) => {
    it('asks for so many points as Prometheus can give of thousands of series', () => {
      expect(build({ ...MEASURED, type }).maxDataPoints).toBe(240);
    });

    it('asks for one for each pixel where it is of few', () => {
      expect(build({ ...MEASURED, type, fine: true }).maxDataPoints).toBeUndefined();
    });
  });

  it('draws the line of its rule, and none without', () => {
    const modeOf = (spec: PanelSpec) => build(spec).fieldConfig?.defaults.custom.thresholdsStyle.mode;
    expect(modeOf({ ...MEASURED, type: 'timeseries', rule: 'FrpProxyLatencyHigh' })).toBe('dashed');
    expect(modeOf({ ...MEASURED, type: 'timeseries' })).toBe('off');
  });
});

describe('a heatmap', () => {
  const panel = build({ ...MEASURED, type: 'heatmap', queries: [{ of: 'prometheus', expr: 'sum by (le) (x)' }] });

  it('takes the buckets as they are, and calls each by its bound', () => {
    expect(panel.targets).toEqual([
      expect.objectContaining({ format: 'heatmap', legendFormat: '{{le}}', range: true }),
    ]);
    expect(panel.options.calculate).toBe(false);
  });

  it('has the unit on its axis: what it counts is of another', () => {
    expect(panel.options.yAxis.unit).toBe('s');
    expect(panel.options.cellValues.unit).toBe('cps');
    expect(panel.fieldConfig?.defaults.unit).toBe('cps');
  });

  it('has a scheme of colours that is whole', () => {
    expect(panel.options.color).toEqual({
      mode: 'scheme',
      scheme: 'Oranges',
      fill: 'dark-orange',
      scale: 'exponential',
      exponent: 0.5,
      steps: 64,
      reverse: false,
    });
  });
});

describe('a panel of log lines or spans', () => {
  const spans = (query: Extract<PanelSpec, { type: 'traces' }>['query']): PanelSpec => ({
    ...HEAD,
    type: 'traces',
    empty: 'No span.',
    query,
  });

  it('asks Loki for lines, the latest first', () => {
    const panel = build({
      ...HEAD,
      type: 'logs',
      empty: 'No line.',
      query: { of: 'loki', expr: '{service_name="frp"}' },
    });
    expect(panel).toMatchObject({
      type: 'logs',
      datasource: { type: 'loki', uid: '$loki' },
      targets: [{ refId: 'A', expr: '{service_name="frp"}', queryType: 'range', maxLines: 500 }],
      options: { showTime: true, wrapLogMessage: true, enableLogDetails: true, sortOrder: 'Descending' },
      fieldConfig: { defaults: { noValue: 'No line.' } },
    });
  });

  it('asks Tempo by TraceQL for spans', () => {
    const panel = build(spans({ of: 'tempo', query: '{ name = "frp.connection" }' }));
    expect(panel).toMatchObject({
      type: 'table',
      datasource: { type: 'tempo', uid: '$tempo' },
      targets: [{ queryType: 'traceql', query: '{ name = "frp.connection" }', tableType: 'spans' }],
    });
  });

  it('asks Jaeger by operation and tags', () => {
    const panel = build(spans({ of: 'jaeger', operation: 'frp.connection', tags: 'a=b' }));
    expect(panel).toMatchObject({
      type: 'table',
      datasource: { type: 'jaeger', uid: '$jaeger' },
      targets: [{ queryType: 'search', service: '$service', operation: 'frp.connection', tags: 'a=b' }],
    });
  });

  it('does not say in each empty cell why it may be empty', () => {
    const { fieldConfig } = build(spans({ of: 'tempo', query: '{}' }));
    expect(fieldConfig).toMatchObject({
      defaults: { noValue: 'No span.' },
      overrides: [{ matcher: { id: 'byRegexp', options: '.*' }, properties: [{ id: 'noValue', value: '–' }] }],
    });
  });
});

describe('a list of alerts', () => {
  it('has those that Grafana evaluates of frp, in trouble only', () => {
    expect(build({ ...HEAD, type: 'alertlist' })).toMatchObject({
      type: 'alertlist',
      options: {
        alertInstanceLabelFilter: '{frp_alert_name=~".+"}',
        stateFilter: { firing: true, pending: true, normal: false },
      },
    });
  });
});
