import { alertMetrics } from './alertMetrics.js';
import { clientMetrics } from './clientMetrics.js';
import type { InstanceRow, ProxyRow } from './MetricRow.js';
import { processMetrics } from './processMetrics.js';
import { proxyMetrics } from './proxyMetrics.js';
import { serverMetrics } from './serverMetrics.js';
import { telemetryMetrics } from './telemetryMetrics.js';

/** Every metric that is read from an instance, once. */
export const instanceCatalogue: readonly InstanceRow[] = [
  ...processMetrics,
  ...serverMetrics,
  ...clientMetrics,
  ...telemetryMetrics,
  ...alertMetrics,
];

/** Every metric that is read from a proxy, once. */
export const proxyCatalogue: readonly ProxyRow[] = proxyMetrics;
