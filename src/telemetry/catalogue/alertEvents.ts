import { SeverityNumber } from '@opentelemetry/api-logs';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import type { AlertSeverity } from './alertWords.js';
import { ATTR_FRP, INSTANCE_ATTRIBUTES, PROXY_ATTRIBUTES } from './attributes.js';

/** What becomes of an alert that this package evaluates itself; as events they are of no frp, but of a rule. */
export type AlertEventKind = 'alert.firing' | 'alert.resolved';

interface AlertEventRow {
  readonly description: string;
  /** Of an alert of medium severity. */
  readonly severity: SeverityNumber;
  readonly attributes: readonly string[];
}

/** Those by which the rules of the catalogue tell one alert from another; a rule of the user may have others. */
export const RULE_ATTRIBUTES = [
  ...INSTANCE_ATTRIBUTES,
  ...PROXY_ATTRIBUTES,
  ATTR_FRP.proxyGroup,
  ATTR_ERROR_TYPE,
  ATTR_FRP.source,
  ATTR_FRP.droppedKind,
  ATTR_FRP.droppedReason,
] as const;

const ALERT_ATTRIBUTES = [
  ATTR_FRP.alertName,
  ATTR_FRP.alertSeverity,
  ATTR_FRP.alertSubject,
  ATTR_FRP.alertId,
  ATTR_FRP.alertSummary,
  ATTR_FRP.alertMetric,
  ATTR_FRP.alertValue,
  ATTR_FRP.alertThreshold,
] as const;

/** Of the record of an alert that fires. */
export const ALERT_SEVERITY: Readonly<Record<AlertSeverity, SeverityNumber>> = {
  low: SeverityNumber.INFO,
  medium: SeverityNumber.WARN,
  high: SeverityNumber.ERROR,
  critical: SeverityNumber.FATAL,
};

/** However bad it was, that it is over is good news. */
export const RESOLVED_SEVERITY = SeverityNumber.INFO;

/** Each event of an alert, once; its name on a log record is `frp.` and its kind. */
export const alertEventTable: Readonly<Record<AlertEventKind, AlertEventRow>> = {
  'alert.firing': {
    description: 'An alert fires. Its summary is the body, and the record is as severe: INFO, WARN, ERROR or FATAL.',
    severity: ALERT_SEVERITY.medium,
    attributes: [...RULE_ATTRIBUTES, ...ALERT_ATTRIBUTES],
  },
  'alert.resolved': {
    description: 'An alert that fired holds no more.',
    severity: RESOLVED_SEVERITY,
    attributes: [...RULE_ATTRIBUTES, ...ALERT_ATTRIBUTES, ATTR_FRP.alertDuration],
  },
};

export const ALERT_EVENT_KINDS = Object.keys(alertEventTable) as readonly AlertEventKind[];
