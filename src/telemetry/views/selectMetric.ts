import { DataPointType, InstrumentType, type MetricData, type ViewOptions } from '@opentelemetry/sdk-metrics';
import { SCOPE } from '../scope.js';
import { wildcard } from '../wildcard.js';

/** What a view selects by. */
export interface Selectable {
  readonly name: string;
  readonly unit: string;
  readonly kind: MetricKind;
}

export type MetricKind = 'counter' | 'updowncounter' | 'gauge' | 'histogram';

/** The instruments that a metric of ours may be called: those of the SDK that it is made like. */
const INSTRUMENTS: Readonly<Record<MetricKind, readonly InstrumentType[]>> = {
  counter: [InstrumentType.COUNTER, InstrumentType.OBSERVABLE_COUNTER],
  updowncounter: [InstrumentType.UP_DOWN_COUNTER, InstrumentType.OBSERVABLE_UP_DOWN_COUNTER],
  gauge: [InstrumentType.GAUGE, InstrumentType.OBSERVABLE_GAUGE],
  histogram: [InstrumentType.HISTOGRAM],
};

/** Whether a view is of a metric of this package: all that it selects by must fit; `*` in a name is any text. */
export const selectsMetric = (view: ViewOptions, { name, unit, kind }: Selectable): boolean => {
  const { instrumentName, instrumentType, instrumentUnit } = view;
  return (
    selectsScope(view) &&
    (instrumentName === undefined || wildcard(instrumentName)(name)) &&
    (instrumentType === undefined || INSTRUMENTS[kind].includes(instrumentType)) &&
    (instrumentUnit === undefined || instrumentUnit === unit)
  );
};

/** Whether it is of this package's meter, or of any; ours has no schema URL. */
export const selectsScope = ({ meterName, meterVersion, meterSchemaUrl }: ViewOptions): boolean =>
  (meterName === undefined || meterName === SCOPE.name) &&
  (meterVersion === undefined || meterVersion === SCOPE.version) &&
  meterSchemaUrl === undefined;

/** @returns undefined for what is none of ours */
export const selectableOf = (metric: MetricData): Selectable | undefined => {
  const { name, unit } = metric.descriptor;
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return { name, unit, kind: metric.isMonotonic ? 'counter' : 'updowncounter' };
    case DataPointType.GAUGE:
      return { name, unit, kind: 'gauge' };
    case DataPointType.HISTOGRAM:
      return { name, unit, kind: 'histogram' };
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return undefined;
  }
};
