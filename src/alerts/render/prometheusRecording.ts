import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import { type KnownMetric, knownMetrics } from '../../telemetry/views/knownMetrics.js';
import type { SeriesSelector } from '../AlertRule.js';
import { type Dialect, prometheusLabel, prometheusMetricName } from '../prometheusDialect.js';
import { promqlSelector } from './prometheusSelector.js';

interface Recording {
  /** What its series are of, for its name. */
  readonly level: string;
  readonly metric: string;
  readonly where?: SeriesSelector;
  readonly by: readonly string[];
  readonly operation: 'sum' | 'rate5m';
}

const OF_SERVER = [ATTR_FRP.serverName, ATTR_FRP.instance];
const SERVER: SeriesSelector = { [ATTR_FRP.role]: 'server' };

/** What dashboards ask of all proxies at once, each time anew: a thousand series become a few. */
const recordings: readonly Recording[] = [
  {
    level: 'frp_server_direction',
    metric: 'frp.proxy.io',
    where: SERVER,
    by: [...OF_SERVER, ATTR_FRP.direction],
    operation: 'rate5m',
  },
  {
    level: 'frp_server_error',
    metric: 'frp.proxy.connections',
    where: SERVER,
    by: [...OF_SERVER, ATTR_ERROR_TYPE],
    operation: 'rate5m',
  },
  {
    level: 'frp_role_state',
    metric: 'frp.proxy.status',
    by: [ATTR_FRP.serverName, ATTR_FRP.role, ATTR_FRP.proxyState],
    operation: 'sum',
  },
];

/** Recording rules, named `level:metric:operations`. */
export const recordingRules = (dialect: Dialect): readonly { readonly record: string; readonly expr: string }[] =>
  recordings.map(({ level, metric, where, by, operation }) => {
    const name = prometheusMetricName(knownMetrics.get(metric) as KnownMetric, dialect);
    const series = promqlSelector(name, where);
    const of = operation === 'rate5m' ? `rate(${series}[5m])` : series;
    return {
      record: `${level}:${operation === 'rate5m' ? name.replace(/_total$/, '') : name}:${operation}`,
      expr: `sum by (${by.map(prometheusLabel).join(', ')}) (${of})`,
    };
  });
