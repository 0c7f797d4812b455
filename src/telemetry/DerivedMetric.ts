import type { Attributes } from '@opentelemetry/api';
import type { DerivedRule } from './catalogue/derivedMetrics.js';
import { SlidingWindow } from './SlidingWindow.js';

/** One series of the counter that a rule is of, at one collection. */
export interface CumulativePoint {
  /** The same, as key of a Map, for the same series in each collection. */
  readonly series: unknown;
  readonly attributes: Attributes;
  readonly value: number;
}

export interface DerivedPoint {
  readonly attributes: Attributes;
  readonly value: number;
}

interface Last {
  readonly attributes: Attributes;
  readonly group: string;
  value: number;
}

interface Group {
  readonly attributes: Attributes;
  readonly window: SlidingWindow;
  total: number;
}

/** A derived metric's state for one reader: pure, with times as arguments. */
export class DerivedMetric {
  readonly rule: DerivedRule;
  #groups = new Map<string, Group>();
  #last = new Map<unknown, Last>();

  constructor(rule: DerivedRule) {
    this.rule = rule;
  }

  /**
   * @param points every living series of the rule's counter, cumulative
   * @param now milliseconds, not before the last call's
   */
  collect(points: readonly CumulativePoint[], now: number): DerivedPoint[] {
    const groups = new Map<string, Group>();
    const lasts = new Map<unknown, Last>();
    for (const { series, attributes, value } of points) {
      const before = this.#last.get(series);
      const last = before?.attributes === attributes ? before : { attributes, group: this.#groupOf(attributes), value };
      const group = groups.get(last.group) ?? this.#groups.get(last.group) ?? this.#newGroup(attributes);
      // Increments are added up, not values: the sum does not fall when one of the series ends.
      group.total += value - (before?.value ?? value);
      last.value = value;
      groups.set(last.group, group);
      lasts.set(series, last);
    }
    this.#groups = groups;
    this.#last = lasts;
    return [...groups.values()].flatMap(({ attributes, window, total }) => {
      window.add(now, total);
      const value = window.rate();
      return value === undefined ? [] : [{ attributes, value }];
    });
  }

  #groupOf(attributes: Attributes): string {
    return JSON.stringify(this.rule.keep.map((name) => attributes[name]));
  }

  #newGroup(attributes: Attributes): Group {
    const kept = this.rule.keep.map((name) => [name, attributes[name]] as const);
    const window = new SlidingWindow(this.rule.windowMillis);
    return { attributes: Object.fromEntries(kept.filter(([, value]) => value !== undefined)), window, total: 0 };
  }
}
