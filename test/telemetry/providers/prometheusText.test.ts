import { describe, expect, it } from '@jest/globals';
import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { prometheusText } from '../../../src/telemetry/providers/prometheusText.js';
import { SnapshotCollector } from '../../../src/telemetry/SnapshotCollector.js';
import { SCOPE } from '../../../src/telemetry/scope.js';
import { checkMetrics, itWithPromtool } from '../../support/promtool.js';
import { proxy, richSnapshot, server, snapshot, T0 } from '../snapshots.js';

const TIMES: { startTime: HrTime; endTime: HrTime } = { startTime: [0, 0], endTime: [1, 0] };
const TARGET_INFO = '# HELP target_info Target metadata\n# TYPE target_info gauge\n';

const page = (metrics: ResourceMetrics): string => [...prometheusText(metrics)].join('');
const pageOf = (...metrics: MetricData[]): string =>
  page({ resource: resourceFromAttributes({}), scopeMetrics: [{ scope: { name: 'x' }, metrics }] }).slice(
    `${TARGET_INFO}target_info 1\n`.length,
  );
/** What the SDK's exporter serves, as this package had it set up. */
const pageOfSdk = (metrics: ResourceMetrics): string =>
  new PrometheusSerializer('', false, undefined, false, true).serialize(metrics);

const descriptor = (name: string, unit = '', description = 'what it is') => ({
  name,
  unit,
  description,
  valueType: ValueType.DOUBLE,
});
const gauge = (name: string, ...points: [Attributes, number][]): MetricData => ({
  descriptor: descriptor(name),
  aggregationTemporality: AggregationTemporality.CUMULATIVE,
  dataPointType: DataPointType.GAUGE,
  dataPoints: points.map(([attributes, value]) => ({ ...TIMES, attributes, value })),
});
const sum = (name: string, isMonotonic: boolean, value: number): MetricData => ({
  descriptor: descriptor(name, 'By'),
  aggregationTemporality: AggregationTemporality.CUMULATIVE,
  dataPointType: DataPointType.SUM,
  isMonotonic,
  dataPoints: [{ ...TIMES, attributes: {}, value }],
});
const histogram = (attributes: Attributes, total: number | undefined): MetricData => ({
  descriptor: descriptor('h', 's'),
  aggregationTemporality: AggregationTemporality.CUMULATIVE,
  dataPointType: DataPointType.HISTOGRAM,
  dataPoints: [
    {
      ...TIMES,
      attributes,
      value: {
        buckets: { boundaries: [0.1, 1], counts: [2, 0, 1] },
        count: 3,
        ...(total !== undefined && { sum: total }),
      },
    },
  ],
});

/** The whole catalogue, and what the user's words may hold. */
const wholeCatalogue = (): ResourceMetrics => {
  const collector = new SnapshotCollector(() => AggregationTemporality.CUMULATIVE);
  collector.collect(richSnapshot(), T0 + 60_000); // a rate needs two looks
  return {
    resource: resourceFromAttributes({ 'service.name': 'frp', 'host.name': 'a "quoted" \\ name\nof two lines' }),
    scopeMetrics: [{ scope: SCOPE, metrics: collector.collect(richSnapshot(), T0 + 120_000) }],
  };
};

describe('prometheusText', () => {
  it('writes the whole catalogue as the SDK’s exporter does, byte for byte', () => {
    const metrics = wholeCatalogue();
    expect(metrics.scopeMetrics[0]?.metrics.length).toBeGreaterThan(30);
    expect(page(metrics)).toBe(pageOfSdk(metrics));
  });

  itWithPromtool('writes what promtool accepts', () => {
    expect(checkMetrics(page(wholeCatalogue()))).toEqual({ status: 0, output: '' });
  });

  it.each<[string, ...MetricData[]]>([
    ['nothing'],
    ['a gauge without points', gauge('g')],
    [
      'values that are no finite number',
      gauge('g', [{ a: 1 }, Infinity], [{ a: 2 }, -Infinity], [{ a: 3 }, Number.NaN]),
    ],
    ['great and small numbers', gauge('g', [{ a: 1 }, 1e21], [{ a: 2 }, 1e-9], [{ a: 3 }, 2 ** 53], [{ a: 4 }, -0.5])],
    ['a sum that grows', sum('s', true, 4)],
    ['one that is named as Prometheus has it', sum('s_total', true, 4)],
    ['a sum that falls, too', sum('s', false, 4)],
    ['a histogram', histogram({ a: 'b' }, 5)],
    ['a histogram without attributes and sum', histogram({}, undefined)],
    ['names that are not Prometheus’s', gauge('a.b-c/d__e', [{ 'x.y-z': 1, 'ä.ö': 2 }, 1])],
    ['attributes that are no text', gauge('g', [{ yes: true, ten: 10, list: ['a', 'b"c'], none: undefined }, 1])],
    ['quotes, backslashes and lines', gauge('g', [{ a: 'a"b\\c\nd\\n' }, 1])],
    ['no description, and one of two lines', { ...gauge('g', [{}, 1]), descriptor: descriptor('g', '%', 'a\\b\nc') }],
  ])('writes %s as the SDK does', (_, ...all) => {
    const metrics = {
      resource: resourceFromAttributes({ 'a.b': 'c' }),
      scopeMetrics: [{ scope: { name: 'x' }, metrics: all }],
    };
    expect(page(metrics)).toBe(pageOfSdk(metrics));
  });

  it('writes one family of a metric that two scopes have, since Prometheus refuses a page with two', () => {
    const scopeMetrics = [
      { scope: { name: 'x' }, metrics: [gauge('g', [{ a: 1 }, 1]), gauge('other', [{}, 3])] },
      { scope: { name: 'y' }, metrics: [gauge('g', [{ a: 2 }, 2])] },
    ];
    const lines = page({ resource: resourceFromAttributes({}), scopeMetrics }).split('\n');
    expect(lines.filter((line) => line.startsWith('g') || line.includes(' g '))).toEqual([
      '# HELP g what it is',
      '# TYPE g gauge',
      'g{a="1"} 1',
      'g{a="2"} 2',
    ]);
  });

  it('keeps the first of two types under one name', () => {
    expect(pageOf(gauge('s', [{}, 1]), histogram({}, 1), { ...histogram({}, 1), descriptor: descriptor('s') })).toMatch(
      /^# HELP s what it is\n# TYPE s gauge\ns 1\n# HELP h /,
    );
  });

  it('begins no name with a digit', () => {
    expect(pageOf(gauge('2xx', [{ '4xx': 1 }, 1]))).toContain('\n_2xx{_4xx="1"} 1\n');
  });

  it('comes in chunks of whole lines, none much longer than 64 KiB', () => {
    const proxies = Array.from({ length: 500 }, (_, number) => proxy({ name: `proxy ${number}` }));
    const metrics = new SnapshotCollector(() => AggregationTemporality.CUMULATIVE).collect(
      snapshot(server({ proxies })),
      T0,
    );
    const chunks = [
      ...prometheusText({ resource: resourceFromAttributes({}), scopeMetrics: [{ scope: SCOPE, metrics }] }),
    ];
    expect(chunks.length).toBeGreaterThan(10);
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(66_000);
    expect(chunks.filter((chunk) => !chunk.endsWith('\n'))).toEqual([]);
  });
});
