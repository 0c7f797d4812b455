import type { AlertRecord } from '../AlertRecord.js';
import type { EffectiveRule } from '../AlertRule.js';
import type { RulePoints } from './Condition.js';
import { textOf } from './seriesMatcher.js';

/** Milliseconds after which an alert from before is over when nothing was seen of what it is about. */
export const RESUME_GRACE_MILLIS = 300_000;

/** Whether what does not hold is an answer yet, for an alert from before this program started. */
export class Resumption {
  readonly #since: number;

  constructor(since: number) {
    this.#since = since;
  }

  /** What is seen of the alert's subject tells, of growth only once a window is over; else time does. */
  isAnswered(rule: EffectiveRule, record: AlertRecord, points: RulePoints, now: number): boolean {
    const passed = now - this.#since;
    if (rule.of === 'increase' || rule.of === 'ratio') return passed >= rule.windowMillis;
    return passed >= RESUME_GRACE_MILLIS || isSeen(rule, record, points);
  }
}

const isSeen = ({ metric }: EffectiveRule, record: AlertRecord, points: RulePoints): boolean => {
  const wanted = Object.entries(record.attributes);
  return (points.get(metric) ?? []).some(({ attributes }) =>
    wanted.every(([name, value]) => textOf(attributes[name]) === value),
  );
};
