import type { AlertRecord } from '../AlertRecord.js';
import { annotationsOf, endOf, generatorUrl, labelsOf, startOf } from './alertText.js';
import type { DeliveryConfig } from './DeliveryConfig.js';

/** How Alertmanager writes the end of an alert that has none yet: Go's zero time. */
const NO_END = '0001-01-01T00:00:00Z';

type Texts = Readonly<Record<string, string>>;

/**
 * A notification in the form of Alertmanager's webhook, version 4: what takes those, takes ours. It has what changed, and not all
 * that fires. A fingerprint is the alert's id.
 */
export const webhookMessage = (
  alerts: readonly AlertRecord[],
  { externalUrl, runbookUrl }: Pick<DeliveryConfig, 'externalUrl' | 'runbookUrl'>,
): object => {
  const link = generatorUrl(externalUrl) ?? '';
  const told = alerts.map((alert) => ({
    status: alert.state === 'firing' ? 'firing' : 'resolved',
    labels: labelsOf(alert),
    annotations: annotationsOf(alert, runbookUrl),
    startsAt: new Date(startOf(alert)).toISOString(),
    endsAt: alert.resolvedAt === undefined ? NO_END : new Date(endOf(alert, alert.resolvedAt)).toISOString(),
    generatorURL: link,
    fingerprint: alert.id,
  }));
  return {
    version: '4',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
    status: told.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    receiver: 'frp-otel',
    groupLabels: {},
    commonLabels: commonOf(told.map(({ labels }) => labels)),
    commonAnnotations: commonOf(told.map(({ annotations }) => annotations)),
    externalURL: link,
    alerts: told,
  };
};

/** What all of them have alike. */
const commonOf = ([first = {}, ...others]: readonly Texts[]): Texts =>
  Object.fromEntries(Object.entries(first).filter(([name, text]) => others.every((other) => other[name] === text)));
