import type { Attributes } from '@opentelemetry/api';
import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import type { FrpSnapshot, InstanceSnapshot, ProxySnapshot } from '../model/FrpSnapshot.js';
import type { DerivedRule } from './catalogue/derivedMetrics.js';

/** How the snapshot becomes metrics, besides the catalogue. */
export interface MetricOptions {
  /** Of the user: applied last, to every stream of ours. */
  readonly views: readonly ViewOptions[];
  /** Of the user, besides those of the catalogue. */
  readonly derivedMetrics: readonly DerivedRule[];
  /** Names of opt-in metrics that are wanted. */
  readonly optIn: ReadonlySet<string>;
  /** Attributes beyond those of the catalogue on every series of a proxy. Bounded, and never throws. */
  readonly proxyAttributes: ((proxy: ProxySnapshot, instance: InstanceSnapshot) => Attributes) | undefined;
}

/** Of whom wants nothing special. */
export const PLAIN_METRICS: MetricOptions = {
  views: [],
  derivedMetrics: [],
  optIn: new Set(),
  proxyAttributes: undefined,
};

/** Where metrics are read from. */
export interface SnapshotSource {
  readonly snapshot: () => FrpSnapshot;
  /** @default PLAIN_METRICS */
  readonly metrics?: MetricOptions;
}
