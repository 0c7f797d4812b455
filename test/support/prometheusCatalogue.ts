import { type Dialect, prometheusLabel, prometheusMetricName } from '../../src/alerts/prometheusDialect.js';
import { ATTR_FRP, PROXY_ATTRIBUTES } from '../../src/telemetry/catalogue/attributes.js';
import { type MetricEntry, telemetryModel } from '../../src/telemetry/catalogue/telemetryModel.js';

/** A series name that a query may have. */
export interface KnownSeries {
  readonly kind: MetricEntry['kind'] | 'others';
  /** Of the catalogue: `frp.proxy.io`. */
  readonly metric: string;
  readonly unit: string;
  readonly labels: ReadonlySet<string>;
  /** Whether both ends of a tunnel tell it. */
  readonly isOfProxy: boolean;
}

/** What Prometheus gives to everything that it scrapes or takes in. */
export const OF_SCRAPE = ['job', 'instance', '__name__'];

/** Each series of the catalogue by its name in Prometheus, a histogram as its three. */
export const prometheusCatalogue = (dialect: Dialect): ReadonlyMap<string, KnownSeries> =>
  new Map(
    [...telemetryModel.metrics, ...telemetryModel.derivedMetrics, ...telemetryModel.collectorMetrics].flatMap(
      (entry) => {
        const name = prometheusMetricName(entry, dialect);
        const attributes = [...entry.attributes, ...entry.optInAttributes];
        const series = {
          kind: entry.kind,
          metric: entry.name,
          unit: entry.unit,
          labels: new Set([...attributes.map(prometheusLabel), ...OF_SCRAPE]),
          isOfProxy: attributes.includes(PROXY_ATTRIBUTES[0]) && entry.name.startsWith('frp.proxy.'),
        };
        if (entry.kind !== 'histogram') return [[name, series] as const];
        return [
          [`${name}_bucket`, { ...series, labels: new Set([...series.labels, 'le']) }] as const,
          [`${name}_sum`, series] as const,
          [`${name}_count`, series] as const,
        ];
      },
    ),
  );

export const ROLE_LABEL = prometheusLabel(ATTR_FRP.role);
