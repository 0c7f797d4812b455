import type { FrpRole } from '../frp/FrpRole.js';
import { FrpProxy } from './FrpProxy.js';

/** The proxies of one instance, by name; bounded. */
export class ProxySet {
  readonly #role: FrpRole;
  readonly #limit: number;
  readonly #byName = new Map<string, FrpProxy>();
  #refused = 0;

  constructor(role: FrpRole, limit: number) {
    this.#role = role;
    this.#limit = limit;
  }

  /** How many times a proxy was left out because of the limit. */
  get refused(): number {
    return this.#refused;
  }

  [Symbol.iterator](): IterableIterator<FrpProxy> {
    return this.#byName.values();
  }

  get(name: string): FrpProxy | undefined {
    return this.#byName.get(name);
  }

  /** @returns undefined when there are as many as the limit allows and none of them is gone */
  getOrAdd(name: string, type: string, time: number): FrpProxy | undefined {
    const known = this.#byName.get(name);
    if (known !== undefined) {
      known.setType(type);
      return known;
    }
    if (this.#byName.size >= this.#limit && !this.#dropOldestGone()) {
      this.#refused += 1;
      return undefined;
    }
    const proxy = new FrpProxy({ role: this.#role, name, type, time });
    this.#byName.set(name, proxy);
    return proxy;
  }

  /** Forgets those that have been gone since before a time. */
  forgetGoneBefore(time: number): void {
    for (const proxy of this.#byName.values()) {
      if (proxy.goneAt !== undefined && proxy.goneAt < time) this.#byName.delete(proxy.name);
    }
  }

  #dropOldestGone(): boolean {
    let oldest: FrpProxy | undefined;
    for (const proxy of this.#byName.values()) {
      if (proxy.goneAt !== undefined && proxy.goneAt < (oldest?.goneAt ?? Number.POSITIVE_INFINITY)) oldest = proxy;
    }
    return oldest !== undefined && this.#byName.delete(oldest.name);
  }
}
