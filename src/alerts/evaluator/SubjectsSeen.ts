import type { EffectiveRule } from '../AlertRule.js';
import type { RulePoints } from './Condition.js';
import { SeriesKeys } from './SeriesKeys.js';

interface Seen {
  readonly keys: SeriesKeys;
  now: ReadonlySet<string> | undefined;
}

/** What a metric tells of at all, whether it is well or not. Looked through once for each evaluation, and only where one is asked for. */
export class SubjectsSeen {
  readonly #byMetric = new Map<string, Seen>();
  #points: RulePoints = new Map();

  begin(points: RulePoints): void {
    this.#points = points;
    for (const seen of this.#byMetric.values()) seen.now = undefined;
  }

  /** @param key of the attributes that the rule keeps */
  has({ metric, by }: EffectiveRule, key: string): boolean {
    const name = JSON.stringify([metric, ...by]);
    let seen = this.#byMetric.get(name);
    if (seen === undefined) {
      seen = { keys: new SeriesKeys(by), now: undefined };
      this.#byMetric.set(name, seen);
    }
    const { keys } = seen;
    seen.now ??= new Set((this.#points.get(metric) ?? []).map(({ attributes }) => keys.keyOf(attributes)));
    return seen.now.has(key);
  }
}
