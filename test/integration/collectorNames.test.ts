import { expect, it } from '@jest/globals';
import { prometheusLabel, prometheusMetricName } from '../../src/alerts/prometheusDialect.js';
import { type MetricEntry, telemetryModel } from '../../src/telemetry/catalogue/telemetryModel.js';
import { describeWithOtelcol, RealOtelcol } from '../support/RealOtelcol.js';
import { waitUntil } from '../support/waitUntil.js';

type Metric = Pick<MetricEntry, 'name' | 'unit' | 'kind' | 'attributes'>;

const CONFIG = `yaml:${JSON.stringify({
  extensions: { health_check: { endpoint: '$' + '{env:OTELCOL_HEALTH}' } },
  receivers: { otlp: { protocols: { http: { endpoint: '$' + '{env:OTELCOL_OTLP_HTTP}' } } } },
  exporters: { prometheus: { endpoint: '$' + '{env:OTELCOL_PROMETHEUS}' } },
  service: {
    extensions: ['health_check'],
    pipelines: { metrics: { receivers: ['otlp'], exporters: ['prometheus'] } },
    telemetry: { metrics: { level: 'none' } },
  },
})}`;

/** Units and names that users can give to metrics that they compute, besides those of the catalogue. */
const unusual: readonly Metric[] = [
  ['frp.x.login.rate', '{login}/s', 'gauge'],
  ['frp.x.bytes.lost', 'By', 'counter'],
  ['frp.x.ratio', '1', 'gauge'],
  ['frp.x.ratio.of.errors', '1', 'gauge'],
  ['frp.x.total.io', '1', 'counter'],
  ['frp.x.share', '1', 'updowncounter'],
  ['frp.x.speed', 'MBy/h', 'gauge'],
  ['frp.x.percentage', '%', 'gauge'],
  ['frp.x.delay', 'ms', 'gauge'],
  ['frp.x.odd', 'foo.bar', 'gauge'],
  ['frp.x.odder', 'foo/bar', 'gauge'],
  ['frp.x.half', 'By/{proxy}', 'gauge'],
  ['frp.x.slash', '/s', 'gauge'],
  ['frp.x-dash__two', '', 'gauge'],
  ['frp.x.second.per', '1/s', 'gauge'],
].map(([name = '', unit = '', kind]) => ({ name, unit, kind: kind as Metric['kind'], attributes: [] }));

const point = (attributes: readonly string[]) => ({
  timeUnixNano: `${Date.now()}000000`,
  startTimeUnixNano: `${Date.now() - 60_000}000000`,
  attributes: attributes.map((key) => ({ key, value: { stringValue: 'x' } })),
});

const otlpMetric = ({ name, unit, kind, attributes }: Metric) => {
  const value = { ...point(attributes), asDouble: 1 };
  if (kind === 'gauge') return { name, unit, gauge: { dataPoints: [value] } };
  if (kind === 'histogram') {
    const dataPoints = [{ ...point(attributes), count: '1', sum: 1, explicitBounds: [1], bucketCounts: ['1', '0'] }];
    return { name, unit, histogram: { aggregationTemporality: 2, dataPoints } };
  }
  return { name, unit, sum: { aggregationTemporality: 2, isMonotonic: kind === 'counter', dataPoints: [value] } };
};

describeWithOtelcol('the Collector’s Prometheus exporter', () => {
  it('calls each metric of the catalogue, and what users may compute, as the rules do', async () => {
    const every: readonly Metric[] = [
      ...telemetryModel.metrics,
      ...telemetryModel.derivedMetrics,
      ...telemetryModel.collectorMetrics,
      ...unusual,
    ];
    await using otelcol = await RealOtelcol.start({ configs: [CONFIG] });
    const metrics = every.map(otlpMetric);
    expect(await otelcol.send('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })).toBe(200);
    const page = await waitUntil('all metrics', async () => {
      const text = await otelcol.page();
      return text.includes('frp_x_per') && text;
    });
    const named = (metric: Metric) =>
      `${prometheusMetricName(metric, 'collector')} ${metric.attributes.map(prometheusLabel).sort()}`;
    expect(seriesOf(page)).toEqual(every.map(named).sort());
  });
});

/** Each family with the labels of its first series, without what the exporter adds. */
const seriesOf = (page: string): string[] =>
  [...page.matchAll(/^# TYPE (frp_\S+) \w+\n[^{\n]*(?:\{([^\n]*)\})? /gm)]
    .map(([, name, labels = '']) => {
      const own = Array.from(labels.matchAll(/(\w+)="/g), ([, label = '']) => label);
      return `${name} ${own.filter((label) => !/^(otel_scope_\w+|job|instance|le)$/.test(label)).sort()}`;
    })
    .sort();
