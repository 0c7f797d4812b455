import type { FrpServerProxy, FrpTraffic } from '../../src/frp/api/FrpApi.js';

/** Hours; frps's local clock. */
type Hours = number;

const RESERVED_DAYS = 7;
const DIRECTIONS = ['in', 'out'] as const;

/**
 * How a date counter knows that days have passed (pkg/util/metric/date_counter.go). Up to 0.71.0 it divides the hours
 * between two midnights by 24, so that a day of 23 hours is none; 0.61.2 then takes the new date all the same, 0.71.0 keeps
 * the old one until a whole day has passed. 0.71.1 counts the days of the calendar.
 */
export type Rotation = '0.61.2' | '0.71.0' | '0.71.1';

/** The midnights of frps's zone, and the present time. */
class Calendar {
  readonly #midnights: Hours[] = [0];
  #now: Hours = 1;

  get now(): Hours {
    return this.#now;
  }

  get startOfDay(): Hours {
    return this.#midnights.at(-1) ?? 0;
  }

  /** How many midnights lie between two of them. */
  daysBetween(from: Hours, to: Hours): number {
    return this.#midnights.indexOf(to) - this.#midnights.indexOf(from);
  }

  /** The present day, of 23, 24 or 25 hours, is over. */
  pass(hours: number): void {
    const next = this.startOfDay + hours;
    this.#midnights.push(next);
    this.#now = next + 1;
  }
}

class DateCounter {
  readonly #calendar: Calendar;
  readonly #rotation: Rotation;
  #counts = new Array<number>(RESERVED_DAYS).fill(0);
  #date: Hours;
  /** How many days it has gone on, for the test to know what its answers could tell. */
  rotations = 0;

  constructor(calendar: Calendar, rotation: Rotation) {
    this.#calendar = calendar;
    this.#rotation = rotation;
    this.#date = calendar.startOfDay;
  }

  add(count: number): void {
    this.#rotate();
    this.#counts[0] = (this.#counts[0] ?? 0) + count;
  }

  day(daysAgo: 0 | 1): number {
    this.#rotate();
    return this.#counts[daysAgo] ?? 0;
  }

  #rotate(): void {
    const today = this.#calendar.startOfDay;
    const days =
      this.#rotation === '0.71.1'
        ? this.#calendar.daysBetween(this.#date, today)
        : Math.trunc((today - this.#date) / 24);
    if (days > 0 || this.#rotation === '0.61.2') this.#date = today;
    if (days <= 0) return;
    this.rotations += days;
    const empty = new Array<number>(Math.min(days, RESERVED_DAYS)).fill(0);
    this.#counts = [...empty, ...this.#counts].slice(0, RESERVED_DAYS);
  }
}

interface ProxyStatistics {
  readonly traffic: Readonly<Record<keyof FrpTraffic, DateCounter>>;
  online: boolean;
  curConns: number;
}

/** What frps counts of its proxies (pkg/metrics/mem/server.go and, since its start, pkg/metrics/prometheus/server.go). */
export class SimulatedFrps {
  readonly #rotation: Rotation;
  readonly #calendar = new Calendar();
  #lastDay = 24;
  #total = this.#newCounters();
  #proxies = new Map<string, ProxyStatistics>();
  #sinceStart = new Map<string, { in: number; out: number }>();

  constructor(rotation: Rotation) {
    this.#rotation = rotation;
  }

  /** Milliseconds. */
  get now(): number {
    return this.#calendar.now * 3_600_000;
  }

  /** A client registers it: anew, unless frps still has its counts. */
  online(name: string): void {
    const known = this.#proxies.get(name) ?? { traffic: this.#newCounters(), online: false, curConns: 0 };
    known.online = true;
    this.#proxies.set(name, known);
    if (!this.#sinceStart.has(name)) this.#sinceStart.set(name, { in: 0, out: 0 });
  }

  offline(name: string): void {
    const known = this.#proxies.get(name);
    if (known) known.online = false;
  }

  opened(name: string): void {
    const known = this.#proxies.get(name);
    if (known?.online) known.curConns += 1;
  }

  /**
   * A connection closes, also one from before a prune: then the count of open ones falls below zero, and of a proxy that is
   * gone only the totals and `/metrics` get the bytes.
   *
   * @returns whether the proxy was ever registered with this process, as it must have been to have a connection
   */
  closed(name: string, bytes: FrpTraffic): boolean {
    const sinceStart = this.#sinceStart.get(name);
    if (sinceStart === undefined) return false;
    const known = this.#proxies.get(name);
    if (known) known.curConns -= 1;
    for (const direction of DIRECTIONS) {
      this.#total[direction].add(bytes[direction]);
      known?.traffic[direction].add(bytes[direction]);
      sinceStart[direction] += bytes[direction];
    }
    return true;
  }

  /** An operator prunes what is offline, or it was for 7 days. */
  prune(): void {
    for (const [name, { online }] of this.#proxies) if (!online) this.#proxies.delete(name);
  }

  /** @param hours how long the day was that ends; no clock is changed on two days in a row */
  midnight(hours: 23 | 24 | 25): void {
    const length = this.#lastDay === 24 ? hours : 24;
    this.#calendar.pass(length);
    this.#lastDay = length;
  }

  restart(): void {
    this.#total = this.#newCounters();
    this.#proxies = new Map();
    this.#sinceStart = new Map();
  }

  today(): FrpTraffic {
    return { in: this.#total.in.day(0), out: this.#total.out.day(0) };
  }

  list(): FrpServerProxy[] {
    return Array.from(this.#proxies, ([name, { traffic, online, curConns }]) => ({
      name,
      type: 'tcp',
      online,
      curConns: Math.max(0, curConns),
      today: { in: traffic.in.day(0), out: traffic.out.day(0) },
      yesterday: undefined,
      sinceStart: undefined,
      user: undefined,
      clientId: undefined,
      remotePort: undefined,
      group: undefined,
    }));
  }

  yesterday(name: string): FrpTraffic | undefined {
    const traffic = this.#proxies.get(name)?.traffic;
    return traffic && { in: traffic.in.day(1), out: traffic.out.day(1) };
  }

  /** From `/metrics`, which never forgets a proxy. */
  metrics(name: string): FrpTraffic {
    return { ...(this.#sinceStart.get(name) ?? { in: 0, out: 0 }) };
  }

  /** Names its present counts of a proxy: which they are, and on which of their days. */
  countsOf(name: string): { readonly counts: object; readonly day: number } | undefined {
    const counts = this.#proxies.get(name)?.traffic;
    if (counts === undefined) return undefined;
    counts.in.day(0);
    return { counts, day: counts.in.rotations };
  }

  #newCounters() {
    return {
      in: new DateCounter(this.#calendar, this.#rotation),
      out: new DateCounter(this.#calendar, this.#rotation),
    };
  }
}
