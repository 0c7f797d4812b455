import { AggregationType, InstrumentType, type ViewOptions } from '@opentelemetry/sdk-metrics';
import type { DerivedRule } from '../catalogue/derivedMetrics.js';
import { HISTOGRAM_BOUNDARIES } from './histogramBoundaries.js';
import { knownMetrics } from './knownMetrics.js';
import { type MetricKind, type Selectable, selectsMetric, selectsScope } from './selectMetric.js';
import { seriesNames, TARGET_INFO } from './seriesNames.js';
import { isRecord, named, shown, shownKey } from './shown.js';

const MAX_VIEWS = 100;
const NAME = /^[A-Za-z][A-Za-z0-9_.\-/]{0,254}$/;
const SELECTORS = [
  'instrumentName',
  'instrumentType',
  'instrumentUnit',
  'meterName',
  'meterVersion',
  'meterSchemaUrl',
] as const;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? undefined : `expected a string, received ${shown(value)}`;

/** What may be wrong with the value of each key, by itself. */
const CHECKS: { readonly [Key in keyof ViewOptions]-?: (value: unknown) => string | undefined } = {
  name: (value) =>
    typeof value === 'string' && NAME.test(value)
      ? undefined
      : `expected a name of letters, digits and _ . - /, beginning with a letter, up to 255, received ${shown(value)}`,
  description: text,
  attributesProcessors: (value) =>
    Array.isArray(value) && value.every((each) => typeof each?.process === 'function')
      ? undefined
      : 'expected an array of attributes processors: objects with a method process()',
  aggregation: (value) =>
    isRecord(value) && Object.values(AggregationType).includes(value.type as AggregationType)
      ? wrongOptions(value.options)
      : `expected an object with a type of AggregationType, received ${shown(value)}`,
  aggregationCardinalityLimit: (value) =>
    Number.isInteger(value) && (value as number) >= 1
      ? undefined
      : `expected a whole number, 1 or more, received ${shown(value)}`,
  instrumentName: text,
  instrumentType: (value) =>
    Object.values(InstrumentType).includes(value as InstrumentType)
      ? undefined
      : `expected one of ${Object.values(InstrumentType).join(', ')}, received ${shown(value)}`,
  instrumentUnit: text,
  meterName: text,
  meterVersion: text,
  meterSchemaUrl: text,
};

/**
 * What is wrong with a user's views, each fault with its place: `views.0.aggregation: …`. A view that selects none of this
 * package's metrics is fine: the same views may be given to the program's own provider.
 *
 * @param views the option as it was given
 * @param rules the user's derived metrics, which views may select
 */
export const checkViews = (views: unknown, rules: readonly DerivedRule[] = []): readonly string[] => {
  if (!Array.isArray(views)) return [`views: expected an array of view options, received ${shown(views)}`];
  if (views.length > MAX_VIEWS) return [`views: expected up to ${MAX_VIEWS} of them, received ${views.length}`];
  const shapes = views.flatMap((view: unknown, index) => wrongShape(view).map((fault) => `views.${index}${fault}`));
  if (shapes.length > 0) return shapes;
  const metrics = [
    ...knownMetrics.values(),
    ...rules.map(({ name, unit }): Selectable => ({ name, unit, kind: 'gauge' })),
  ];
  const uses = (views as readonly ViewOptions[]).flatMap((view, index) =>
    wrongUse(view, metrics).map((fault) => `views.${index}${fault}`),
  );
  return uses.length > 0 ? uses : sharedNames(views, metrics);
};

const wrongShape = (view: unknown): string[] => {
  if (!isRecord(view)) return [`: expected view options, received ${shown(view)}`];
  const faults = Object.keys(view).flatMap((key) => {
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key as keyof ViewOptions] : undefined;
    if (check === undefined) return [`.${shownKey(key)}: unknown; known are ${Object.keys(CHECKS).join(', ')}`];
    const fault = view[key] === undefined ? undefined : check(view[key]);
    return fault === undefined ? [] : [`.${key}: ${fault}`];
  });
  if (SELECTORS.every((key) => view[key] === undefined)) {
    faults.push(`: expected at least one of ${SELECTORS.join(', ')}, to select metrics by`);
  }
  return faults;
};

