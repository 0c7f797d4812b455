import { describe, expect, it } from '@jest/globals';
import { ValueType } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import { prometheusLabel, prometheusMetricName } from '../../src/alerts/prometheusDialect.js';
import { attributeTable } from '../../src/telemetry/catalogue/attributeTable.js';
import { telemetryModel } from '../../src/telemetry/catalogue/telemetryModel.js';
import { prometheusText } from '../../src/telemetry/providers/prometheusText.js';

const everyMetric = [...telemetryModel.metrics, ...telemetryModel.derivedMetrics];

const names = (name: string, unit: string, kind: 'counter' | 'updowncounter' | 'gauge' | 'histogram') => [
  prometheusMetricName({ name, unit, kind }, 'own'),
  prometheusMetricName({ name, unit, kind }, 'collector'),
];

describe('a metric’s name in Prometheus', () => {
  it.each([
    ['frp.proxy.io', 'By', 'counter', 'frp_proxy_io_total', 'frp_proxy_io_bytes_total'],
    ['frp.process.uptime', 's', 'gauge', 'frp_process_uptime', 'frp_process_uptime_seconds'],
    ['frp.process.cpu.utilization', '1', 'gauge', 'frp_process_cpu_utilization', 'frp_process_cpu_utilization_ratio'],
    ['frp.proxy.throughput', 'By/s', 'gauge', 'frp_proxy_throughput', 'frp_proxy_throughput_bytes_per_second'],
    ['frp.proxy.connections', '{connection}', 'counter', 'frp_proxy_connections_total', 'frp_proxy_connections_total'],
    ['frp.proxy.status', '{proxy}', 'updowncounter', 'frp_proxy_status', 'frp_proxy_status'],
    ['frp.client.login.duration', 's', 'histogram', 'frp_client_login_duration', 'frp_client_login_duration_seconds'],
    ['frp.login.rate', '{login}/s', 'gauge', 'frp_login_rate', 'frp_login_rate_per_second'],
    ['frp.bytes.lost', 'By', 'counter', 'frp_bytes_lost_total', 'frp_bytes_lost_total'],
    ['frp.error.ratio', '1', 'gauge', 'frp_error_ratio', 'frp_error_ratio'],
    ['frp.ratio.of.errors', '1', 'gauge', 'frp_ratio_of_errors', 'frp_of_errors_ratio'],
    ['frp.total.io', '1', 'counter', 'frp_total_io_total', 'frp_io_total'],
    ['frp.share', '1', 'updowncounter', 'frp_share', 'frp_share'],
  ] as const)('%s (%s, %s): %s on our own page, %s behind a Collector', (name, unit, kind, own, collector) => {
    expect(names(name, unit, kind)).toEqual([own, collector]);
  });

  it('is on our own /metrics as it is written there, for the whole catalogue', () => {
    const page = [
      ...prometheusText({ resource: emptyResource(), scopeMetrics: [{ scope: { name: 'frp' }, metrics }] }),
    ].join('');
    const shown = [...page.matchAll(/^# TYPE (frp_\S+) /gm)].map(([, name]) => name);
    expect(shown).toEqual(everyMetric.map((metric) => prometheusMetricName(metric, 'own')));
    expect(shown.length).toBeGreaterThan(40);
  });
});

it('an attribute’s label has no letters but those that both dialects leave alone', () => {
  const labels = attributeTable.map(({ name }) => prometheusLabel(name));
  expect(labels).toEqual(attributeTable.map(({ name }) => name.replaceAll('.', '_')));
});

const startTime: [number, number] = [0, 0];
const point = { attributes: {}, startTime, endTime: startTime };
const histogram = { buckets: { boundaries: [1], counts: [0, 0] }, count: 0, sum: 0 };

/** One point of each metric, as a reader gets it. */
const metrics = everyMetric.map(({ name, unit, kind }): MetricData => {
  const head = {
    descriptor: { name, unit, description: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (kind === 'histogram')
    return { ...head, dataPointType: DataPointType.HISTOGRAM, dataPoints: [{ ...point, value: histogram }] };
  if (kind === 'gauge') return { ...head, dataPointType: DataPointType.GAUGE, dataPoints: [{ ...point, value: 1 }] };
  return {
    ...head,
    dataPointType: DataPointType.SUM,
    isMonotonic: kind === 'counter',
    dataPoints: [{ ...point, value: 1 }],
  };
});
