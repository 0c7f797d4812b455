import type { AbsenceRule } from '../AlertRule.js';
import { type Condition, type Holding, MAX_REMEMBERED, type RulePoints } from './Condition.js';
import { type KeptAttributes, SeriesKeys } from './SeriesKeys.js';
import { type SeriesMatcher, seriesMatcher } from './seriesMatcher.js';

interface Seen {
  readonly attributes: KeptAttributes;
  value: number;
  at: number;
}

/** Holds for what was there within the window, was not 0 when it was seen last, and is not there now. */
export class AbsenceCondition implements Condition {
  readonly #rule: AbsenceRule;
  readonly #matches: SeriesMatcher;
  readonly #keys: SeriesKeys;
  readonly #seen = new Map<string, Seen>();
  #leftOut = 0;

  constructor(rule: AbsenceRule) {
    this.#rule = rule;
    this.#matches = seriesMatcher(rule.where);
    this.#keys = new SeriesKeys(rule.by);
  }

  get leftOut(): number {
    return this.#leftOut;
  }

  evaluate(points: RulePoints, now: number): readonly Holding[] {
    const { metric, windowMillis } = this.#rule;
    this.#leftOut = 0;
    for (const { attributes, value } of points.get(metric) ?? [])
      if (this.#matches(attributes)) this.#see(this.#keys.keyOf(attributes), { attributes, value, now });
    const holdings: Holding[] = [];
    for (const [key, seen] of this.#seen) {
      const { attributes, value, at } = seen;
      if (at > now) seen.at = now - 1; // a clock that was set back
      if (at < now - windowMillis) this.#seen.delete(key);
      else if (at !== now && value !== 0) holdings.push({ key, attributes, value });
    }
    return holdings;
  }

  #see(
    key: string,
    { attributes, value, now }: { attributes: Parameters<SeriesKeys['kept']>[0]; value: number; now: number },
  ): void {
    const seen = this.#seen.get(key);
    if (seen !== undefined) {
      // Of several that fall together the largest.
      seen.value = seen.at === now ? Math.max(seen.value, value) : value;
      seen.at = now;
    } else if (this.#seen.size < MAX_REMEMBERED) {
      this.#seen.set(key, { attributes: this.#keys.kept(attributes), value, at: now });
    } else this.#leftOut += 1;
  }
}
