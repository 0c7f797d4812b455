import type { FrpRole } from '../frp/FrpRole.js';
import { FrpProxy } from './FrpProxy.js';
import { type GoneBefore, TELL_END_MILLIS } from './goneBefore.js';
import type { ProxySources } from './ProxySources.js';

/** Longer ones make no label values: frp has no such limit, people do. */
const MAX_NAME_LENGTH = 255;

/** The proxies of one instance, by name; bounded. */
export class ProxySet {
  readonly #role: FrpRole;
  readonly #limit: number;
  readonly #sources: ProxySources;
  readonly #byName = new Map<string, FrpProxy>();
  /** In the order in which they went; some have returned since. */
  readonly #gone = new Set<FrpProxy>();
  readonly #refusedNames = new Set<string>();
  #refused = 0;
  #evicted = 0;
  #forgotten: (proxy: FrpProxy) => void = () => undefined;

  constructor(role: FrpRole, limit: number, sources: ProxySources) {
    this.#role = role;
    this.#limit = limit;
    this.#sources = sources;
  }

  /** How many proxies were left out because of the limit or the length of their name. */
  get refused(): number {
    return this.#refused;
  }

  /** How many that were gone had to make room so soon that a reader may not have told their last counts. */
  get evicted(): number {
    return this.#evicted;
  }

  [Symbol.iterator](): IterableIterator<FrpProxy> {
    return this.#byName.values();
  }

  /** Who holds proxies must let go of those that are known no more. */
  whenForgotten(listener: (proxy: FrpProxy) => void): void {
    this.#forgotten = listener;
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
    const isFull = this.#byName.size >= this.#limit && !this.#dropOldestGone(time);
    if (isFull || name.length > MAX_NAME_LENGTH) {
      this.#refuse(name.slice(0, MAX_NAME_LENGTH + 1));
      return undefined;
    }
    this.#refusedNames.delete(name);
    const proxy = new FrpProxy({
      role: this.#role,
      name,
      type,
      time,
      sources: this.#sources,
      onGone: (gone) => this.#wentNow(gone),
    });
    this.#byName.set(name, proxy);
    return proxy;
  }

  forgetGoneBefore(before: GoneBefore): void {
    for (const proxy of this.#byName.values()) if (proxy.wasGoneBefore(before)) this.#forget(proxy);
  }

  /** Forgets those that were removed. */
  forgetRemoved(): void {
    for (const proxy of this.#byName.values()) if (proxy.wasRemoved) this.#forget(proxy);
  }

  /** Counts each once, as long as there are not more than the limit of them too. */
  #refuse(name: string): void {
    if (this.#refusedNames.has(name)) return;
    this.#refused += 1;
    if (this.#refusedNames.size < this.#limit) this.#refusedNames.add(name);
  }

  /** A session may hold one that was forgotten, and its name may be another's by now. */
  #wentNow(proxy: FrpProxy): void {
    if (this.#byName.get(proxy.name) !== proxy) return;
    this.#gone.delete(proxy);
    this.#gone.add(proxy);
  }

  #forget(proxy: FrpProxy): void {
    this.#gone.delete(proxy);
    this.#byName.delete(proxy.name);
    this.#forgotten(proxy);
  }

  /** Looks at each once for its going, also where there are more refused than kept. */
  #dropOldestGone(time: number): boolean {
    for (const proxy of this.#gone) {
      this.#gone.delete(proxy);
      if (proxy.goneAt === undefined) continue;
      if (proxy.goneAt >= time - TELL_END_MILLIS) this.#evicted += 1;
      this.#forget(proxy);
      return true;
    }
    return false;
  }
}
