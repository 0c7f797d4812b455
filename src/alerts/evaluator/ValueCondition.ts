import type { Comparison, ValueRule } from '../AlertRule.js';
import type { Condition, Holding, RulePoints } from './Condition.js';
import { compare } from './compare.js';
import { SeriesKeys } from './SeriesKeys.js';
import { type SeriesMatcher, seriesMatcher } from './seriesMatcher.js';

type Reduce = NonNullable<ValueRule['reduce']>;

/** As Prometheus's aggregations: what is no number gives way to what is one, but in a sum. */
const REDUCE: Readonly<Record<Reduce, (one: number, other: number) => number>> = {
  max: (one, other) => (one < other || Number.isNaN(one) ? other : one),
  min: (one, other) => (one > other || Number.isNaN(one) ? other : one),
  sum: (one, other) => one + other,
};

/**
 * Which values can decide: a largest that is over a threshold is one of those that are over it. So of 10,000 proxies that are well
 * none has to be put together with others.
 */
const DECIDING: Readonly<Record<Reduce, Readonly<Partial<Record<Comparison, Comparison>>>>> = {
  max: { '>': '>', '>=': '>=', '==': '>=' },
  min: { '<': '<', '<=': '<=', '==': '<=' },
  sum: {},
};

/** Holds where the values of now, reduced over what falls together, are beyond the threshold. */
export class ValueCondition implements Condition {
  readonly leftOut = 0;
  readonly #rule: ValueRule;
  readonly #matches: SeriesMatcher;
  readonly #keys: SeriesKeys;
  readonly #reduce: (one: number, other: number) => number;
  readonly #decides: (value: number) => boolean;

  constructor(rule: ValueRule) {
    const { where, by, reduce = 'max', comparison, threshold } = rule;
    this.#rule = rule;
    this.#matches = seriesMatcher(where);
    this.#keys = new SeriesKeys(by);
    this.#reduce = REDUCE[reduce];
    const deciding = DECIDING[reduce][comparison];
    this.#decides = deciding === undefined ? () => true : (value) => compare[deciding](value, threshold);
  }

  evaluate(points: RulePoints): readonly Holding[] {
    const { metric, comparison, threshold } = this.#rule;
    const reduced = new Map<string, { readonly attributes: Holding['attributes']; value: number }>();
    for (const { attributes, value } of points.get(metric) ?? []) {
      if (!this.#decides(value) || !this.#matches(attributes)) continue;
      const key = this.#keys.keyOf(attributes);
      const group = reduced.get(key);
      if (group === undefined) reduced.set(key, { attributes: this.#keys.kept(attributes), value });
      else group.value = this.#reduce(group.value, value);
    }
    const holdings: Holding[] = [];
    for (const [key, { attributes, value }] of reduced)
      if (compare[comparison](value, threshold)) holdings.push({ key, attributes, value });
    return holdings;
  }
}
