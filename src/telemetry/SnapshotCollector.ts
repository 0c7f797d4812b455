import { type Attributes, ValueType } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  InstrumentType,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import type { FrpSnapshot, HistogramSnapshot, SubjectLife } from '../model/FrpSnapshot.js';
import { instanceAttributes, proxyAttributes } from './catalogue/attributes.js';
import { instanceCatalogue, proxyCatalogue } from './catalogue/catalogue.js';
import { derivedMetrics } from './catalogue/derivedMetrics.js';
import type { MetricRow, Observe } from './catalogue/MetricRow.js';
import { DerivedMetric } from './DerivedMetric.js';
import { histogramSince, toSdkHistogram } from './histogramPoints.js';
import { type Series, SubjectSeries } from './SubjectSeries.js';

/** An instance or a proxy with what this reader remembers of it. */
interface Subject<Value extends SubjectLife> {
  readonly value: Value;
  readonly series: SubjectSeries;
}

/** One value that a row tells, with what this reader remembers of its series. */
interface Reading<Value> {
  readonly series: Series<Value>;
  readonly value: Value;
  /** When its subject began. */
  readonly since: number;
}

/**
 * Makes metric points of snapshots for one reader: as cumulative or delta as it wants them, with a start time per subject,
 * one last collection for a subject that was removed, and derived metrics with a window of the reader's own.
 */
export class SnapshotCollector {
  readonly #temporalityOf: (instrument: InstrumentType) => AggregationTemporality;
  readonly #derived = derivedMetrics.map((rule) => new DerivedMetric(rule));
  #remembered = new Map<string, SubjectSeries>();

  /** @param temporalityOf as the reader's `selectAggregationTemporality` */
  constructor(temporalityOf: (instrument: InstrumentType) => AggregationTemporality) {
    this.#temporalityOf = temporalityOf;
  }

  /** @param now milliseconds since the Unix epoch: the end time of all points */
  collect({ instances }: FrpSnapshot, now: number): MetricData[] {
    const remembered = new Map<string, SubjectSeries>();
    const remember = <Value extends SubjectLife>(
      name: string,
      value: Value,
      attributes: Attributes,
    ): Subject<Value> => {
      const key = `${name}\0${value.since}`;
      const series = this.#remembered.get(key) ?? new SubjectSeries(attributes);
      series.rebase(attributes);
      remembered.set(key, series);
      return { value, series };
    };
    const allInstances = instances.map((each) => remember(each.name, each, instanceAttributes(each)));
    const allProxies = instances.flatMap((instance) =>
      instance.proxies.map((each) => remember(`${instance.name}\0${each.name}`, each, proxyAttributes(instance, each))),
    );
    this.#remembered = remembered;

    const metrics = [
      ...this.#readAll(instanceCatalogue, allInstances.filter(isToBeTold), now),
      ...this.#readAll(proxyCatalogue, allProxies.filter(isToBeTold), now),
    ];
    for (const { value, series } of [...allInstances, ...allProxies]) series.endTold = value.endedAt;
    return metrics;
  }

