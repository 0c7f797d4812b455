import type { Attributes, AttributeValue } from '@opentelemetry/api';
import {
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { prometheusFamilyName, prometheusName } from '../prometheusName.js';

/** Some 400 lines, which take a millisecond: what is between two of them waits no longer. */
const CHUNK_CHARS = 65_536;

/** Names of attributes are few, unless somebody makes them up. */
const MAX_LABELS = 1_000;
const labels = new Map<string, string>();

/** What becomes one family of series: of two scopes, maybe. */
interface Family {
  readonly name: string;
  readonly type: string;
  readonly metrics: MetricData[];
}

/**
 * Metrics in Prometheus's text format 0.0.4, chunk by chunk, as the SDK's `PrometheusExporter` writes them without scope
 * labels: `_total` on monotonic sums, no suffix for the unit, the resource as `target_info`. A metric that comes from two scopes
 * is one family; of two types the first is kept. Exponential histograms have no form in it.
 */
export function* prometheusText({ resource, scopeMetrics }: ResourceMetrics): Generator<string, void, void> {
  let chunk = `# HELP target_info Target metadata\n# TYPE target_info gauge\n${line('target_info', labelsOf(resource.attributes), 1)}`;
  const families = familiesOf(scopeMetrics.flatMap(({ metrics }) => metrics));
  for (const { name, type, metrics } of families) {
    const { description, unit } = metrics[0]?.descriptor ?? {};
    chunk += `# HELP ${name} ${escapeText(description || 'description missing')}\n`;
    if (unit) chunk += `# UNIT ${name} ${escapeText(unit)}\n`;
    chunk += `# TYPE ${name} ${type}\n`;
    for (const metric of metrics) {
      for (const point of metric.dataPoints) {
        // The kind of the points is the metric's.
        chunk +=
          type === 'histogram'
            ? bucketLines(name, point as DataPoint<Histogram>)
            : valueLine(name, point as DataPoint<number>);
        if (chunk.length < CHUNK_CHARS) continue;
        yield chunk;
        chunk = '';
      }
    }
  }
  if (families.length === 0) chunk += '# no registered metrics';
  if (chunk !== '') yield chunk;
}

const familiesOf = (metrics: readonly MetricData[]): Family[] => {
  const families = new Map<string, Family>();
  for (const metric of metrics) {
    const type = typeOf(metric);
    if (type === undefined) continue;
    const name = prometheusFamilyName(metric.descriptor.name, type === 'counter');
    const family = families.get(name);
    if (family === undefined) families.set(name, { name, type, metrics: [metric] });
    else if (family.type === type) family.metrics.push(metric);
  }
  return [...families.values()];
};

const typeOf = (metric: MetricData): string | undefined => {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return metric.isMonotonic ? 'counter' : 'gauge';
    case DataPointType.GAUGE:
      return 'gauge';
    case DataPointType.HISTOGRAM:
      return 'histogram';
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return undefined;
  }
};

const valueLine = (name: string, { attributes, value }: DataPoint<number>): string =>
  line(name, labelsOf(attributes), value);

const bucketLines = (name: string, { attributes, value }: DataPoint<Histogram>): string => {
  const { buckets, count, sum } = value;
  const own = labelsOf(attributes);
  let lines = line(`${name}_count`, own, count);
  if (sum !== undefined) lines += line(`${name}_sum`, own, sum);
  const bucket = `${name}_bucket{${own}${own && ','}le="`;
  let total = 0;
  for (const [index, inBucket] of buckets.counts.entries()) {
    total += inBucket;
    lines += `${bucket}${numberText(buckets.boundaries[index] ?? Number.POSITIVE_INFINITY)}"} ${total}\n`;
  }
  return lines;
};

const line = (name: string, ofSeries: string, value: number): string =>
  ofSeries === '' ? `${name} ${numberText(value)}\n` : `${name}{${ofSeries}} ${numberText(value)}\n`;

const numberText = (value: number): string => {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : `${value}`;
};

const labelsOf = (attributes: Attributes): string => {
  let text = '';
  for (const name in attributes) {
    text += `${text && ','}${labelOf(name)}="${escapeValue(attributes[name])}"`;
  }
  return text;
};

const labelOf = (name: string): string => {
  const known = labels.get(name);
  if (known !== undefined) return known;
  const label = prometheusName(name);
  if (labels.size < MAX_LABELS) labels.set(name, label);
  return label;
};

const escapeValue = (value: AttributeValue | undefined): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return /["\\\n]/.test(text) ? escapeText(text).replaceAll('"', '\\"') : text;
};

const escapeText = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
