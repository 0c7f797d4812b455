/** Lets so many through per second of the time that it is given, and as many at once. */
export class RateLimit {
  readonly #perSecond: number;
  #left: number;
  #at: number | undefined;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
  }

  /** @param time milliseconds; where it goes back, nothing is gained by that */
  take(time: number): boolean {
    const gained = (Math.max(0, time - (this.#at ?? time)) / 1000) * this.#perSecond;
    this.#at = time;
    this.#left = Math.min(this.#perSecond, this.#left + gained);
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
