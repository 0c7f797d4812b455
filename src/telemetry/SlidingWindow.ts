/** Samples kept per window: the finer, the more exact the window's start, the more memory. */
const SAMPLES_PER_WINDOW = 12;
/** 12 steps lie in the window; besides them there are the newest sample, the last before the window, and two after silences. */
const SLOTS = 16;

/** When the samples of the last window were taken: a bounded ring. The totals of each moment are {@link WindowedTotal}s. */
export class SlidingWindow {
  readonly #windowMillis: number;
  readonly #times = new Float64Array(SLOTS);
  #first = 0;
  #last = -1;

  /** @param windowMillis over 0 */
  constructor(windowMillis: number) {
    this.#windowMillis = windowMillis;
  }

  /** The number of the first sample; the window is whole once that is not inside it. */
  get first(): number {
    return this.#first;
  }

  /** The number of the newest sample; -1 before there is one. */
  get last(): number {
    return this.#last;
  }

  /** Takes a sample at a time; a clock that was set back begins the window anew. */
  add(time: number): void {
    if (time < this.#timeOf(this.#last)) this.#first = this.#last + 1;
    // The first sample stays the last one that is not inside the window: from there the window is whole.
    while (this.#first < this.#last && this.#timeOf(this.#first + 1) <= time - this.#windowMillis) this.#first += 1;
    if (!this.#isReplaced(time)) this.#last += 1;
    this.#times[this.#last % SLOTS] = time;
  }

  /** From a sample that is in the window to the newest one. */
  secondsSince(sample: number): number {
    return (this.#timeOf(this.#last) - this.#timeOf(sample)) / 1000;
  }

  /** Asked more often than the ring is fine: the newest sample is replaced until it is a step after the one before it. */
  #isReplaced(time: number): boolean {
    if (this.#last < this.#first) return false;
    const last = this.#timeOf(this.#last);
    if (time === last) return true;
    const step = this.#windowMillis / SAMPLES_PER_WINDOW;
    const isNear = this.#last > this.#first && last - this.#timeOf(this.#last - 1) < step;
    const isFull = this.#last - this.#first === SLOTS - 1;
    return isFull || (isNear && time - last < step);
  }

  #timeOf(sample: number): number {
    return this.#times[sample % SLOTS] ?? Number.NEGATIVE_INFINITY;
  }
}

/**
 * A count that only grows, at each sample of a window; 0 at those before it was first set. It is written where it grows, and holds
 * until then: most of 10,000 proxies are idle.
 */
export class WindowedTotal {
  /** Of few elements a typed array takes more memory. */
  #totals: number[] | undefined;
  #last = 0;
  /** The sample at which the last one was written. */
  #lastAt = -1;

  set(sample: number, total: number): void {
    if (total === this.#last) return;
    this.#totals ??= new Array<number>(SLOTS).fill(0);
    for (let held = Math.max(this.#lastAt + 1, sample - SLOTS + 1); held < sample; held += 1) {
      this.#totals[held % SLOTS] = this.#last;
    }
    this.#totals[sample % SLOTS] = total;
    this.#last = total;
    this.#lastAt = sample;
  }

  /** What came between two samples that are in the window. */
  growth(from: number, to: number): number {
    return from >= this.#lastAt ? 0 : this.#at(to) - this.#at(from);
  }

  #at(sample: number): number {
    return sample >= this.#lastAt ? this.#last : (this.#totals?.[sample % SLOTS] ?? 0);
  }
}
