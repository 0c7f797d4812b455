import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  InstrumentType,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import type { FrpSnapshot, HistogramSnapshot, SubjectLife } from '../model/FrpSnapshot.js';
import { instanceAttributes, proxyAttributes } from './catalogue/attributes.js';
import { instanceCatalogue, proxyCatalogue } from './catalogue/catalogue.js';
import { derivedMetrics } from './catalogue/derivedMetrics.js';
import type { MetricRow } from './catalogue/MetricRow.js';
import { type CumulativePoint, DerivedMetric } from './DerivedMetric.js';
import { histogramSince, toSdkHistogram } from './histogramPoints.js';
import { SubjectSeries } from './SubjectSeries.js';

/** An instance or a proxy with what this reader remembers of it. */
interface Subject<Value extends SubjectLife> {
  readonly key: string;
  readonly value: Value;
  readonly series: SubjectSeries;
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
      return { key, value, series };
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
    const descriptor = describe(row);
    const endTime = millisToHrTime(now);
    switch (row.kind) {
      case 'gauge':
      case 'resource gauge': {
        const dataPoints: DataPoint<number>[] = [];
        for (const { value, series } of subjects) {
          row.read(
            value,
            (point, extra) => {
              const { attributes } = series.get(row.name, extra);
              dataPoints.push({ startTime: endTime, endTime, attributes, value: point });
            },
            now,
          );
        }
        return [
          {
            descriptor,
            aggregationTemporality: AggregationTemporality.CUMULATIVE,
            dataPointType: DataPointType.GAUGE,
            dataPoints,
          },
        ];
      }
      case 'counter':
      case 'updowncounter': {
        const isMonotonic = row.kind === 'counter';
        const aggregationTemporality = this.#temporalityOf(
          isMonotonic ? InstrumentType.OBSERVABLE_COUNTER : InstrumentType.OBSERVABLE_UP_DOWN_COUNTER,
        );
        const isDelta = aggregationTemporality === AggregationTemporality.DELTA;
        const cumulative: CumulativePoint[] = [];
        const dataPoints: DataPoint<number>[] = [];
        for (const { key, value: subject, series } of subjects) {
          row.read(
            subject,
            (total, extra) => {
              const stream = series.get<number>(row.name, extra);
              const { attributes, previous } = stream;
              cumulative.push({ series: `${key}${JSON.stringify(extra)}`, attributes, value: total });
              const startTime = (isDelta ? previous?.time : undefined) ?? millisToHrTime(subject.since);
              const value = isDelta ? total - (previous?.value ?? 0) : total;
              dataPoints.push({ startTime, endTime, attributes, value });
              stream.previous = { value: total, time: endTime };
            },
            now,
          );
        }
        const sum = {
          descriptor,
          aggregationTemporality,
          dataPointType: DataPointType.SUM,
          isMonotonic,
          dataPoints,
        } as const;
        return [sum, ...this.#derive(row.name, cumulative, now, endTime)];
      }
      case 'histogram': {
        const aggregationTemporality = this.#temporalityOf(InstrumentType.HISTOGRAM);
        const isDelta = aggregationTemporality === AggregationTemporality.DELTA;
        const dataPoints: DataPoint<Histogram>[] = [];
        for (const { value: subject, series } of subjects) {
          row.read(
            subject,
            (histogram, extra) => {
              const stream = series.get<HistogramSnapshot>(row.name, extra);
              const { attributes, previous } = stream;
              const startTime = (isDelta ? previous?.time : undefined) ?? millisToHrTime(subject.since);
              const value = toSdkHistogram(isDelta ? histogramSince(histogram, previous?.value) : histogram);
              dataPoints.push({ startTime, endTime, attributes, value });
              stream.previous = { value: histogram, time: endTime };
            },
            now,
          );
        }
        return [{ descriptor, aggregationTemporality, dataPointType: DataPointType.HISTOGRAM, dataPoints }];
      }
    }
  }

  #derive(name: string, points: readonly CumulativePoint[], now: number, endTime: HrTime): MetricData[] {
    return this.#derived
      .filter(({ rule }) => rule.of === name)
      .map((derived) => ({
        descriptor: describe(derived.rule),
        aggregationTemporality: AggregationTemporality.CUMULATIVE,
        dataPointType: DataPointType.GAUGE,
        dataPoints: derived
          .collect(points, now)
          .map(({ attributes, value }) => ({ startTime: endTime, endTime, attributes, value })),
      }));
  }
}

const isToBeTold = ({ value, series }: Subject<SubjectLife>): boolean =>
  value.endedAt === undefined || series.endTold !== value.endedAt;

// Double points throughout: rules compare them as doubles, and an int point then gives a false verdict in OTTL.
const describe = ({ name, unit, description }: { name: string; unit: string; description: string }) => ({
  name,
  unit,
  description,
  valueType: ValueType.DOUBLE,
});
