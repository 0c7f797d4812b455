import { RebuiltCounter } from './RebuiltCounter.js';

/** Counts of one process that come together, each rebuilt monotonic over its restarts. */
export class RebuiltCounts<Values extends { readonly [name: string]: number | undefined }> {
  readonly #counters = new Map<string, RebuiltCounter>();
  #startsAtZero: boolean;

  /** @param startsAtZero whether all that was counted before the first look belongs to us */
  constructor(startsAtZero: boolean) {
    this.#startsAtZero = startsAtZero;
  }

  /** @param values since the process started; undefined where it is not known */
  see(values: Values | undefined): void {
    for (const [name, value] of Object.entries(values ?? {}))
      if (value !== undefined) this.#counter(name).see({ value });
  }

  /** What is seen from here on is of a new process. */
  restart(): void {
    this.#startsAtZero = true;
    for (const counter of this.#counters.values()) counter.restart();
  }

  /** Undefined where nothing was ever known. */
  get totals(): Values | undefined {
    if (this.#counters.size === 0) return undefined;
    return Object.freeze(
      Object.fromEntries(Array.from(this.#counters, ([name, { total }]) => [name, total])),
    ) as Values;
  }

  #counter(name: string): RebuiltCounter {
    const counter = this.#counters.get(name) ?? new RebuiltCounter(this.#startsAtZero);
    this.#counters.set(name, counter);
    return counter;
  }
}