const wrongUse = (view: ViewOptions, metrics: readonly Selectable[]): string[] => {
  const { name, instrumentName } = view;
  const faults: string[] = [];
  if (name !== undefined && (instrumentName === undefined || instrumentName.includes('*'))) {
    faults.push('.name: expected an instrumentName without * beside it: a named view is of one metric');
  }
  const selected = metrics.filter((metric) => selectsMetric(view, metric));
  const isMisspelt = instrumentName?.startsWith('frp.') === true && !instrumentName.includes('*');
  if (isMisspelt && selectsScope(view) && !metrics.some((metric) => metric.name === instrumentName)) {
    faults.push(`.instrumentName: expected a metric of this package, received ${shown(instrumentName)}`);
  }
  const refused = selected
    .map((metric) => wrongAggregation(view.aggregation, metric))
    .find((fault) => fault !== undefined);
  if (refused !== undefined) faults.push(`.aggregation: ${refused}`);
  return faults;
};

/** @returns why a metric cannot be told so */
const wrongAggregation = (aggregation: ViewOptions['aggregation'], { name, kind }: Selectable): string | undefined => {
  switch (aggregation?.type) {
    case undefined:
    case AggregationType.DEFAULT:
    case AggregationType.DROP:
      return undefined;
    case AggregationType.SUM:
      return kind === 'gauge' ? `${name} is a gauge and cannot be told as a sum` : undefined;
    case AggregationType.LAST_VALUE:
      return kind === 'gauge' ? undefined : `${name} is ${named(kind)} and cannot be told as a last value`;
    case AggregationType.EXPLICIT_BUCKET_HISTOGRAM:
      return kind === 'histogram'
        ? wrongBoundaries(name, aggregation.options?.boundaries)
        : `${name} is ${named(kind)} and cannot be told as a histogram`;
    case AggregationType.EXPONENTIAL_HISTOGRAM:
      return `${name} cannot be told as an exponential histogram`;
    default:
      return aggregation satisfies undefined;
  }
};

const wrongBoundaries = (name: string, boundaries: readonly number[] | undefined): string | undefined => {
  const own = HISTOGRAM_BOUNDARIES[name] ?? [];
  if (boundaries?.every((bound) => own.includes(bound))) return undefined;
  return `${name} is counted in buckets by ${own.join(', ')}: expected boundaries that are some of these, received ${boundaries?.join(', ') ?? 'none'}`;
};

const wrongOptions = (options: unknown): string | undefined => {
  if (options === undefined) return undefined;
  if (!isRecord(options)) return `options: expected an object, received ${shown(options)}`;
  const { boundaries, recordMinMax } = options;
  if (recordMinMax !== undefined && typeof recordMinMax !== 'boolean') {
    return `options.recordMinMax: expected true or false, received ${shown(recordMinMax)}`;
  }
  if (boundaries === undefined) return undefined;
  const isAscending =
    Array.isArray(boundaries) &&
    boundaries.every((bound, index) => typeof bound === 'number' && !(bound <= boundaries[index - 1]));
  return isAscending ? undefined : 'options.boundaries: expected an array of ascending numbers';
};

interface Stream {
  readonly name: string;
  readonly kind: MetricKind;
  /** The metric. */
  readonly of: string;
  /** Of the view; undefined where none selects the metric. */
  readonly index: number | undefined;
}

/** Two streams of one name cannot be told apart, and Prometheus refuses them; names that differ may be one to it. */
const sharedNames = (views: readonly ViewOptions[], metrics: readonly Selectable[]): string[] => {
  const streams = metrics.flatMap((metric): Stream[] => {
    const { name, kind } = metric;
    const selecting = views.flatMap((view, index) => (selectsMetric(view, metric) ? [{ view, index }] : []));
    if (selecting.length === 0) return [{ name, kind, of: name, index: undefined }];
    return selecting
      .filter(({ view }) => view.aggregation?.type !== AggregationType.DROP)
      .map(({ view, index }) => ({ name: view.name ?? name, kind: kindIn(view, kind), of: name, index }));
  });
  const resource: Stream = { name: TARGET_INFO, kind: 'gauge', of: 'the resource', index: undefined };
  const first = new Map<string, Stream>([[TARGET_INFO, resource]]);
  const faults = new Map<number, string>();
  for (const stream of streams) {
    const names = seriesNames(stream.name, stream.kind);
    const other = names.map((name) => first.get(name)).find((each) => each !== undefined);
    for (const name of names) if (!first.has(name)) first.set(name, stream);
    const index = stream.index ?? other?.index;
    if (other === undefined || index === undefined || faults.has(index)) continue;
    const taken = stream.index === undefined ? stream : other;
    faults.set(
      index,
      `views.${index}.name: expected a name that no other stream has: ${taken.name} is there already, of ${taken.of}`,
    );
  }
  return [...faults.values()];
};

/** A histogram that is told as a sum is a counter. */
const kindIn = ({ aggregation }: ViewOptions, kind: MetricKind): MetricKind =>
  kind === 'histogram' && aggregation?.type === AggregationType.SUM ? 'counter' : kind;
