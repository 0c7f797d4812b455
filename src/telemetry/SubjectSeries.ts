import type { Attributes, HrTime } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import type { SubjectLife } from '../model/FrpSnapshot.js';
import type { Membership, SourceSeries } from './DerivedMetric.js';

/** When something was told: one for all series of a subject that are told together, so that it is moved on for all at once. */
export interface Telling {
  time: HrTime;
}

export interface Series<Value = unknown, Told = unknown> extends SourceSeries {
  readonly metric: SeriesMetric;
  attributes: Attributes;
  own: Attributes | undefined;
  /** Beyond those of the subject. */
  readonly extra: Attributes | undefined;
  /** The last value. */
  value: Value | undefined;
  /** The value of the point that was made of it. */
  told: Told | undefined;
  /** When the last value was told. */
  telling: Telling | undefined;
  /** Where it begins under its present attributes, when that is not with its subject. */
  origin: { readonly value: Value | undefined; readonly time: HrTime } | undefined;
  /** Its attributes before the last change, until what was told under them is taken back. */
  former: Attributes | undefined;
  /** Its places in the derived metrics of its metric, in their order. */
  memberships: Membership[] | undefined;
}

/** The metric of a series. */
export interface SeriesMetric {
  readonly name: string;
  /** Tells the same of a series of its own again, now: nothing came since. */
  tellAgain(series: Series, subject: SubjectSeries): void;
  /** A series of its own is not told any more, since another one is told in its place. @returns whether it is over by that */
  replaced(series: Series): boolean;
}

/** What one reader remembers of one subject: the attributes of its series and their last values. */
export class SubjectSeries {
  /** Where its series begin. */
  readonly since: number;
  readonly startTime: HrTime;
  readonly #byKey = new Map<string, Series>();
  /** Those that were told last, in the order of their telling. */
  #told: Series[] = [];
  /** How many of them the telling under way has come to. */
  #place = 0;
  /** Those in whose place the telling under way has told another one of the same metric. */
  readonly #displaced: Series[] = [];
  /** When one was replaced last: others, which may be the same anew, begin there. */
  #replacedAt: HrTime | undefined;
  #telling: Telling | undefined;
  #base: Attributes = {};
  #own: Attributes | undefined;
  #value: SubjectLife | undefined;
  #serverName: string | undefined;
  /** The end that this reader has already been told of. */
  #endTold: number | undefined;
  /** Whether what was told last is what the same snapshot tells the next time. */
  repeats = false;

  constructor(since: number) {
    this.since = since;
    this.startTime = millisToHrTime(since);
  }

  /** How many series are remembered. */
  get size(): number {
    return this.#byKey.size;
  }

  /** Of these, those that a user's hook gave. */
  get own(): Attributes | undefined {
    return this.#own;
  }

  /** Those that all its series have; undefined before they were told. */
  get base(): Attributes | undefined {
    return this.#telling && this.#base;
  }

  /** The one under way, else the last one. */
  get telling(): Telling | undefined {
    return this.#telling;
  }

  /** Takes the subject as it is now. @returns whether it is the very snapshot of the last collection, on the same server */
  isOf(value: SubjectLife, serverName: string): boolean {
    const isSame = this.#value === value && this.#serverName === serverName;
    this.#value = value;
    this.#serverName = serverName;
    return isSame;
  }

  /** Takes its end, if it has one. @returns whether there is something to be told: an end is told once */
  takeEnd(endedAt: number | undefined): boolean {
    const isToBeTold = endedAt === undefined || endedAt !== this.#endTold;
    this.#endTold = endedAt;
    return isToBeTold;
  }

  /**
   * Takes the attributes as they are now: a proxy's type may become known late, a hook may change its mind. Its series end
   * where they were told last; others begin there, and go on with what comes after.
   *
   * @param base attributes of all its series
   * @param own of these, those that a user's hook gave
   * @returns whether they are others than before
   */
  rebase(base: Attributes, own: Attributes | undefined): boolean {
    this.#own = own;
    if (areEqual(base, this.#base)) return false;
    this.#base = base;
    for (const series of this.#byKey.values()) {
      const { value, telling } = series;
      if (telling !== undefined) {
        series.origin = { value, time: telling.time };
        series.former = series.attributes;
      }
      series.attributes = this.attributesWith(series.extra);
      series.own = own;
      series.memberships = undefined;
    }
    return true;
  }

  /** Of a gauge nothing but this is remembered: its extra attributes may be new ones each time. */
  attributesWith(extra: Attributes | undefined): Attributes {
    return extra === undefined ? this.#base : { ...this.#base, ...extra };
  }

  /** Begins to tell what it has now. */
  begin(time: HrTime): void {
    this.#telling = { time };
    this.#place = 0;
  }

  /** The series that is told next. @param extra attributes beyond the subject's own */
  next<Value, Told>(metric: SeriesMetric, extra: Attributes | undefined): Series<Value, Told> {
    const place = this.#place;
    this.#place += 1;
    // Mostly that which was here the last time, too.
    const before = this.#told[place];
    if (before?.metric === metric && before.extra === extra) return before as Series<Value, Told>;
    const series = this.#get(metric, extra);
    if (before?.metric === metric) this.#displaced.push(before);
    this.#told[place] = series;
    return series as Series<Value, Told>;
  }

  /** What it has now is told. */
  end(): void {
    this.#told.length = this.#place;
    // One that was told in another place, as most are, is not replaced.
    for (const series of this.#displaced.splice(0)) {
      if (series.telling === this.#telling || !series.metric.replaced(series)) continue;
      this.#byKey.delete(keyOf(series.metric.name, series.extra));
      this.#replacedAt = this.#telling?.time;
    }
  }

  /** Tells what it told last once more: nothing has changed since. */
  tellAgain(time: HrTime): void {
    if (this.#telling === undefined) return;
    for (const series of this.#told) series.metric.tellAgain(series, this);
    this.#telling.time = time;
  }

  #get(metric: SeriesMetric, extra: Attributes | undefined): Series {
    const key = keyOf(metric.name, extra);
    let series = this.#byKey.get(key);
    if (series === undefined) {
      series = {
        // What is told again needs these, which so lie together in memory.
        metric,
        attributes: this.attributesWith(extra),
        told: undefined,
        origin: undefined,
        memberships: undefined,
        telling: this.#replacedAt && { time: this.#replacedAt },
        value: undefined,
        own: this.#own,
        extra,
        former: undefined,
      };
      this.#byKey.set(key, series);
    }
    return series;
  }
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
