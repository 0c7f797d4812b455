import { boundedErrorType } from './boundedErrorType.js';
import type { TallyEntry, TallySnapshot } from './FrpSnapshot.js';

/** Of what no source tells. */
export const NO_COUNTS: TallySnapshot = Object.freeze([]);

interface TallyOptions {
  /** Whether successes are counted too: only where the role can see them all. */
  readonly success: boolean;
  /** The classes that exist at 0 from the start. */
  readonly failures: readonly string[];
  /** Whether what happens now is news; of what is not, the classes stay, at 0: their next failure then shows as a growth. */
  readonly isNews?: () => boolean;
}

/** A monotonic count split by `error.type`. */
export class Tally {
  /** Counted apart: it is most of all. Undefined while the role has not told of any. */
  #successes: number | undefined;
  readonly #failures = new Map<string, number>();
  readonly #isNews: () => boolean;

  constructor({ success, failures, isNews = () => true }: TallyOptions) {
    this.#isNews = isNews;
    if (success) this.#successes = 0;
    for (const errorType of failures) this.#failures.set(errorType, 0);
  }

  add(errorType?: string): void {
    const increment = this.#isNews() ? 1 : 0;
    const kept = boundedErrorType(errorType, this.#failures);
    if (kept !== undefined) this.#failures.set(kept, (this.#failures.get(kept) ?? 0) + increment);
    else if (increment > 0) this.#successes = (this.#successes ?? 0) + increment;
  }

  /** Without what went well. */
  failures(): TallySnapshot {
    return Object.freeze(Array.from(this.#failures, ([errorType, count]) => entry(errorType, count)));
  }

  /** What has gone wrong, without the classes that nobody told of. */
  occurred(): TallySnapshot {
    return Object.freeze(this.failures().filter(({ count }) => count > 0));
  }

  snapshot(): TallySnapshot {
    if (this.#successes === undefined) return this.failures();
    return Object.freeze([entry(undefined, this.#successes), ...this.failures()]);
  }
}

const entry = (errorType: string | undefined, count: number): TallyEntry => Object.freeze({ errorType, count });
