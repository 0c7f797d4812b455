import type { Attributes, HrTime } from '@opentelemetry/api';
import type { SubjectLife } from '../model/FrpSnapshot.js';
import type { Membership, SourceSeries } from './DerivedMetric.js';

/** What a reader was told of a series, and when. */
export interface Told<Value> {
  readonly value: Value;
  readonly time: HrTime;
}

export interface Series<Value> extends SourceSeries {
  attributes: Attributes;
  own: Attributes | undefined;
  /** Beyond those of the subject. */
  readonly extra: Attributes | undefined;
  /** The last value. */
  value: Value | undefined;
  /** When the last value was told. */
  time: HrTime | undefined;
  /** Where it begins under its present attributes, when that is not with its subject. */
  origin: Told<Value> | undefined;
  /** Its attributes before the last change, until what was told under them is taken back. */
  former: Attributes | undefined;
  /** Its places in the derived metrics of its metric, in their order. */
  readonly memberships: Membership[];
}

/** What one reader remembers of one subject: the attributes of its series and their last values. */
export class SubjectSeries {
  readonly #series = new Map<string, Series<unknown>>();
  #base: Attributes = {};
  #own: Attributes | undefined;
  #value: SubjectLife | undefined;
  #serverName: string | undefined;
  /** The end that this reader has already been told of. */
  endTold: number | undefined;

  /** How many series are remembered. */
  get size(): number {
    return this.#series.size;
  }

  /** Takes the subject as it is now. @returns whether it is the very snapshot of the last collection, on the same server */
  isOf(value: SubjectLife, serverName: string): boolean {
    const isSame = this.#value === value && this.#serverName === serverName;
    this.#value = value;
    this.#serverName = serverName;
    return isSame;
  }

  /**
   * Takes the attributes as they are now: a proxy's type may become known late, a hook may change its mind. Its series end
   * where they were told last; others begin there, and go on with what comes after.
   *
   * @param base attributes of all its series
   * @param own of these, those that a user's hook gave
   */
  rebase(base: Attributes, own: Attributes | undefined): void {
    if (areEqual(base, this.#base)) return;
    this.#base = base;
    this.#own = own;
    for (const series of this.#series.values()) {
      const { value, time } = series;
      if (time !== undefined) {
        series.origin = { value, time };
        series.former = series.attributes;
      }
      series.attributes = { ...base, ...series.extra };
      series.own = own;
      series.memberships.length = 0;
    }
  }

  /** Of a gauge, of which nothing is remembered: its extra attributes may be new ones each time. */
  attributesWith(extra: Attributes | undefined): Attributes {
    return extra === undefined ? this.#base : { ...this.#base, ...extra };
  }

  /** @param extra attributes beyond the subject's own */
  get<Value>(metric: string, extra: Attributes | undefined): Series<Value> {
    const key = keyOf(metric, extra);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = {
        attributes: { ...this.#base, ...extra },
        own: this.#own,
        extra,
        value: undefined,
        time: undefined,
        origin: undefined,
        former: undefined,
        memberships: [],
      };
      this.#series.set(key, series);
    }
    return series as Series<Value>;
  }
}

/** An instance or a proxy with what a reader remembers of it. */
export interface Subject<Value extends SubjectLife> {
  readonly value: Value;
  readonly series: SubjectSeries;
}

const areEqual = (one: Attributes, other: Attributes): boolean => {
  let more = 0;
  for (const name in one) {
    if (one[name] !== other[name]) return false;
    more += 1;
  }
  for (const _ in other) more -= 1;
  return more === 0;
};

/** The key of each metric's extra attributes, by the object that holds them: those that the catalogue gives are mostly constants. */
const keys = new Map<string, WeakMap<Attributes, string>>();

const keyOf = (metric: string, extra: Attributes | undefined): string => {
  if (extra === undefined) return metric;
  let ofMetric = keys.get(metric);
  if (ofMetric === undefined) {
    ofMetric = new WeakMap();
    keys.set(metric, ofMetric);
  }
  let key = ofMetric.get(extra);
  if (key === undefined) {
    key = metric + JSON.stringify(extra);
    ofMetric.set(extra, key);
  }
  return key;
};
