import type { Attributes, HrTime } from '@opentelemetry/api';
import { AggregationTemporality, type DataPoint, type Histogram } from '@opentelemetry/sdk-metrics';
import type { HistogramSnapshot, SubjectLife } from '../model/FrpSnapshot.js';
import type { Observe } from './catalogue/MetricRow.js';
import type { DerivedMetric } from './DerivedMetric.js';
import { histogramSince, toSdkHistogram } from './histogramPoints.js';
import type { Series, SeriesMetric, SubjectSeries } from './SubjectSeries.js';

/** What is told over an interval. */
export interface IntervalKind<Value, Told> {
  /** Whether it only grows; what does not is told as it is, whenever its attributes changed. */
  readonly grows: boolean;
  readonly since: (value: Value, before: Value | undefined) => Value;
  /** The value of its point. */
  readonly told: (value: Value) => Told;
  /** How much is in it, for derived metrics. */
  readonly count: (value: Value) => number;
  readonly sum: (value: Value) => number | undefined;
}

export const COUNTER: IntervalKind<number, number> = {
  grows: true,
  // One that is lower than it was began anew.
  since: (total, before = 0) => (total < before ? total : total - before),
  told: (value) => value,
  count: (growth) => growth,
  sum: () => undefined,
};

export const UP_DOWN_COUNTER: IntervalKind<number, number> = {
  ...COUNTER,
  grows: false,
  since: (total, before = 0) => total - before,
};

export const HISTOGRAM: IntervalKind<HistogramSnapshot, Histogram> = {
  grows: true,
  since: histogramSince,
  told: toSdkHistogram,
  count: ({ count }) => count,
  sum: ({ sum }) => sum,
};

interface IntervalMetricOptions<Value, Told, Of> {
  readonly row: { readonly name: string; readonly read: (of: Of, observe: Observe<Value>, now: number) => void };
  readonly kind: IntervalKind<Value, Told>;
  readonly temporality: AggregationTemporality;
  /** The rules that are of it. */
  readonly derived: readonly DerivedMetric[];
}

/**
 * The points of a counter or histogram for one reader, of one subject after the other: a cumulative one begins with its subject,
 * a delta one where this reader's last one ended.
 */
export class IntervalMetric<Value, Told, Of extends SubjectLife> implements SeriesMetric {
  readonly name: string;
  readonly #read: IntervalMetricOptions<Value, Told, Of>['row']['read'];
  readonly #kind: IntervalKind<Value, Told>;
  readonly #derived: readonly DerivedMetric[];
  readonly #isDelta: boolean;
  #points: DataPoint<Told>[] = [];
  #endTime: HrTime = [0, 0];
  /** Whose values are read. */
  #subject: SubjectSeries | undefined;

  constructor({ row, kind, temporality, derived }: IntervalMetricOptions<Value, Told, Of>) {
    this.name = row.name;
    this.#read = row.read;
    this.#kind = kind;
    this.#derived = derived;
    this.#isDelta = temporality === AggregationTemporality.DELTA;
  }

  /** Begins a collection. */
  begin(endTime: HrTime): void {
    this.#endTime = endTime;
  }

  /** Tells what a subject has now. */
  tell(value: Of, subject: SubjectSeries, now: number): void {
    this.#subject = subject;
    this.#read(value, this.#take, now);
  }

  /** Tells the same again, now: nothing came since. Neither attributes nor series are looked for, and nothing is computed. */
  tellAgain(series: Series<Value, Told>, subject: SubjectSeries): void {
    const { attributes, told, memberships } = series;
    if (told === undefined) return;
    this.#push(this.#beginOf(series, subject), attributes, told);
    if (memberships === undefined) return;
    // Their groups are not over: the series was in the last collection.
    for (let index = 0; index < memberships.length; index += 1) {
      const membership = memberships[index];
      if (membership !== undefined) this.#derived[index]?.add(membership, 0);
    }
  }

  /** A count may come back and go on. What goes up and down is over: under delta it is taken back, or its receiver had it for ever. */
  replaced({ value, telling, attributes, former }: Series<Value, Told>): boolean {
    if (this.#kind.grows) return false;
    if (this.#isDelta && value !== undefined && telling !== undefined) {
      this.#push(telling.time, former ?? attributes, this.#takenBack(value));
    }
    return true;
  }

  /** Ends the collection. @returns its points: 10,000 proxies have 11 MB of them, which are not kept until the next one */
  takePoints(): DataPoint<Told>[] {
    const points = this.#points;
    this.#points = [];
    return points;
  }

  // One for all subjects: one for each would be 100,000 functions in each collection of 10,000 proxies.
  readonly #take: Observe<Value> = (value, extra) => {
    const subject = this.#subject;
    if (subject === undefined) return;
    const series = subject.next<Value, Told>(this, extra);
    if (this.#derived.length > 0) this.#derive(series, value, subject.since);
    const startTime = this.#beginOf(series, subject);
    const told = this.#isDelta ? this.#ofDelta(series, value, startTime) : this.#ofCumulative(series, value);
    this.#push(startTime, series.attributes, told);
    series.value = value;
    series.told = told;
    series.telling = subject.telling;
  };

  #push(startTime: HrTime, attributes: Attributes, value: Told): void {
    this.#points.push({ startTime, endTime: this.#endTime, attributes, value });
  }

  #beginOf({ telling, origin }: Series<Value>, { startTime }: SubjectSeries): HrTime {
    if (this.#isDelta) return telling?.time ?? startTime;
    return origin !== undefined && this.#kind.grows ? origin.time : startTime;
  }

  #ofCumulative({ origin }: Series<Value>, value: Value): Told {
    const { grows, since, told } = this.#kind;
    return told(grows && origin !== undefined ? since(value, origin.value) : value);
  }

  #ofDelta(series: Series<Value>, value: Value, startTime: HrTime): Told {
    const { former, value: before } = series;
    const { grows, since, told } = this.#kind;
    series.former = undefined;
    if (former === undefined || grows || before === undefined) return told(since(value, before));
    // What goes up and down is taken from the former attributes and given to the present ones.
    this.#push(startTime, former, this.#takenBack(before));
    return told(value);
  }

  #takenBack(value: Value): Told {
    const { since, told } = this.#kind;
    return told(since(since(value, value), value));
  }

  /** Gives the growth of a series, since this reader was told of it, to the rules that are of its metric. */
  #derive(series: Series<Value>, value: Value, since: number): void {
    const growth = this.#kind.since(value, series.value);
    series.memberships ??= [];
    for (const [index, each] of this.#derived.entries()) {
      let membership = series.memberships[index];
      if (membership === undefined || each.isOver(membership)) {
        membership = each.membership(this.name, series);
        series.memberships[index] = membership;
      }
      const isKnown = series.value !== undefined || each.isGrowthSince(since);
      each.add(membership, isKnown ? this.#kind.count(growth) : undefined, this.#kind.sum(growth));
    }
  }
}
