import { type Attributes, ValueType } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import { AggregationTemporality, DataPointType, InstrumentType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { FrpSnapshot, InstanceSnapshot, ProxySnapshot, SubjectLife } from '../model/FrpSnapshot.js';
import { instanceAttributes, proxyAttributes } from './catalogue/attributes.js';
import { instanceCatalogue, proxyCatalogue } from './catalogue/catalogue.js';
import { derivedMetrics } from './catalogue/derivedMetrics.js';
import type { MetricRow, Observe } from './catalogue/MetricRow.js';
import { DerivedMetric } from './DerivedMetric.js';
import { toSdkHistogram } from './histogramPoints.js';
import { COUNTER, type Collection, HISTOGRAM, readIntervals, UP_DOWN_COUNTER } from './intervalPoints.js';
import { type MetricOptions, PLAIN_METRICS } from './SnapshotSource.js';
import { type Subject, SubjectSeries } from './SubjectSeries.js';

/** A metric of the catalogue with the rules that are of it. */
interface Source<Value> {
  readonly row: MetricRow<Value>;
  readonly derived: readonly DerivedMetric[];
}

/**
 * Makes metric points of snapshots for one reader: as cumulative or delta as it wants them, with a start time per subject,
 * one last collection for a subject that was removed, and derived metrics with a window of the reader's own.
 */
export class SnapshotCollector {
  readonly #temporalityOf: (instrument: InstrumentType) => AggregationTemporality;
  readonly #ownAttributes: MetricOptions['proxyAttributes'];
  readonly #derived: readonly DerivedMetric[];
  readonly #instanceSources: readonly Source<InstanceSnapshot>[];
  readonly #proxySources: readonly Source<ProxySnapshot>[];
  #remembered = new Map<string, SubjectSeries>();

  /** @param temporalityOf as the reader's `selectAggregationTemporality` */
  constructor(
    temporalityOf: (instrument: InstrumentType) => AggregationTemporality,
    { derivedMetrics: added, optIn, proxyAttributes: ownAttributes }: MetricOptions = PLAIN_METRICS,
  ) {
    this.#temporalityOf = temporalityOf;
    this.#ownAttributes = ownAttributes;
    this.#derived = [...derivedMetrics, ...added].map((rule) => new DerivedMetric(rule));
    const sources = <Value>(rows: readonly MetricRow<Value>[]): Source<Value>[] =>
      rows
        .filter(({ kind, isOptIn, name }) => kind !== 'resource gauge' && (isOptIn !== true || optIn.has(name)))
        .map((row) => ({ row, derived: this.#derived.filter(({ of }) => of.includes(row.name)) }));
    this.#instanceSources = sources(instanceCatalogue);
    this.#proxySources = sources(proxyCatalogue);
  }

  /** How many series are remembered: no more than those of the subjects of the last snapshot. */
  get size(): number {
    let size = 0;
    for (const series of this.#remembered.values()) size += series.size;
    return size;
  }

  /** @param now milliseconds since the Unix epoch: the end time of all points */
  collect({ instances }: FrpSnapshot, now: number): MetricData[] {
    const remembered = new Map<string, SubjectSeries>();
    const remember = <Value extends SubjectLife>(name: string, value: Value, instance: InstanceSnapshot) => {
      const key = `${name}\0${value.since}`;
      const series = this.#remembered.get(key) ?? new SubjectSeries();
      remembered.set(key, series);
      // What is the same as before has the same attributes, unless a hook may think otherwise.
      const isSame = series.isOf(value, instance.serverName) && this.#ownAttributes === undefined;
      return { value, series, isSame };
    };
    const allInstances = instances.map((each) => {
      const subject = remember(each.name, each, each);
      if (!subject.isSame) subject.series.rebase(instanceAttributes(each), undefined);
      return subject;
    });
    const allProxies = instances.flatMap((instance) =>
      instance.proxies.map((each) => {
        const subject = remember(`${instance.name}\0${each.name}`, each, instance);
        if (!subject.isSame) this.#rebaseProxy(subject, instance);
        return subject;
      }),
    );
    this.#remembered = remembered;

    const collection = { now, time: millisToHrTime(now) };
    for (const derived of this.#derived) derived.begin(now);
    const metrics = [
      ...this.#readAll(this.#instanceSources, allInstances.filter(isToBeTold), collection),
      ...this.#readAll(this.#proxySources, allProxies.filter(isToBeTold), collection),
      ...this.#derived.map((derived) => gaugeData(derived.rule, derived.points(), collection)),
    ].filter(({ dataPoints }) => dataPoints.length > 0);
    for (const { value, series } of allInstances) series.endTold = value.endedAt;
    for (const { value, series } of allProxies) series.endTold = value.endedAt;
    return metrics;
  }

  #rebaseProxy({ value, series }: Subject<ProxySnapshot>, instance: InstanceSnapshot): void {
    const own = this.#ownAttributes?.(value, instance);
    const attributes = proxyAttributes(instance, value);
    series.rebase(own === undefined ? attributes : { ...own, ...attributes }, own);
  }

  #readAll<Value extends SubjectLife>(
    sources: readonly Source<Value>[],
    subjects: readonly Subject<Value>[],
    collection: Collection,
  ): MetricData[] {
    return sources.map((source) => this.#read(source, subjects, collection));
  }

  #read<Value extends SubjectLife>(
    { row, derived }: Source<Value>,
    subjects: readonly Subject<Value>[],
    collection: Collection,
  ): MetricData {
    switch (row.kind) {
      case 'gauge':
      case 'resource gauge':
        return gaugeData(row, readGauge(row, subjects, collection), collection);
      case 'counter':
      case 'updowncounter': {
        const isMonotonic = row.kind === 'counter';
        const aggregationTemporality = this.#temporalityOf(
          isMonotonic ? InstrumentType.OBSERVABLE_COUNTER : InstrumentType.OBSERVABLE_UP_DOWN_COUNTER,
        );
        const kind = isMonotonic ? COUNTER : UP_DOWN_COUNTER;
        const dataPoints = readIntervals({ row, derived, subjects, kind, aggregationTemporality, collection });
        const descriptor = describe(row);
        return { descriptor, aggregationTemporality, dataPointType: DataPointType.SUM, isMonotonic, dataPoints };
      }
      case 'histogram': {
        const aggregationTemporality = this.#temporalityOf(InstrumentType.HISTOGRAM);
        const points = readIntervals({ row, derived, subjects, kind: HISTOGRAM, aggregationTemporality, collection });
        return {
          descriptor: describe(row),
          aggregationTemporality,
          dataPointType: DataPointType.HISTOGRAM,
          dataPoints: points.map((point) => ({ ...point, value: toSdkHistogram(point.value) })),
        };
      }
    }
  }
}

const isToBeTold = ({ value, series }: Subject<SubjectLife>): boolean =>
  value.endedAt === undefined || series.endTold !== value.endedAt;

const readGauge = <Of extends SubjectLife>(
  row: { readonly read: (of: Of, observe: Observe<number>, now: number) => void },
  subjects: readonly Subject<Of>[],
  { now }: Collection,
): { attributes: Attributes; value: number }[] => {
  const points: { attributes: Attributes; value: number }[] = [];
  for (const { value: subject, series } of subjects) {
    row.read(subject, (value, extra) => points.push({ attributes: series.attributesWith(extra), value }), now);
  }
  return points;
};

/** Points of this moment. */
const gaugeData = (
  row: Parameters<typeof describe>[0],
  points: readonly { readonly attributes: Attributes; readonly value: number }[],
  { time }: Collection,
): MetricData => ({
  descriptor: describe(row),
  aggregationTemporality: AggregationTemporality.CUMULATIVE,
  dataPointType: DataPointType.GAUGE,
  dataPoints: points.map(({ attributes, value }) => ({ startTime: time, endTime: time, attributes, value })),
});

// Double points throughout: rules compare them as doubles, and an int point then gives a false verdict in OTTL.
const describe = ({ name, unit, description }: { name: string; unit: string; description: string }) => ({
  name,
  unit,
  description,
  valueType: ValueType.DOUBLE,
});
