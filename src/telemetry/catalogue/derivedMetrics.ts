import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import { ATTR_FRP, INSTANCE_ATTRIBUTES, PROXY_ATTRIBUTES } from './attributes.js';

/** What a series must have, by attribute: this value (a string), any (`true`), or none (`false`). */
export type SeriesCondition = Readonly<Record<string, string | boolean>>;

/**
 * What is computed of the growth in the window:
 * `rate`: of counters, per second; needs two collections.
 * `increase`: of counters. A reader that collects less often than the window gets all since its last collection.
 * `ratio`: the share of `part` in counters, 0 where nothing grew. It counts a counter only where both the part and the
 * rest are told: who knows the failures alone knows no ratio.
 * `mean`: of histograms, sum over count; absent where nothing was recorded.
 */
export type DerivedComputation = 'rate' | 'increase' | 'ratio' | 'mean';

/**
 * A metric that is computed from others: a fixed view of their streams (which series, which attributes are kept; what falls
 * together is added up by increments) and what is computed over a sliding window. It is a gauge.
 */
export interface DerivedRule {
  readonly name: string;
  /** UCUM. */
  readonly unit: string;
  readonly description: string;
  /** The counters, or for `mean` the histograms, that it is of. */
  readonly of: string | readonly string[];
  /** Attributes that are kept. With `frp.proxy.name`, those of `proxyAttributesHook` are kept, too. */
  readonly keep: readonly string[];
  readonly compute: DerivedComputation;
  /** Which series count. @default all */
  readonly where?: SeriesCondition;
  /** For `ratio`, which it needs: the series that are the part, of those that count. */
  readonly part?: SeriesCondition;
  /** For `ratio`: it is 0 while the part has grown by less, 0 to 1,000,000. @default 0 */
  readonly atLeast?: number;
  /** 1,000 to 3,600,000. @default 60000 for `rate`, 300000 for the others */
  readonly windowMillis?: number;
}

export const DEFAULT_WINDOW_MILLIS: Readonly<Record<DerivedComputation, number>> = {
  rate: 60_000,
  increase: 300_000,
  ratio: 300_000,
  mean: 300_000,
};

const OF_PROXY = [...INSTANCE_ATTRIBUTES, ...PROXY_ATTRIBUTES];
const FAILED: SeriesCondition = { [ATTR_ERROR_TYPE]: true };

export const derivedMetrics: readonly DerivedRule[] = [
  {
    name: 'frp.proxy.throughput',
    unit: 'By/s',
    description: 'Bytes per second carried over the last minute, by direction.',
    of: 'frp.proxy.io',
    keep: [...OF_PROXY, ATTR_FRP.direction],
    compute: 'rate',
  },
  {
    name: 'frp.proxy.error.ratio',
    unit: '1',
    description:
      'Share of connections that failed in the last 5 minutes, 0 below 3 failures. Told where the role knows of all its connections.',
    of: 'frp.proxy.connections',
    keep: OF_PROXY,
    compute: 'ratio',
    part: FAILED,
    atLeast: 3,
  },
  {
    name: 'frp.proxy.latency',
    unit: 's',
    description: 'Mean time of the probes through the tunnel in the last 5 minutes.',
    of: 'frp.proxy.probe.duration',
    keep: OF_PROXY,
    compute: 'mean',
  },
  {
    name: 'frp.server.throughput',
    unit: 'By/s',
    description: 'Bytes per second that all proxies of frps carried over the last minute, by direction.',
    of: 'frp.proxy.io',
    where: { [ATTR_FRP.role]: 'server' },
    keep: [...INSTANCE_ATTRIBUTES, ATTR_FRP.direction],
    compute: 'rate',
  },
  {
    name: 'frp.server.error.ratio',
    unit: '1',
    description: 'Share of logins, starts of proxies and connections of users that failed in the last 5 minutes.',
    of: ['frp.server.logins', 'frp.server.proxy.starts', 'frp.proxy.connections'],
    where: { [ATTR_FRP.role]: 'server' },
    keep: INSTANCE_ATTRIBUTES,
    compute: 'ratio',
    part: FAILED,
  },
  {
    name: 'frp.server.login.failures.recent',
    unit: '{login}',
    description: 'Logins that were refused in the last 5 minutes.',
    of: 'frp.server.logins',
    where: FAILED,
    keep: INSTANCE_ATTRIBUTES,
    compute: 'increase',
  },
  {
    name: 'frp.client.reconnects.recent',
    unit: '{reconnect}',
    description: 'Successful logins after the first in the last 5 minutes.',
    of: 'frp.client.reconnects',
    keep: INSTANCE_ATTRIBUTES,
    compute: 'increase',
  },
];
