import type { BatchObservableCallback, Meter, Observable } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import type { SubjectLife } from '../model/FrpSnapshot.js';
import { instanceAttributes } from './catalogue/attributes.js';
import { instanceCatalogue, proxyCatalogue } from './catalogue/catalogue.js';
import { derivedMetrics } from './catalogue/derivedMetrics.js';
import type { MetricRow, NumberRow } from './catalogue/MetricRow.js';
import { SnapshotCollector } from './SnapshotCollector.js';
import { PLAIN_METRICS, type SnapshotSource } from './SnapshotSource.js';

type Instrumented = Pick<NumberRow<never>, 'name' | 'kind' | 'unit' | 'description'>;

/**
 * Registers the catalogue as observable instruments.
 *
 * `resource gauges`: only those that never come from a producer; all else comes from readers wrapped by `withFrp`.
 *
 * `everything`: for a provider whose readers are not wrapped. Its limits are those of the SDK's instruments:
 * - under cumulative temporality the series of a removed proxy stay at their last value for ever;
 * - all series start with the provider, not with their subject;
 * - histograms have no observable instrument and are left out (what is computed of them is there);
 * - beyond 2,000 series of a metric, all further ones are one with `otel.metric.overflow`, unless the reader or a view of
 *   the provider sets another limit;
 * - readers share the windows of derived metrics: these are as long as said, and sampled by whichever reader collects;
 * - the views that apply are those of the provider; those given to this package are not.
 *
 * @param onAsked is called in the course of each collection
 * @returns takes the instruments' callback away
 */
export const observeOnMeter = (
  meter: Meter,
  source: SnapshotSource,
  extent: 'resource gauges' | 'everything',
  onAsked = () => {},
): (() => void) => {
  const gauges = instanceCatalogue
    .filter(isResourceGauge)
    .map((row) => ({ row, instrument: createInstrument(meter, row) }));
  const metrics = source.metrics ?? PLAIN_METRICS;
  const rows = extent === 'everything' ? instrumented(metrics) : [];
  const instruments = new Map(rows.map((row) => [row.name, createInstrument(meter, row)]));
  const collector = new SnapshotCollector(() => AggregationTemporality.CUMULATIVE, metrics);

  const callback: BatchObservableCallback = (result) => {
    onAsked();
    const now = Date.now();
    const snapshot = source.snapshot();
    for (const instance of snapshot.instances.filter(isLiving)) {
      const attributes = instanceAttributes(instance);
      for (const { row, instrument } of gauges) {
        row.read(instance, (value, extra) => result.observe(instrument, value, { ...attributes, ...extra }), now);
      }
    }
    if (instruments.size === 0) return;
    for (const metric of collector.collect(snapshot, now)) {
      const instrument = instruments.get(metric.descriptor.name);
      if (instrument === undefined) continue;
      if (metric.dataPointType !== DataPointType.SUM && metric.dataPointType !== DataPointType.GAUGE) continue;
      for (const { value, attributes } of metric.dataPoints) result.observe(instrument, value, attributes);
    }
  };

  const observables = [...gauges.map(({ instrument }) => instrument), ...instruments.values()];
  meter.addBatchObservableCallback(callback, observables);
  return () => meter.removeBatchObservableCallback(callback, observables);
};

/** What has an instrument besides the resource gauges. */
const instrumented = ({ optIn, derivedMetrics: added }: typeof PLAIN_METRICS): Instrumented[] => {
  const rows: readonly MetricRow<never>[] = [...instanceCatalogue, ...proxyCatalogue];
  return [
    ...rows
      .filter((row): row is NumberRow<never> => row.kind !== 'histogram' && row.kind !== 'resource gauge')
      .filter(({ isOptIn, name }) => isOptIn !== true || optIn.has(name)),
    ...[...derivedMetrics, ...added].map((rule) => ({ ...rule, kind: 'gauge' as const })),
  ];
};

const isResourceGauge = <Subject>(row: MetricRow<Subject>): row is NumberRow<Subject> => row.kind === 'resource gauge';

const isLiving = ({ endedAt }: SubjectLife): boolean => endedAt === undefined;

const createInstrument = (meter: Meter, { name, kind, unit, description }: Instrumented): Observable => {
  switch (kind) {
    case 'counter':
      return meter.createObservableCounter(name, { unit, description });
    case 'updowncounter':
      return meter.createObservableUpDownCounter(name, { unit, description });
    case 'gauge':
    case 'resource gauge':
      return meter.createObservableGauge(name, { unit, description });
  }
};
