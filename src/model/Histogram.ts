import type { HistogramSnapshot } from './FrpSnapshot.js';

/** Counts values into buckets with inclusive upper bounds, as OpenTelemetry's explicit bucket histogram does. */
export class Histogram {
  readonly #boundaries: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;
  #min: number | undefined;
  #max: number | undefined;

  /** @param boundaries ascending */
  constructor(boundaries: readonly number[]) {
    this.#boundaries = boundaries;
    this.#counts = new Array<number>(boundaries.length + 1).fill(0);
  }

  record(value: number): void {
    const found = this.#boundaries.findIndex((bound) => value <= bound);
    const bucket = found === -1 ? this.#boundaries.length : found;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
    this.#count += 1;
    this.#min = Math.min(value, this.#min ?? value);
    this.#max = Math.max(value, this.#max ?? value);
  }

  snapshot(): HistogramSnapshot {
    return Object.freeze({
      boundaries: this.#boundaries,
      counts: Object.freeze([...this.#counts]),
      sum: this.#sum,
      count: this.#count,
      min: this.#min,
      max: this.#max,
    });
  }
}
