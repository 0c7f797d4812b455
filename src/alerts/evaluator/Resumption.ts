/** Milliseconds after which an alert from before is over when nothing was seen of what it is about. */
export const RESUME_GRACE_MILLIS = 300_000;

/** Whether what does not hold is an answer yet, for an alert from before this program started. */
export class Resumption {
  readonly #windowMillis: number;
  #since: number;

  /** @param windowMillis over which its rule looks, if over any: of the time before this start it knows nothing */
  constructor(since: number, windowMillis = 0) {
    this.#since = since;
    this.#windowMillis = windowMillis;
  }

  /** Growth is known only once a window is over; then what is seen of the alert's subject tells, or time does. */
  isAnswered(now: number, isSeen: () => boolean): boolean {
    this.#since = Math.min(this.#since, now); // a clock that was set back must not delay it by as much
    const passed = now - this.#since;
    return passed >= this.#windowMillis && (passed >= RESUME_GRACE_MILLIS || isSeen());
  }
}
