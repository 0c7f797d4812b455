/** Samples kept per window: the finer, the more exact the window's start, the more memory. */
const SAMPLES_PER_WINDOW = 12;

/** The growth of a cumulative count over the last window, from a bounded ring of samples. */
export class SlidingWindow {
  readonly #windowMillis: number;
  readonly #samples: { time: number; total: number }[] = [];

  /** @param windowMillis over 0 */
  constructor(windowMillis: number) {
    this.#windowMillis = windowMillis;
  }

  /** Takes the count at a time; a clock that was set back begins the window anew. */
  add(time: number, total: number): void {
    const samples = this.#samples;
    if (time < (samples.at(-1)?.time ?? time)) samples.length = 0;
    const last = samples.at(-1);
    const beforeLast = samples.at(-2);
    // Asked more often than the ring is fine: the newest sample is replaced until it is a step after the one before it.
    const step = this.#windowMillis / SAMPLES_PER_WINDOW;
    const isTooNear = last !== undefined && beforeLast !== undefined && last.time - beforeLast.time < step;
    if (isTooNear || last?.time === time) samples.pop();
    samples.push({ time, total });
    // The first sample stays the last one that is not inside the window: from there the window is whole.
    while ((samples[1]?.time ?? Number.POSITIVE_INFINITY) <= time - this.#windowMillis) samples.shift();
  }

  /** Per second, between the first and the last sample; undefined while there are not two. */
  rate(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.time <= first.time) return undefined;
    return ((last.total - first.total) / (last.time - first.time)) * 1000;
  }
}
