import { ATTR_FRP, INSTANCE_ATTRIBUTES, PROXY_ATTRIBUTES } from './attributes.js';

/** A metric that the Collector makes of ours: nothing here observes it. */
export interface CollectorMetric {
  readonly name: string;
  readonly kind: 'gauge';
  /** Never `1`, of which Prometheus makes a suffix. */
  readonly unit: string;
  readonly description: string;
  readonly note: string;
  /** All that it can have: what its rule is not of, a series does not have. */
  readonly attributes: readonly string[];
}

/** Whether an alert rule holds. */
export const breachMetric: CollectorMetric = {
  name: 'frp.alert.breach',
  kind: 'gauge',
  unit: '{breach}',
  description: "1 while an alert rule's condition holds, 0 while it does not.",
  note: 'One series for each rule and for each that the rule tells apart. Of rules that one data point decides; how long a condition must hold is not in it.',
  attributes: [
    ...INSTANCE_ATTRIBUTES,
    ATTR_FRP.alertName,
    ATTR_FRP.alertSeverity,
    ATTR_FRP.alertSubject,
    ...PROXY_ATTRIBUTES,
    ATTR_FRP.proxyGroup,
    ATTR_FRP.source,
  ],
};

/** Every metric that collector-config/ adds, once. */
export const collectorMetrics: readonly CollectorMetric[] = [breachMetric];
