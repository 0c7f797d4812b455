import type { AlertRule } from '../AlertRule.js';

/** The option of `thresholds` that a rule's threshold is of. */
export type ThresholdOption =
  | 'serverCpu'
  | 'serverMemory'
  | 'serverClients'
  | 'serverErrorRatio'
  | 'fileDescriptors'
  | 'portUtilization'
  | 'loginFailures'
  | 'clientReconnects'
  | 'proxyErrorRatio'
  | 'proxyLatency'
  | 'proxyConnections';

/** A rule of the catalogue; its threshold is the default of its option. */
export type CatalogueRule = AlertRule & {
  readonly option?: ThresholdOption;
  /** Why it is worth an alert: for docs/alerts.md. */
  readonly why: string;
};
