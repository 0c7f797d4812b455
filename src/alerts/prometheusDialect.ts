import { prometheusFamilyName, prometheusName } from '../telemetry/prometheusName.js';
import type { MetricKind } from '../telemetry/views/selectMetric.js';

/**
 * How a metric is called in Prometheus. `own`: on this package's own /metrics. `collector`: as the Collector's Prometheus exporter
 * and its remote write call it, and Prometheus 3 what it gets over OTLP (`UnderscoreEscapingWithSuffixes`).
 */
export type Dialect = 'collector' | 'own';

export const DIALECTS: readonly Dialect[] = ['collector', 'own'];

interface NamedMetric {
  readonly name: string;
  /** UCUM. */
  readonly unit: string;
  readonly kind: MetricKind;
}

/** The metric's name; of a histogram without `_bucket`, `_sum` and `_count`. */
export const prometheusMetricName = (metric: NamedMetric, dialect: Dialect): string =>
  dialect === 'own' ? prometheusFamilyName(metric.name, metric.kind === 'counter') : collectorName(metric);

/** The label that an attribute becomes, in both. */
export const prometheusLabel = (attribute: string): string => prometheusName(attribute);

/** The words of a name, then its unit's if it has it not yet, then `per` whatever, then `total` or `ratio`. */
const collectorName = ({ name, unit, kind }: NamedMetric): string => {
  const words = name.split(/[^a-z0-9:]+/i).filter((word) => word !== '');
  const [of = '', per = ''] = unit.split(/\/(.*)/s).map((part) => part.trim());
  const ofWord = unitWord(of, UNITS);
  if (ofWord !== '' && !words.includes(ofWord)) words.push(ofWord);
  const perWord = unitWord(per, PER_UNITS);
  if (perWord !== '') words.push('per', perWord);
  const last = kind === 'counter' ? 'total' : kind === 'gauge' && unit === '1' ? 'ratio' : undefined;
  const all = last === undefined ? words : [...words.filter((word) => word !== last), last];
  const text = all.join('_');
  return /^\d/.test(text) ? `_${text}` : text;
};

/** Nothing for a unit that is an annotation: `{connection}`. */
const unitWord = (unit: string, words: Readonly<Record<string, string>>): string =>
  /[{}]/.test(unit) ? '' : (words[unit] ?? unit.replace(/[^a-z0-9:]+/gi, '_').replace(/^_/, ''));

const UNITS: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  TiBy: 'tibibytes',
  KBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  TBy: 'terabytes',
  m: 'meters',
  V: 'volts',
  A: 'amperes',
  J: 'joules',
  W: 'watts',
  g: 'grams',
  Cel: 'celsius',
  Hz: 'hertz',
  '1': '',
  '%': 'percent',
};

const PER_UNITS: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  mo: 'month',
  y: 'year',
};
