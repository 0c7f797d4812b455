import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A name may come to mean another address. */
const FRESH_MILLIS = 60_000;
/** Node has no more of them at a time, by default: half of its threads (libuv, UV_THREADPOOL_SIZE). What else waits is the program's. */
const LOOKUPS = 2;
const MAX_NAMES = 10_000;

/** The addresses of a name; rejects where it means nothing. */
export type LookUp = (name: string) => Promise<readonly string[]>;

interface Name {
  askedAt: number;
  isPending: boolean;
  /** Those of the last answer that there was. */
  addresses?: readonly string[];
}

/** What names mean, as it was last known: they are looked up in the background, so that nobody waits for a slow server. */
export class HostAddresses {
  readonly #lookUp: LookUp;
  readonly #names = new Map<string, Name>();
  readonly #queue: string[] = [];
  readonly #workers = new Set<Promise<void>>();
  #answers = 0;

  constructor(lookUp: LookUp = lookUpHere) {
    this.#lookUp = lookUp;
  }

  /** Grows with each answer. */
  get answers(): number {
    return this.#answers;
  }

  /** @returns none for a name that means nothing, undefined while that is not known */
  of(host: string): readonly string[] | undefined {
    if (isIP(host) !== 0) return [host];
    const known = this.#names.get(host);
    const isFresh = known !== undefined && performance.now() < known.askedAt + FRESH_MILLIS;
    if (!isFresh && !known?.isPending) this.#ask(host, known?.addresses);
    return known?.addresses;
  }

  /** Resolves when all is answered, or after so long. */
  async settled(millis: number): Promise<void> {
    const late = new AbortController();
    const { signal } = late;
    await Promise.race([Promise.all(this.#workers), delay(millis, undefined, { ref: false, signal }).catch(() => {})]);
    late.abort();
  }

  #ask(host: string, addresses: readonly string[] | undefined): void {
    const [oldest] = this.#names.keys();
    if (this.#names.size >= MAX_NAMES && oldest !== undefined) this.#names.delete(oldest);
    this.#names.delete(host);
    this.#names.set(host, { askedAt: performance.now(), isPending: true, ...(addresses && { addresses }) });
    this.#queue.push(host);
    if (this.#workers.size >= LOOKUPS) return;
    const worker = this.#work().finally(() => this.#workers.delete(worker));
    this.#workers.add(worker);
  }

  async #work(): Promise<void> {
    for (let host = this.#queue.shift(); host !== undefined; host = this.#queue.shift()) {
      const found = await this.#lookUp(host).catch(() => undefined);
      const name = this.#names.get(host);
      this.#answers += 1;
      if (name === undefined) continue;
      name.isPending = false;
      name.addresses = found ?? name.addresses ?? [];
    }
  }
}

const lookUpHere: LookUp = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);
