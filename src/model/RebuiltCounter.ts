/** One look at a count that may start again at 0. */
export interface CounterReading {
  readonly value: number;
  /** What it had counted on the day before, where frp was asked. */
  readonly dayBefore?: number | undefined;
  /** It is known to have started again since the last look, at midnight, also if it did not fall. */
  readonly newDay?: boolean;
}

/**
 * A monotonic count rebuilt from one that falls: frps's counters start again at 0 at local midnight, with each start and for
 * a proxy that was pruned; a process's CPU time with each start. What was counted before the first look is the baseline, not
 * traffic.
 *
 * It equals the truth where the day before is told after each midnight and {@link RebuiltCounter.restart} after each restart
 * that nothing else shows; else it is a lower bound, and never falls.
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

  /** @returns what was counted since the last look */
  see(reading: CounterReading): number {
    const increment = this.#last === undefined ? 0 : incrementSince(this.#last, reading);
    this.#last = reading.value;
    this.#total += increment;
    return increment;
  }

  /** The source starts again at 0: even a higher count than the last one is then all new. */
  restart(): void {
    this.#last = 0;
  }
}

const incrementSince = (last: number, { value, dayBefore = 0, newDay = false }: CounterReading): number => {
  if (value >= last && !newDay) return value - last;
  // A day before that is less than what was seen of it was counted after a restart: then all of it is new.
  return value + (dayBefore >= last ? dayBefore - last : dayBefore);
};
