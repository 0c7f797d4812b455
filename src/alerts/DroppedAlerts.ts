import { ATTR_FRP } from '../telemetry/catalogue/attributes.js';
import type { AlertRecord } from './AlertRecord.js';

/** What was left out of alerts, for the counter `frp.telemetry.dropped`. */
export interface DroppedAlert {
  /** Undefined where it is not known whose it was. */
  readonly instance: string | undefined;
  readonly item: 'alert' | 'alert_history' | 'notification';
  readonly reason: string;
  readonly count: number;
}

/** Counts what was left out of alerts until it is asked. */
export class DroppedAlerts {
  readonly #counts = new Map<string, DroppedAlert>();

  add({ item, reason, count }: Omit<DroppedAlert, 'instance'>, alert?: AlertRecord): void {
    const instance = alert?.attributes[ATTR_FRP.instance];
    const key = JSON.stringify([instance, item, reason]);
    this.#counts.set(key, { instance, item, reason, count: count + (this.#counts.get(key)?.count ?? 0) });
  }

  /** What was left out since this was asked last. */
  take(): readonly DroppedAlert[] {
    const dropped = [...this.#counts.values()];
    this.#counts.clear();
    return dropped;
  }
}
