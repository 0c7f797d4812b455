import type { TallySnapshot } from './FrpSnapshot.js';

/** Of what no source tells. */
export const NO_COUNTS: TallySnapshot = Object.freeze([]);

/** A monotonic count split by `error.type`. */
export class Tally {
  readonly #counts = new Map<string | undefined, number>();

  /**
   * @param success whether successes are counted too: only where the role can see them all
   * @param failures the classes that exist at 0 from the start
   */
  constructor({ success, failures }: { success: boolean; failures: readonly string[] }) {
    if (success) this.#counts.set(undefined, 0);
    for (const errorType of failures) this.#counts.set(errorType, 0);
  }

  add(errorType?: string): void {
    this.#counts.set(errorType, (this.#counts.get(errorType) ?? 0) + 1);
  }

  /** Without what went well. */
  failures(): TallySnapshot {
    return Object.freeze(this.snapshot().filter(({ errorType }) => errorType !== undefined));
  }

  snapshot(): TallySnapshot {
    return Object.freeze([...this.#counts].map(([errorType, count]) => Object.freeze({ errorType, count })));
  }
}
