import type { AlertRecord } from '../AlertRecord.js';
import { endOf } from './alertText.js';

/** A resolved alert is sent again for so long, as Prometheus does: who was restarted meanwhile has forgotten it. */
const RESOLVED_MILLIS = 15 * 60_000;
/** One that was refused is tried again, since it may be the Alertmanager that was changed. */
const REFUSED_MILLIS = 15 * 60_000;

/** An alert as one Alertmanager is to know it. */
export interface AlertToSend {
  readonly alert: AlertRecord;
  /** When it is over: for one that fires a time to come, at which it is over unless it is sent again. */
  readonly endsAt: number;
  /** Whether it is tried once more after it was refused. */
  readonly isRetry: boolean;
}

/** What one Alertmanager was told last of an alert in its present state. */
interface Entry {
  alert: AlertRecord;
  toldAt: number | undefined;
  isRefused: boolean;
  /** Whether it knows of the alert, be it in another state. */
  isKnown: boolean;
}

/**
 * What one Alertmanager is to be told, and when: all that fires and all that was resolved of late, at once where it has changed, and
 * again now and then. It is a state and no queue: an Alertmanager that was away is told how things are, not how they came about,
 * and there is never more of it than there are alerts.
 */
export class AlertsToSend {
  readonly #resendMillis: number;
  readonly #validMillis: number;
  readonly #entries = new Map<string, Entry>();
  readonly #offered = new WeakMap<AlertToSend, Entry>();

  /** @param validMillis for how long one that fires does so without a word */
  constructor({ resendMillis, validMillis }: { readonly resendMillis: number; readonly validMillis: number }) {
    this.#resendMillis = resendMillis;
    this.#validMillis = validMillis;
  }

  /** @param alerts what fires, and what an evaluation resolved; what does neither is over without a word */
  see(alerts: readonly AlertRecord[], now: number): void {
    const seen = new Set<string>();
    for (const alert of alerts) {
      seen.add(alert.id);
      const entry = this.#entries.get(alert.id);
      // Its value and its words may change at each evaluation: they go with the next time that it is sent.
      if (entry !== undefined && isSame(entry.alert, alert)) entry.alert = alert;
      else this.#entries.set(alert.id, changed(entry, alert));
    }
    for (const [id, { alert }] of this.#entries) {
      if (!seen.has(id) && !isLatelyResolved(alert, now)) this.#entries.delete(id);
    }
  }

  /** @returns first what was taken before, which would be over there without a word, last what was refused */
  due(now: number): AlertToSend[] {
    const due = [...this.#entries.values()].filter(({ toldAt, isRefused }) => {
      const again = isRefused ? REFUSED_MILLIS : this.#resendMillis;
      return toldAt === undefined || now - toldAt >= again || now < toldAt;
    });
    const inOrder = due.sort((one, other) => rankOf(one) - rankOf(other));
    return inOrder.map((entry) => {
      const { alert, isRefused: isRetry } = entry;
      const toSend = { alert, isRetry, endsAt: endOf(alert, alert.resolvedAt ?? now + this.#validMillis) };
      this.#offered.set(toSend, entry);
      return toSend;
    });
  }

  /** They arrived; what has changed meanwhile is due all the same. */
  sent(sent: readonly AlertToSend[], now: number): void {
    for (const one of sent) this.#told(one, now, false);
  }

  /** It is not taken by itself, either. */
  refused(refused: AlertToSend, now: number): void {
    this.#told(refused, now, true);
  }

  #told(one: AlertToSend, now: number, isRefused: boolean): void {
    const entry = this.#offered.get(one);
    if (entry === undefined) return;
    entry.toldAt = now;
    entry.isRefused = isRefused;
    entry.isKnown = !isRefused;
  }
}

/** Of one that was refused nobody need hear that it is over. */
const changed = (entry: Entry | undefined, alert: AlertRecord): Entry =>
  entry?.isRefused === true && alert.state === 'resolved'
    ? { ...entry, alert }
    : { alert, toldAt: undefined, isRefused: false, isKnown: entry?.isKnown === true };

const rankOf = ({ isKnown, isRefused }: Entry): number => (isKnown ? 0 : isRefused ? 2 : 1);

const isSame = (one: AlertRecord, other: AlertRecord): boolean =>
  one.state === other.state && one.firedAt === other.firedAt && one.resolvedAt === other.resolvedAt;

const isLatelyResolved = ({ state, resolvedAt }: AlertRecord, now: number): boolean =>
  state === 'resolved' && now - (resolvedAt ?? now) < RESOLVED_MILLIS;
