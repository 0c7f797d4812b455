import type { AlertEventKind } from '../telemetry/catalogue/alertEvents.js';
import type { AlertRecord } from './AlertRecord.js';

/** An alert at the moment at which it fires or is resolved. */
export interface AlertEvent<Kind extends AlertEventKind = AlertEventKind> extends AlertRecord {
  readonly kind: Kind;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

/** What is news of an alert; undefined of one that is pending only. */
export const alertEvent = (record: AlertRecord, time: number): AlertEvent | undefined => {
  if (record.state === 'pending') return undefined;
  return Object.freeze({ ...record, kind: record.state === 'firing' ? 'alert.firing' : 'alert.resolved', time });
};
