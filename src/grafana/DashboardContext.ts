import type { EffectiveRule } from '../alerts/AlertRule.js';
import { type Dialect, prometheusMetricName } from '../alerts/prometheusDialect.js';
import { collectorMetrics } from '../telemetry/catalogue/collectorMetrics.js';
import { knownMetrics } from '../telemetry/views/knownMetrics.js';

export type Datasource = 'prometheus' | 'loki' | 'tempo' | 'jaeger';
/** Uids; where there is none, Grafana takes its default of that kind. */
export type Datasources = Readonly<Partial<Record<Datasource, string>>>;

/** What dashboards are made with. */
export interface DashboardOptions {
  readonly dialect: Dialect;
  /** Those in force: of their thresholds. */
  readonly rules: readonly EffectiveRule[];
  /** A page with a heading for each rule. */
  readonly runbookUrl: string | undefined;
  readonly datasources: Datasources;
}

export interface DashboardContext extends DashboardOptions {
  /** A metric of the catalogue as the dialect has it; of a histogram without `_bucket`, `_sum` and `_count`. */
  readonly metric: (name: string) => string;
}

const METRICS = new Map([...knownMetrics.values(), ...collectorMetrics].map((metric) => [metric.name, metric]));

export const dashboardContext = (options: DashboardOptions): DashboardContext => ({
  ...options,
  metric: (name) => {
    const metric = METRICS.get(name);
    if (metric === undefined) throw new Error(`expected a metric of the catalogue, received ${name}`);
    return prometheusMetricName(metric, options.dialect);
  },
});
