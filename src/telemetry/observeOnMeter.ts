import type { Attributes, BatchObservableCallback, Meter, Observable } from '@opentelemetry/api';
import type { SubjectLife } from '../model/FrpSnapshot.js';
import { instanceAttributes, proxyAttributes } from './catalogue/attributes.js';
import { instanceCatalogue, proxyCatalogue } from './catalogue/catalogue.js';
import { derivedMetrics } from './catalogue/derivedMetrics.js';
import type { MetricRow, NumberRow, Observe } from './catalogue/MetricRow.js';
import { type CumulativePoint, DerivedMetric } from './DerivedMetric.js';
import type { SnapshotSource } from './SnapshotSource.js';

/**
 * Registers the catalogue as observable instruments.
 *
 * `resource gauges`: only those that never come from a producer; all else comes from readers wrapped by `withFrp`.
 *
 * `everything`: for a provider whose readers are not wrapped. Its limits are those of the SDK's instruments: series of a
 * removed proxy do not end under cumulative temporality, all series start with the provider, there are no histograms, and
 * readers share the window of the derived metrics.
 *
 * @returns takes the instruments' callback away
 */
export const observeOnMeter = (
  meter: Meter,
  source: SnapshotSource,
  extent: 'resource gauges' | 'everything',
): (() => void) => {
  const wanted = <Value>(row: MetricRow<Value>): row is NumberRow<Value> =>
    row.kind === 'resource gauge' || (extent === 'everything' && row.kind !== 'histogram');
  const instanceRows = instanceCatalogue
    .filter(wanted)
    .map((row) => ({ row, instrument: createInstrument(meter, row) }));
  const proxyRows = proxyCatalogue.filter(wanted).map((row) => ({ row, instrument: createInstrument(meter, row) }));
  const derived = (extent === 'everything' ? derivedMetrics : []).map((rule) => ({
    metric: new DerivedMetric(rule),
    instrument: createInstrument(meter, { ...rule, kind: 'gauge' }),
  }));

  const callback: BatchObservableCallback = (result) => {
    const now = Date.now();
    const { instances } = source.snapshot();
    const points: CumulativePoint[] = [];
    const observer = (name: string, instrument: Observable, base: Attributes): Observe<number> => {
      const isDerivedFrom = derived.some(({ metric }) => metric.rule.of === name);
      return (value, extra) => {
        const attributes = { ...base, ...extra };
        result.observe(instrument, value, attributes);
        if (isDerivedFrom) points.push({ series: JSON.stringify([name, attributes]), attributes, value });
      };
    };
    for (const instance of instances.filter(isLiving)) {
      const ofInstance = instanceAttributes(instance);
      for (const { row, instrument } of instanceRows)
        row.read(instance, observer(row.name, instrument, ofInstance), now);
      for (const proxy of instance.proxies.filter(isLiving)) {
        const ofProxy = proxyAttributes(instance, proxy);
        for (const { row, instrument } of proxyRows) row.read(proxy, observer(row.name, instrument, ofProxy), now);
      }
    }
    for (const { metric, instrument } of derived) {
      for (const { value, attributes } of metric.collect(points, now)) result.observe(instrument, value, attributes);
    }
  };

  const observables = [...instanceRows, ...proxyRows, ...derived].map(({ instrument }) => instrument);
  meter.addBatchObservableCallback(callback, observables);
  return () => meter.removeBatchObservableCallback(callback, observables);
};

const isLiving = ({ endedAt }: SubjectLife): boolean => endedAt === undefined;

const createInstrument = (
  meter: Meter,
  { name, kind, unit, description }: Pick<NumberRow<never>, 'name' | 'kind' | 'unit' | 'description'>,
): Observable => {
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
