import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import type { AlertRecord } from '../AlertRecord.js';
import { type Inhibition, inhibitions } from '../inhibitions.js';

/**
 * Those of the alerts that fire which are silenced by another one of them: by the rows of `inhibitions` and with Alertmanager's
 * meaning of them. What has an attribute not is equal to what has it not, either; and what is silenced itself silences all the same.
 */
export const inhibitedAlerts = (firing: readonly AlertRecord[]): Set<AlertRecord> => {
  const inhibited = new Set<AlertRecord>();
  for (const inhibition of inhibitions) {
    const { source, equal } = inhibition;
    const sources = firing.filter(({ name }) => name === source);
    if (sources.length === 0) continue;
    const all = new Set(sources.map((alert) => keyOf(alert, equal)));
    const oneSided = new Set(
      sources.filter((alert) => !isTarget(alert, inhibition)).map((alert) => keyOf(alert, equal)),
    );
    for (const alert of firing) {
      if (!isTarget(alert, inhibition)) continue;
      const silencing = alert.name === source ? oneSided : all;
      if (silencing.has(keyOf(alert, equal))) inhibited.add(alert);
    }
  }
  return inhibited;
};

const isTarget = ({ subject, attributes }: AlertRecord, { target: { subjects, role } }: Inhibition): boolean =>
  subjects.includes(subject) && (role === undefined || attributes[ATTR_FRP.role] === role);

const keyOf = ({ attributes }: AlertRecord, equal: readonly string[]): string =>
  JSON.stringify(equal.map((attribute) => attributes[attribute] ?? ''));
