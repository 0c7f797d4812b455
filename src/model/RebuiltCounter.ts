/**
 * A monotonic count rebuilt from one that falls: frps's counters start again at 0 at local midnight and with each start,
 * a process's CPU time with each start. What was counted before the first look is the baseline, not traffic.
 */
export class RebuiltCounter {
  #last: number | undefined;
  #total = 0;

  /** @param startsAtZero whether all that the source has counted belongs to us, or its first value is the baseline */
  constructor(startsAtZero: boolean) {
    this.#last = startsAtZero ? 0 : undefined;
  }

  get total(): number {
    return this.#total;
  }

  /** @param current the source's count now; a fall means that it started again at 0 in between */
  see(current: number): void {
    if (this.#last !== undefined) this.#total += current >= this.#last ? current - this.#last : current;
    this.#last = current;
  }

  /** The source starts again at 0: even a higher count than the last one is then all new. */
  restart(): void {
    this.#last = 0;
  }
}
