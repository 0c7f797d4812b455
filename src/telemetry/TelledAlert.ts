import type { Attributes } from '@opentelemetry/api';
import type { AlertEventKind } from './catalogue/alertEvents.js';
import type { AlertSeverity, AlertSubject } from './catalogue/alertWords.js';
import { ATTR_FRP } from './catalogue/attributes.js';
import { bounded } from './eventAttributes.js';

/** What has become of an alert, as far as its log record tells. Times are milliseconds since the Unix epoch. */
export interface TelledAlert {
  readonly kind: AlertEventKind;
  readonly time: number;
  /** Of the alert: the same for the same rule and attributes. */
  readonly id: string;
  readonly name: string;
  readonly severity: AlertSeverity;
  readonly subject: AlertSubject;
  readonly summary: string;
  /** Those by which the rule tells one alert from another. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly metric: string;
  readonly value: number;
  readonly threshold: number | undefined;
  readonly firedAt: number | undefined;
  readonly resolvedAt: number | undefined;
}

/** The attributes that an alert has on its log record. */
export const alertAttributesOf = (alert: TelledAlert): Attributes => {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(alert.attributes)) attributes[name] = bounded(value);
  attributes[ATTR_FRP.alertName] = alert.name;
  attributes[ATTR_FRP.alertSeverity] = alert.severity;
  attributes[ATTR_FRP.alertSubject] = alert.subject;
  attributes[ATTR_FRP.alertId] = alert.id;
  attributes[ATTR_FRP.alertSummary] = bounded(alert.summary);
  attributes[ATTR_FRP.alertMetric] = alert.metric;
  if (Number.isFinite(alert.value)) attributes[ATTR_FRP.alertValue] = alert.value; // JSON has no other numbers
  if (alert.threshold !== undefined) attributes[ATTR_FRP.alertThreshold] = alert.threshold;
  const { firedAt, resolvedAt } = alert;
  if (firedAt !== undefined && resolvedAt !== undefined)
    attributes[ATTR_FRP.alertDuration] = Math.max(0, resolvedAt - firedAt) / 1000;
  return attributes;
};
