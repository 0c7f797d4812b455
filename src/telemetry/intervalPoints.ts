import type { HrTime } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import { AggregationTemporality, type DataPoint } from '@opentelemetry/sdk-metrics';
import type { HistogramSnapshot, SubjectLife } from '../model/FrpSnapshot.js';
import type { Observe } from './catalogue/MetricRow.js';
import type { DerivedMetric } from './DerivedMetric.js';
import { histogramSince } from './histogramPoints.js';
import type { Series, Subject } from './SubjectSeries.js';

/** One collection. */
export interface Collection {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly time: HrTime;
}

/** What is told over an interval. */
export interface IntervalKind<Value> {
  /** Whether it only grows; what does not is told as it is, whenever its attributes changed. */
  readonly grows: boolean;
  readonly since: (value: Value, before: Value | undefined) => Value;
  /** How much is in it, for derived metrics. */
  readonly count: (value: Value) => number;
  readonly sum: (value: Value) => number | undefined;
}

export const COUNTER: IntervalKind<number> = {
  grows: true,
  // One that is lower than it was began anew.
  since: (total, before = 0) => (total < before ? total : total - before),
  count: (growth) => growth,
  sum: () => undefined,
};

export const UP_DOWN_COUNTER: IntervalKind<number> = {
  ...COUNTER,
  grows: false,
  since: (total, before = 0) => total - before,
};

export const HISTOGRAM: IntervalKind<HistogramSnapshot> = {
  grows: true,
  since: histogramSince,
  count: ({ count }) => count,
  sum: ({ sum }) => sum,
};

interface IntervalReading<Value, Of extends SubjectLife> {
  readonly row: { readonly name: string; readonly read: (of: Of, observe: Observe<Value>, now: number) => void };
  readonly derived: readonly DerivedMetric[];
  readonly subjects: readonly Subject<Of>[];
  readonly kind: IntervalKind<Value>;
  readonly aggregationTemporality: AggregationTemporality;
  readonly collection: Collection;
}

/** Points of an interval: a cumulative one begins with its subject, a delta one where this reader's last one ended. */
export const readIntervals = <Value, Of extends SubjectLife>({
  row,
  derived,
  subjects,
  kind,
  aggregationTemporality,
  collection: { now, time: endTime },
}: IntervalReading<Value, Of>): DataPoint<Value>[] => {
  const isDelta = aggregationTemporality === AggregationTemporality.DELTA;
  const points: DataPoint<Value>[] = [];
  // The points of a subject follow each other, and begin with it.
  let since = now;
  let interval: Interval<Value> = { kind, startTime: endTime, endTime };
  for (const { value: subject, series: remembered } of subjects) {
    if (subject.since !== since) {
      since = subject.since;
      interval = { kind, startTime: millisToHrTime(since), endTime };
    }
    const take: Observe<Value> = (value, extra) => {
      const series = remembered.get<Value>(row.name, extra);
      if (derived.length > 0) derive(derived, { metric: row.name, series, since, value, kind });
      if (isDelta) points.push(...deltaPoints(series, value, interval));
      else points.push(cumulativePoint(series, value, interval));
      series.value = value;
      series.time = endTime;
    };
    row.read(subject, take, now);
  }
  return points;
};

interface Interval<Value> {
  readonly kind: IntervalKind<Value>;
  /** When the subject began. */
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

const cumulativePoint = <Value>(
  { attributes, origin }: Series<Value>,
  value: Value,
  { kind, startTime, endTime }: Interval<Value>,
): DataPoint<Value> =>
  origin === undefined || !kind.grows
    ? { startTime, endTime, attributes, value }
    : { startTime: origin.time, endTime, attributes, value: kind.since(value, origin.value) };

const deltaPoints = <Value>(
  series: Series<Value>,
  value: Value,
  { kind, startTime, endTime }: Interval<Value>,
): DataPoint<Value>[] => {
  const { attributes, former, value: before, time = startTime } = series;
  series.former = undefined;
  if (former === undefined || kind.grows || before === undefined) {
    return [{ startTime: time, endTime, attributes, value: kind.since(value, before) }];
  }
  // What goes up and down is taken from the former attributes and given to the present ones.
  const taken = kind.since(kind.since(before, before), before);
  return [
    { startTime: time, endTime, attributes: former, value: taken },
    { startTime: time, endTime, attributes, value },
  ];
};

interface DerivedReading<Value> {
  readonly metric: string;
  readonly series: Series<Value>;
  readonly since: number;
  readonly value: Value;
  readonly kind: IntervalKind<Value>;
}

/** Gives the growth of a series, since this reader was told of it, to the rules that are of its metric. */
const derive = <Value>(
  derived: readonly DerivedMetric[],
  { metric, series, since, value, kind }: DerivedReading<Value>,
): void => {
  const growth = kind.since(value, series.value);
  for (const [index, each] of derived.entries()) {
    let membership = series.memberships[index];
    if (membership === undefined || each.isOver(membership)) {
      membership = each.membership(metric, series);
      series.memberships[index] = membership;
    }
    const isKnown = series.value !== undefined || each.isGrowthSince(since);
    each.add(membership, isKnown ? kind.count(growth) : undefined, kind.sum(growth));
  }
};
