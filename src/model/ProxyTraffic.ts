import type { FrpServerProxy, FrpTraffic } from '../frp/api/FrpApi.js';
import { hasFallen } from '../frp/api/hasFallen.js';
import { RebuiltCounter } from './RebuiltCounter.js';

const DIRECTIONS = ['in', 'out'] as const;

/**
 * The bytes of one proxy, rebuilt from what frps has counted for it today and, where that is read, since frps's start. The
 * latter knows no midnight and no prune; at its first sight it may hold what was counted before the proxy was ours, and what
 * was counted after today's was read. So each is at most the truth, and the greater one is told.
 */
export class ProxyTraffic {
  readonly #total = { in: 0, out: 0 };
  readonly #today: Readonly<Record<keyof FrpTraffic, RebuiltCounter>>;
  readonly #sinceStart = newCounters(false);
  #lastToday: FrpTraffic | undefined;
  /** Of which series `sinceStart` is: frps has one per name and type. Undefined before its first sight. */
  #seriesType: string | undefined;

  /** @param startsAtZero whether frps counted today's from 0 since the proxy is known */
  constructor(startsAtZero: boolean) {
    this.#today = newCounters(startsAtZero);
  }

  get total(): FrpTraffic {
    return this.#total;
  }

  /** @param newDay whether frps's midnight lies between the last answer and this one */
  see({ type, today, yesterday, sinceStart }: FrpServerProxy, newDay: boolean): void {
    // Both directions start again together, also where only one of them shows it by a fall.
    const anew = newDay || hasFallen(this.#lastToday, today);
    this.#lastToday = today;
    const isSameSeries = sinceStart !== undefined && this.#seriesType === type;
    this.#seriesType = sinceStart && type;
    for (const direction of DIRECTIONS) {
      const dayBefore = yesterday?.[direction];
      this.#today[direction].see({ value: today[direction], dayBefore, newDay: anew });
      const ofSeries = sinceStart && this.#sinceStart[direction].see({ value: sinceStart[direction] });
      const bySeries = this.#total[direction] + (isSameSeries ? (ofSeries ?? 0) : 0);
      this.#total[direction] = Math.max(bySeries, this.#today[direction].total);
    }
  }

  /** frps forgot what it had counted today, with the proxy. */
  pruned(): void {
    for (const direction of DIRECTIONS) this.#today[direction].restart();
    this.#lastToday = undefined;
  }

  /** frps starts anew and counts everything from 0. */
  serverRestarted(): void {
    this.pruned();
    for (const direction of DIRECTIONS) this.#sinceStart[direction].restart();
  }
}

const newCounters = (startsAtZero: boolean) => ({
  in: new RebuiltCounter(startsAtZero),
  out: new RebuiltCounter(startsAtZero),
});
