/** Steps that are told apart in a window: with 300 s and an evaluation each 15 s, each evaluation is one. */
const STEPS_PER_WINDOW = 256;

/** What a count has grown by within the last window, by exact increments; of what did not grow nothing is kept. */
export class GrowthWindow {
  readonly #windowMillis: number;
  #times: number[] = [];
  #growths: number[] = [];

  constructor(windowMillis: number) {
    this.#windowMillis = windowMillis;
  }

  /** @param time when it was seen to have grown */
  add(time: number, growth: number): void {
    this.#forgetAfter(time);
    const last = this.#times.length - 1;
    const step = this.#windowMillis / STEPS_PER_WINDOW;
    // Evaluated more often than the window is fine, several are one: it leaves the window with the last of them.
    if (last > 0 && (this.#times[last] ?? 0) - (this.#times[last - 1] ?? 0) < step) {
      this.#times[last] = time;
      this.#growths[last] = (this.#growths[last] ?? 0) + growth;
      return;
    }
    this.#times.push(time);
    this.#growths.push(growth);
  }

  /** All that was seen after the window's begin. */
  growth(now: number): number {
    this.#forgetAfter(now);
    if (this.#times.length === 0) return 0;
    const begin = now - this.#windowMillis;
    const over = this.#times.findIndex((time) => time > begin);
    if (over !== 0) {
      this.#times = over === -1 ? [] : this.#times.slice(over);
      this.#growths = over === -1 ? [] : this.#growths.slice(over);
    }
    return this.#growths.reduce((sum, growth) => sum + growth, 0);
  }

  /** A clock that was set back begins it anew: what is in its future would be in the window for too long. */
  #forgetAfter(now: number): void {
    if ((this.#times.at(-1) ?? now) <= now) return;
    this.#times = [];
    this.#growths = [];
  }
}
