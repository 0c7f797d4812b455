import type { FrpServerInfo, FrpServerProxy, FrpTraffic } from '../../frp/api/FrpApi.js';
import { hasFallen } from '../../frp/api/hasFallen.js';

/**
 * What frps had counted today when it was last asked, to know when its counts fell: all of them at its midnight, and one
 * proxy's when frps forgot it (pruned, or registered anew with another type).
 *
 * The proxies are always asked before the totals: as long as the totals have not fallen, all was read on one day.
 */
export class DailyTraffic {
  #totals: FrpTraffic | undefined;
  #ofProxy: ReadonlyMap<string, FrpTraffic> = new Map();

  keep(info: FrpServerInfo, proxies: readonly FrpServerProxy[]): void {
    this.#totals = info.today;
    const ofProxy = new Map<string, FrpTraffic>();
    for (const { name, today } of proxies) ofProxy.set(name, today);
    this.#ofProxy = ofProxy;
  }

  /** Whether anything has fallen, be it by midnight or for one proxy only. */
  mayBeNewDay(info: FrpServerInfo, proxies: readonly FrpServerProxy[]): boolean {
    return hasFallen(this.#totals, info.today) || proxies.some((proxy) => this.#hasFallen(proxy));
  }

  /**
   * The proxies whose bytes before the fall must be asked for, those with the most to lose first: on a new day all that can
   * have counted since the last answer, else those that fell.
   */
  needYesterday(info: FrpServerInfo, proxies: readonly FrpServerProxy[]): FrpServerProxy[] {
    const newDay = hasFallen(this.#totals, info.today);
    return proxies
      .filter((proxy) => this.#hasFallen(proxy) || (newDay && (proxy.online || this.#last(proxy) > 0)))
      .sort((a, b) => this.#last(b) - this.#last(a));
  }

  #hasFallen({ name, today }: FrpServerProxy): boolean {
    return hasFallen(this.#ofProxy.get(name), today);
  }

  #last({ name }: FrpServerProxy): number {
    const last = this.#ofProxy.get(name);
    return last === undefined ? 0 : last.in + last.out;
  }
}
