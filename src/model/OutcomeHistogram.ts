import { boundedErrorType } from './boundedErrorType.js';
import type { OutcomeHistogramSnapshot } from './FrpSnapshot.js';
import { Histogram } from './Histogram.js';

/** A histogram per `error.type`, and one of what succeeded. */
export class OutcomeHistogram {
  readonly #boundaries: readonly number[];
  readonly #byErrorType = new Map<string | undefined, Histogram>();

  constructor(boundaries: readonly number[]) {
    this.#boundaries = boundaries;
  }

  record(value: number, errorType: string | undefined): void {
    const kept = boundedErrorType(errorType, this.#byErrorType);
    const histogram = this.#byErrorType.get(kept) ?? new Histogram(this.#boundaries);
    this.#byErrorType.set(kept, histogram);
    histogram.record(value);
  }

  snapshot(): OutcomeHistogramSnapshot {
    return Object.freeze(
      Array.from(this.#byErrorType, ([errorType, histogram]) =>
        Object.freeze({ errorType, histogram: histogram.snapshot() }),
      ),
    );
  }
}
