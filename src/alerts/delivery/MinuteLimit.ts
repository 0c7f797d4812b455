const MINUTE = 60_000;

/** Lets so many through in any minute, be they all at once. */
export class MinuteLimit {
  readonly #most: number;
  /** When the last of them came through. */
  #times: number[] = [];

  /** @param most from 1 on */
  constructor(most: number) {
    this.#most = most;
  }

  /** Takes one where there is one left. A clock that was set back frees what was taken in its future. */
  take(now: number): boolean {
    this.#times = this.#times.filter((time) => time <= now && now - time < MINUTE);
    if (this.#times.length >= this.#most) return false;
    this.#times.push(now);
    return true;
  }

  /** Milliseconds until there is one to take. */
  freeIn(now: number): number {
    const oldest = this.#times.at(-this.#most);
    return oldest === undefined ? 0 : Math.min(Math.max(0, oldest + MINUTE - now), MINUTE);
  }
}
