import type { RatioRule } from '../AlertRule.js';
import type { Condition, Holding, RulePoints } from './Condition.js';
import { CounterGrowth } from './CounterGrowth.js';
import { compare } from './compare.js';
import type { SubjectsBefore } from './SubjectsBefore.js';
import { seriesMatcher } from './seriesMatcher.js';

/**
 * Holds where the growth of the one counter, as a share of that of the other, is beyond the threshold. The two may be of different
 * roles: they meet in the attributes that the rule keeps. Where the whole has not grown there is no share.
 */
export class RatioCondition implements Condition {
  readonly #rule: RatioRule;
  readonly #part: CounterGrowth;
  readonly #whole: CounterGrowth;

  constructor(rule: RatioRule) {
    const { where, whole, by, windowMillis } = rule;
    this.#rule = rule;
    this.#part = new CounterGrowth({ matches: seriesMatcher(where), by, windowMillis });
    this.#whole = new CounterGrowth({ matches: seriesMatcher(whole.where), by, windowMillis });
  }

  get leftOut(): number {
    return this.#part.leftOut + this.#whole.leftOut;
  }

  evaluate(points: RulePoints, now: number, before: SubjectsBefore): readonly Holding[] {
    const { metric, whole, atLeast, comparison, threshold } = this.#rule;
    this.#part.take(points.get(metric) ?? [], now, before);
    this.#whole.take(points.get(whole.metric) ?? [], now, before);
    const holdings: Holding[] = [];
    for (const { key, attributes, growth } of this.#part.known(now)) {
      const all = this.#whole.growthOf(key, now) ?? 0;
      if (!(all > 0)) continue;
      const value = growth < atLeast ? 0 : growth / all;
      if (compare[comparison](value, threshold)) holdings.push({ key, attributes, value });
    }
    return holdings;
  }
}
