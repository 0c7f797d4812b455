import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  InstrumentType,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import type { HistogramSnapshot, SubjectLife } from '../model/FrpSnapshot.js';
import type { MetricRow } from './catalogue/MetricRow.js';
import type { DerivedMetric } from './DerivedMetric.js';
import { GaugeMetric } from './GaugeMetric.js';
import { COUNTER, HISTOGRAM, IntervalMetric, UP_DOWN_COUNTER } from './IntervalMetric.js';
import type { SubjectSeries } from './SubjectSeries.js';

interface CatalogueMetricsOptions<Of> {
  readonly rows: readonly MetricRow<Of>[];
  readonly temporalityOf: (instrument: InstrumentType) => AggregationTemporality;
  readonly derived: readonly DerivedMetric[];
}

/** One collection. */
export interface Collection {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly time: HrTime;
}

/** What the catalogue has of one kind of subject, for one reader. */
export class CatalogueMetrics<Of extends SubjectLife> {
  readonly #gauges: GaugeMetric<Of>[] = [];
  readonly #intervals: (IntervalMetric<number, number, Of> | IntervalMetric<HistogramSnapshot, Histogram, Of>)[] = [];
  /** Takes what was told, in the order of the catalogue. */
  readonly #data: readonly (() => MetricData)[];
  readonly #temporalityOf: (instrument: InstrumentType) => AggregationTemporality;
  #hasDeltas = false;

  constructor({ rows, temporalityOf, derived }: CatalogueMetricsOptions<Of>) {
    this.#temporalityOf = temporalityOf;
    this.#data = rows.map((row) =>
      this.#add(
        row,
        derived.filter(({ of }) => of.includes(row.name)),
      ),
    );
  }

  /** Begins a collection. */
  begin({ time }: Collection): void {
    for (const metric of this.#gauges) metric.begin(time);
    for (const metric of this.#intervals) metric.begin(time);
  }

  /** @param isSame whether the subject is the very snapshot of the last collection, with the same attributes */
  tell(value: Of, subject: SubjectSeries, isSame: boolean, { now, time }: Collection): void {
    for (const metric of this.#gauges) metric.tell(value, subject, now); // some grow by themselves
    if (isSame && subject.repeats) {
      subject.tellAgain(time);
      return;
    }
    subject.begin(time);
    for (const metric of this.#intervals) metric.tell(value, subject, now);
    subject.end();
    // A delta is nothing from the second time on.
    subject.repeats = isSame || !this.#hasDeltas;
  }

  /** A subject is told of under other attributes from now on. */
  leave(former: Attributes): void {
    for (const metric of this.#gauges) metric.leave(former);
  }

  /** Ends the collection. @returns what was told in it */
  data(): MetricData[] {
    return this.#data.map((dataOf) => dataOf());
  }

  #add(row: MetricRow<Of>, derived: readonly DerivedMetric[]): () => MetricData {
    const descriptor = describe(row);
    switch (row.kind) {
      case 'gauge':
      case 'resource gauge': {
        const metric = new GaugeMetric(row);
        this.#gauges.push(metric);
        return () => gaugeData(row, metric.takePoints());
      }
      case 'counter':
      case 'updowncounter': {
        const isMonotonic = row.kind === 'counter';
        const temporality = this.#temporality(
          isMonotonic ? InstrumentType.OBSERVABLE_COUNTER : InstrumentType.OBSERVABLE_UP_DOWN_COUNTER,
        );
        const metric = new IntervalMetric({ row, kind: isMonotonic ? COUNTER : UP_DOWN_COUNTER, temporality, derived });
        this.#intervals.push(metric);
        return () => ({
          descriptor,
          aggregationTemporality: temporality,
          dataPointType: DataPointType.SUM,
          isMonotonic,
          dataPoints: metric.takePoints(),
        });
      }
      case 'histogram': {
        const temporality = this.#temporality(InstrumentType.HISTOGRAM);
        const metric = new IntervalMetric({ row, kind: HISTOGRAM, temporality, derived });
        this.#intervals.push(metric);
        return () => ({
          descriptor,
          aggregationTemporality: temporality,
          dataPointType: DataPointType.HISTOGRAM,
          dataPoints: metric.takePoints(),
        });
      }
    }
  }

  #temporality(instrument: InstrumentType): AggregationTemporality {
    const temporality = this.#temporalityOf(instrument);
    if (temporality === AggregationTemporality.DELTA) this.#hasDeltas = true;
    return temporality;
  }
}

type Described = Pick<MetricRow<never>, 'name' | 'unit' | 'description'>;

/** Points of this moment. */
export const gaugeData = (described: Described, dataPoints: DataPoint<number>[]): MetricData => ({
  descriptor: describe(described),
  aggregationTemporality: AggregationTemporality.CUMULATIVE,
  dataPointType: DataPointType.GAUGE,
  dataPoints,
});

// Double points throughout: rules compare them as doubles, and an int point then gives a false verdict in OTTL.
const describe = ({ name, unit, description }: Described) => ({
  name,
  unit,
  description,
  valueType: ValueType.DOUBLE,
});
