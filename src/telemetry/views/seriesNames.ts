import { prometheusName } from '../prometheusName.js';
import type { MetricKind } from './selectMetric.js';

/** What is beside a metric's own name in Prometheus's formats: in one of them or in the other. */
const SUFFIXES: Readonly<Record<MetricKind, readonly string[]>> = {
  counter: ['_total'],
  updowncounter: [],
  gauge: [],
  histogram: ['_bucket', '_count', '_sum'],
};

/** The resource, as Prometheus's formats have it. */
export const TARGET_INFO = 'target_info';

/** Every name that series of a metric have in Prometheus, in small letters: OpenTelemetry's names differ in more than their case. */
export const seriesNames = (name: string, kind: MetricKind): readonly string[] => {
  const own = prometheusName(name).toLowerCase();
  if (kind === 'counter' && own.endsWith('_total')) return [own];
  return [own, ...SUFFIXES[kind].map((suffix) => `${own}${suffix}`)];
};
