import type { AlertRecord } from '../AlertRecord.js';
import { Cooldown } from './Cooldown.js';
import { inhibitedAlerts } from './inhibitedAlerts.js';

/**
 * When what silenced an alert is over, the alert has so long to be over, too: clients of a server that came back need up to 20
 * seconds to log in again (frp: client/service.go), and until then their proxies are down. The shipped rules keep most of what
 * silences firing for as long; a user's need not.
 */
const AFTER_INHIBITION_MILLIS = 30_000;

/** What a webhook knows of an alert that fires. */
interface Told {
  /** As it was told, is being told, or fires anew since. */
  readonly alert: AlertRecord;
  /** Set once it is over: what remains to be told. */
  end: AlertRecord | undefined;
  isRefused: boolean;
  /** Whether it is not known yet if the last that was taken of it arrived. */
  isOnItsWay: boolean;
}

/**
 * What a webhook is yet to be told: what it was not told of that fires, and what it was told of that does not fire any more. It is a
 * difference of two states and no queue: what waits is always how things are by now, and there is never more of it than there are
 * alerts that fire or were told.
 */
export class UntoldAlerts {
  readonly #cooldown: Cooldown;
  readonly #told = new Map<string, Told>();
  /** Those that fire and are not silenced, be they told or not. */
  #tellable = new Map<string, AlertRecord>();
  readonly #inhibitedAt = new Map<string, number>();
  #firedAnew: readonly AlertRecord[] = [];

  /** @param told those of which it was told that they fire and not that they are over, by whoever was here before */
  constructor(cooldownMillis: number, told: readonly AlertRecord[] = []) {
    this.#cooldown = new Cooldown(cooldownMillis);
    // Which of them are over, the first evaluation tells.
    for (const alert of told) this.#told.set(alert.id, toldOf(alert, false));
  }

  /**
   * @param alerts what fires, and what an evaluation resolved; what does neither is over without a word
   * @returns those that were over before they could be told
   */
  see(alerts: readonly AlertRecord[], now: number): AlertRecord[] {
    const firing = new Map(alerts.filter(({ state }) => state === 'firing').map((alert) => [alert.id, alert]));
    const resolved = new Map(alerts.filter(({ state }) => state === 'resolved').map((alert) => [alert.id, alert]));
    const missed = this.#firing().filter(({ id }) => !firing.has(id));
    const firedAnew = [...firing.values()].filter((alert) => this.#isKnownAnew(alert));
    for (const alert of firedAnew) this.#told.set(alert.id, toldOf(alert, false));
    this.#firedAnew = firedAnew;
    for (const [id, told] of this.#told) {
      if (firing.has(id)) told.end = undefined;
      else told.end ??= resolved.get(id) ?? endOf(told.alert, now);
      if (told.end !== undefined && told.isRefused) this.#told.delete(id);
    }
    this.#cooldown.forget(now);
    this.#tellable = new Map([...firing].filter(([id]) => this.#cooldown.isOver(id, now)));
    for (const id of this.#silenced([...firing.values()], now)) this.#tellable.delete(id);
    return missed;
  }

  /**
   * Those of the last evaluation that fire anew before their former end arrived: the webhook knows that they fire, and hears nothing.
   */
  get firedAnew(): readonly AlertRecord[] {
    return this.#firedAnew;
  }

  get isEmpty(): boolean {
    return this.#firing().length === 0 && this.#ended().length === 0;
  }

  /** Takes what is to be told next, ends first, and holds it for told until it is known whether it was. */
  take(most: number): AlertRecord[] {
    const taken = [...this.#ended(), ...this.#firing()].slice(0, most);
    for (const alert of taken) {
      const told = this.#told.get(alert.id);
      if (told === undefined) this.#told.set(alert.id, toldOf(alert, true));
      else told.isOnItsWay = true;
    }
    return taken;
  }

  told(taken: readonly AlertRecord[], now: number): void {
    this.#settle(taken);
    for (const { id, state } of taken) {
      if (state === 'firing') this.#cooldown.told(id, now);
      else this.#told.delete(id);
    }
  }

  /** They are not wanted, and will not be offered again: neither is the end of what was refused. */
  refused(taken: readonly AlertRecord[]): void {
    this.#settle(taken);
    for (const { id, state } of taken) {
      const told = this.#told.get(id);
      if (told === undefined) continue;
      if (state === 'firing' && told.end === undefined) told.isRefused = true;
      else this.#told.delete(id);
    }
  }

  /**
   * They did not arrive, and are to be told again where they are still true.
   *
   * @returns those that were over meanwhile
   */
  failed(taken: readonly AlertRecord[]): AlertRecord[] {
    this.#settle(taken);
    const untold = taken.filter(({ state }) => state === 'firing');
    const missed = untold.filter(({ id }) => this.#told.get(id)?.end !== undefined);
    for (const { id } of untold) this.#told.delete(id);
    return missed;
  }

  #settle(taken: readonly AlertRecord[]): void {
    for (const { id } of taken) {
      const told = this.#told.get(id);
      if (told !== undefined) told.isOnItsWay = false;
    }
  }

  /** While an end is on its way, it is open what the webhook will know. */
  #isKnownAnew({ id, firedAt }: AlertRecord): boolean {
    const told = this.#told.get(id);
    return told !== undefined && !told.isOnItsWay && !told.isRefused && told.alert.firedAt !== firedAt;
  }

  #firing(): AlertRecord[] {
    return [...this.#tellable.values()].filter(({ id }) => !this.#told.has(id));
  }

  #ended(): AlertRecord[] {
    return [...this.#told.values()].flatMap(({ end }) => end ?? []);
  }

  /** Those that are silenced, or were it a moment ago. */
  #silenced(firing: readonly AlertRecord[], now: number): string[] {
    for (const { id } of inhibitedAlerts(firing)) this.#inhibitedAt.set(id, now);
    const ids = new Set(firing.map(({ id }) => id));
    for (const [id, at] of this.#inhibitedAt) {
      if (!ids.has(id) || now - at >= AFTER_INHIBITION_MILLIS || now < at) this.#inhibitedAt.delete(id);
    }
    return [...this.#inhibitedAt.keys()];
  }
}

const toldOf = (alert: AlertRecord, isOnItsWay: boolean): Told => ({
  alert,
  end: undefined,
  isRefused: false,
  isOnItsWay,
});

/** Of one from before it may be known when it was over. */
const endOf = (alert: AlertRecord, now: number): AlertRecord => ({
  ...alert,
  state: 'resolved',
  resolvedAt: alert.resolvedAt ?? now,
});
