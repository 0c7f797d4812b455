import type { IncreaseRule } from '../AlertRule.js';
import type { Condition, Holding, RulePoints } from './Condition.js';
import { CounterGrowth } from './CounterGrowth.js';
import { compare } from './compare.js';
import type { SubjectsBefore } from './SubjectsBefore.js';
import { seriesMatcher } from './seriesMatcher.js';

/** Holds where what a counter has grown by within the window is beyond the threshold. */
export class IncreaseCondition implements Condition {
  readonly #rule: IncreaseRule;
  readonly #counter: CounterGrowth;

  constructor(rule: IncreaseRule) {
    const { where, by, windowMillis } = rule;
    this.#rule = rule;
    this.#counter = new CounterGrowth({ matches: seriesMatcher(where), by, windowMillis });
  }

  get leftOut(): number {
    return this.#counter.leftOut;
  }

  evaluate(points: RulePoints, now: number, before: SubjectsBefore): readonly Holding[] {
    const { metric, comparison, threshold } = this.#rule;
    this.#counter.take(points.get(metric) ?? [], now, before);
    const holdings: Holding[] = [];
    for (const { key, attributes, growth } of this.#counter.known(now))
      if (compare[comparison](growth, threshold)) holdings.push({ key, attributes, value: growth });
    return holdings;
  }
}
