import { ATTR_FRP } from './attributes.js';

/**
 * A metric that is computed from another: a fixed view of its stream (which attributes are kept; what falls together is
 * added up by increments) and what is computed over a sliding window.
 */
export interface DerivedRule {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  /** The counter it is of. */
  readonly of: string;
  readonly keep: readonly string[];
  readonly compute: 'rate';
  readonly windowMillis: number;
}

export const derivedMetrics: readonly DerivedRule[] = [
  {
    name: 'frp.proxy.throughput',
    unit: 'By/s',
    description: 'Bytes per second carried over the last minute, by direction.',
    of: 'frp.proxy.io',
    keep: [
      ATTR_FRP.role,
      ATTR_FRP.instance,
      ATTR_FRP.serverName,
      ATTR_FRP.proxyName,
      ATTR_FRP.proxyType,
      ATTR_FRP.direction,
    ],
    compute: 'rate',
    windowMillis: 60_000,
  },
];