  #readAll<Value extends SubjectLife>(
    rows: readonly MetricRow<Value>[],
    subjects: readonly Subject<Value>[],
    now: number,
  ): MetricData[] {
    return rows
      .filter(({ kind }) => kind !== 'resource gauge')
      .flatMap((row) => this.#read(row, subjects, now))
      .filter(({ dataPoints }) => dataPoints.length > 0);
  }

  #read<Value extends SubjectLife>(
    row: MetricRow<Value>,
    subjects: readonly Subject<Value>[],
    now: number,
  ): MetricData[] {
    switch (row.kind) {
      case 'gauge':
      case 'resource gauge':
        return [gaugeData(row, readings<number, Value>(row, subjects, now).map(toPoint), now)];
      case 'counter':
      case 'updowncounter': {
        const totals = readings<number, Value>(row, subjects, now);
        return [this.#sumData(row, totals, now), ...this.#derive(row.name, totals, now)];
      }
      case 'histogram':
        return [this.#histogramData(row, readings<HistogramSnapshot, Value>(row, subjects, now), now)];
    }
  }

  #sumData(row: MetricRow<never>, totals: readonly Reading<number>[], now: number): MetricData {
    const isMonotonic = row.kind === 'counter';
    const aggregationTemporality = this.#temporalityOf(
      isMonotonic ? InstrumentType.OBSERVABLE_COUNTER : InstrumentType.OBSERVABLE_UP_DOWN_COUNTER,
    );
    return {
      descriptor: describe(row),
      aggregationTemporality,
      dataPointType: DataPointType.SUM,
      isMonotonic,
      dataPoints: intervalPoints(totals, aggregationTemporality, now, (total, before = 0) => total - before),
    };
  }

  #histogramData(row: MetricRow<never>, histograms: readonly Reading<HistogramSnapshot>[], now: number): MetricData {
    const aggregationTemporality = this.#temporalityOf(InstrumentType.HISTOGRAM);
    const points = intervalPoints(histograms, aggregationTemporality, now, histogramSince);
    return {
      descriptor: describe(row),
      aggregationTemporality,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: points.map((point) => ({ ...point, value: toSdkHistogram(point.value) })),
    };
  }

  #derive(name: string, totals: readonly Reading<number>[], now: number): MetricData[] {
    return this.#derived
      .filter(({ rule }) => rule.of === name)
      .map((derived) => gaugeData(derived.rule, derived.collect(totals.map(toPoint), now), now));
  }
}

/** What a row tells of each subject. */
const readings = <Point, Value extends SubjectLife>(
  row: { readonly name: string; readonly read: (value: Value, observe: Observe<Point>, now: number) => void },
  subjects: readonly Subject<Value>[],
  now: number,
): Reading<Point>[] => {
  const found: Reading<Point>[] = [];
  for (const { value: subject, series } of subjects) {
    const { since } = subject;
    row.read(subject, (value, extra) => found.push({ series: series.get(row.name, extra), value, since }), now);
  }
  return found;
};

const toPoint = <Value>({ series, value }: Reading<Value>) => ({ series, attributes: series.attributes, value });

/** Points of this moment. */
const gaugeData = (
  row: Parameters<typeof describe>[0],
  points: readonly { readonly attributes: Attributes; readonly value: number }[],
  now: number,
): MetricData => {
  const endTime = millisToHrTime(now);
  return {
    descriptor: describe(row),
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.GAUGE,
    dataPoints: points.map(({ attributes, value }) => ({ startTime: endTime, endTime, attributes, value })),
  };
};

/** Points of an interval: a cumulative one begins with its subject, a delta one where this reader's last one ended. */
const intervalPoints = <Value>(
  values: readonly Reading<Value>[],
  temporality: AggregationTemporality,
  now: number,
  growth: (value: Value, before: Value | undefined) => Value,
): DataPoint<Value>[] => {
  const endTime = millisToHrTime(now);
  const isDelta = temporality === AggregationTemporality.DELTA;
  // The points of a subject follow each other, and begin with it.
  let begin = { since: now, time: endTime };
  return values.map(({ series, value, since }) => {
    if (since !== begin.since) begin = { since, time: millisToHrTime(since) };
    const { attributes, previous } = series;
    if (!isDelta) return { startTime: begin.time, endTime, attributes, value };
    series.previous = { value, time: endTime };
    return { startTime: previous?.time ?? begin.time, endTime, attributes, value: growth(value, previous?.value) };
  });
};

const isToBeTold = ({ value, series }: Subject<SubjectLife>): boolean =>
  value.endedAt === undefined || series.endTold !== value.endedAt;

// Double points throughout: rules compare them as doubles, and an int point then gives a false verdict in OTTL.
const describe = ({ name, unit, description }: { name: string; unit: string; description: string }) => ({
  name,
  unit,
  description,
  valueType: ValueType.DOUBLE,
});
