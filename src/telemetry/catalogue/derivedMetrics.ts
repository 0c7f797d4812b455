import { ATTR_FRP, INSTANCE_ATTRIBUTES, PROXY_ATTRIBUTES } from './attributes.js';

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
    keep: [...INSTANCE_ATTRIBUTES, ...PROXY_ATTRIBUTES, ATTR_FRP.direction],
    compute: 'rate',
    windowMillis: 60_000,
  },
];
