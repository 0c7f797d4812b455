import type { FrpInstrumentationConfig } from '../config/parseOptions.js';
import { proxyAttributes } from './proxyAttributes.js';
import type { MetricOptions } from './SnapshotSource.js';

/** What the user's options say of metrics, made ready for each collection. */
export const metricOptions = ({
  views,
  derivedMetrics,
  recordClientInfo,
  ...ofProxies
}: FrpInstrumentationConfig): MetricOptions => ({
  views,
  derivedMetrics,
  optIn: new Set(recordClientInfo ? ['frp.server.client.info'] : []),
  proxyAttributes: proxyAttributes(ofProxies),
});
