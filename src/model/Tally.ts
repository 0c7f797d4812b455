import type { TallyEntry, TallySnapshot } from './FrpSnapshot.js';

/** Of what no source tells. */
export const NO_COUNTS: TallySnapshot = Object.freeze([]);

/** A monotonic count split by `error.type`. */
export class Tally {
  /** Counted apart: it is most of all. Undefined while the role has not told of any. */
  #successes: number | undefined;
  readonly #failures = new Map<string, number>();

  /**
   * @param success whether successes are counted too: only where the role can see them all
   * @param failures the classes that exist at 0 from the start
   */
  constructor({ success, failures }: { success: boolean; failures: readonly string[] }) {
    if (success) this.#successes = 0;
    for (const errorType of failures) this.#failures.set(errorType, 0);
  }

  add(errorType?: string): void {
    if (errorType === undefined) this.#successes = (this.#successes ?? 0) + 1;
    else this.#failures.set(errorType, (this.#failures.get(errorType) ?? 0) + 1);
  }

  /** What was counted was no news. The classes found stay, at 0: so the first failure of one that is news shows as a growth. */
  forget(): void {
    if (this.#successes !== undefined) this.#successes = 0;
    for (const errorType of this.#failures.keys()) this.#failures.set(errorType, 0);
  }

  /** Without what went well. */
  failures(): TallySnapshot {
    return Object.freeze(Array.from(this.#failures, ([errorType, count]) => entry(errorType, count)));
  }

  snapshot(): TallySnapshot {
    if (this.#successes === undefined) return this.failures();
    return Object.freeze([entry(undefined, this.#successes), ...this.failures()]);
  }
}

const entry = (errorType: string | undefined, count: number): TallyEntry => Object.freeze({ errorType, count });
