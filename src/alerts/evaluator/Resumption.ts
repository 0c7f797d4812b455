import type { EffectiveRule } from '../AlertRule.js';

/** Milliseconds after which an alert from before is over when nothing was seen of what it is about. */
export const RESUME_GRACE_MILLIS = 300_000;

/** Whether what does not hold is an answer yet, for an alert from before this program started. */
export class Resumption {
  #since: number;

  constructor(since: number) {
    this.#since = since;
  }

  /** What is seen of the alert's subject tells, of growth only once a window is over; else time does. */
  isAnswered(rule: EffectiveRule, now: number, isSeen: () => boolean): boolean {
    this.#since = Math.min(this.#since, now); // a clock that was set back must not delay it by as much
    const passed = now - this.#since;
    if (rule.of === 'increase' || rule.of === 'ratio') return passed >= rule.windowMillis;
    return passed >= RESUME_GRACE_MILLIS || isSeen();
  }
}
