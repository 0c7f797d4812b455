import type { Attributes } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import { MAX_REMEMBERED, type RulePoint } from './Condition.js';
import { GrowthWindow } from './GrowthWindow.js';
import { type KeptAttributes, SeriesKeys } from './SeriesKeys.js';
import type { SubjectsBefore } from './SubjectsBefore.js';
import type { SeriesMatcher } from './seriesMatcher.js';

/** Milliseconds for which a series that is not told any more is remembered, at least: a source may be away for a while. */
const KEPT_MILLIS = 3_600_000;

/** One series of the counter. */
interface Series {
  readonly group: Group;
  since: number;
  total: number;
  seenAt: number;
}

/** What falls together. */
interface Group {
  readonly attributes: KeptAttributes;
  readonly window: GrowthWindow;
  /** The begin of the last stretch of time of which its growth is known; undefined before there is one. */
  knownFrom: number | undefined;
  seenAt: number;
}

/** How much something has grown within the window. */
export interface Grown {
  readonly key: string;
  readonly attributes: KeptAttributes;
  readonly growth: number;
}

interface CounterGrowthOptions {
  readonly matches: SeriesMatcher;
  readonly by: readonly string[];
  readonly windowMillis: number;
}

/**
 * How much the series of a counter have grown within a window, by what falls together. A series that is new counts from 0 where it
 * began within the window or after the evaluation before, and where its subject was known at that evaluation, as with an error that
 * occurs for the first time. Any other is told from its first look on: it may have grown at any time.
 */
export class CounterGrowth {
  readonly #matches: SeriesMatcher;
  readonly #keys: SeriesKeys;
  readonly #windowMillis: number;
  readonly #keptMillis: number;
  readonly #series = new Map<string, Series>();
  readonly #byAttributes = new WeakMap<Attributes, Series>();
  readonly #groups = new Map<string, Group>();
  #evaluatedAt: number | undefined;
  #leftOut = 0;

  constructor({ matches, by, windowMillis }: CounterGrowthOptions) {
    this.#matches = matches;
    this.#keys = new SeriesKeys(by);
    this.#windowMillis = windowMillis;
    this.#keptMillis = Math.max(windowMillis, KEPT_MILLIS);
  }

  /** Series beyond the limit, in the last evaluation. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Takes the points of an evaluation. */
  take(points: readonly RulePoint[], now: number, before: SubjectsBefore): void {
    this.#leftOut = 0;
    for (const point of points) {
      const series = this.#byAttributes.get(point.attributes);
      // By one object of attributes it was found before, and matches.
      if (series !== undefined && series.seenAt > now - this.#keptMillis) this.#grow(series, point, now);
      else if (this.#matches(point.attributes)) this.#find(point, now, before);
    }
    const isToBeForgotten = this.#evaluatedAt !== undefined && isOtherMinute(this.#evaluatedAt, now);
    this.#evaluatedAt = now;
    if (isToBeForgotten) this.#forget(now);
  }

  /** The growth of each of which it is known. */
  *known(now: number): Generator<Grown> {
    for (const [key, group] of this.#groups) {
      const growth = this.#growthOf(group, now);
      if (growth !== undefined) yield { key, attributes: group.attributes, growth };
    }
  }

  /** The growth of one; undefined where it is not known. */
  growthOf(key: string, now: number): number | undefined {
    const group = this.#groups.get(key);
    return group && this.#growthOf(group, now);
  }

  /** As in Prometheus it is told while two samples are in the window, also of what has ended. */
  #growthOf({ knownFrom, seenAt, window }: Group, now: number): number | undefined {
    if (knownFrom === undefined) return undefined;
    return seenAt === now || knownFrom >= now - this.#windowMillis ? window.growth(now) : undefined;
  }

  #find(point: RulePoint, now: number, before: SubjectsBefore): void {
    const { attributes } = point;
    const key = JSON.stringify(Object.entries(attributes).sort(byName));
    const known = this.#series.get(key);
    if (known !== undefined) {
      this.#byAttributes.set(attributes, known);
      this.#grow(known, point, now);
      return;
    }
    if (this.#series.size >= MAX_REMEMBERED) {
      this.#leftOut += 1;
      return;
    }
    const since = hrTimeToMilliseconds(point.startTime);
    const series: Series = { group: this.#groupOf(attributes), since, total: point.value, seenAt: now };
    this.#series.set(key, series);
    this.#byAttributes.set(attributes, series);
    this.#begin(series, now, () => before.has(attributes));
  }

  #begin({ group, since, total }: Series, now: number, wasKnown: () => boolean): void {
    group.seenAt = now;
    const before = this.#evaluatedAt;
    const isNew = since >= now - this.#windowMillis || (before !== undefined && (since >= before || wasKnown()));
    if (!isNew) return;
    group.knownFrom = Math.max(since, before ?? since);
    if (total > 0) group.window.add(now, total);
  }

  #grow(series: Series, { startTime, value }: RulePoint, now: number): void {
    const { group } = series;
    const since = hrTimeToMilliseconds(startTime);
    const before = series.seenAt;
    // One that begins anew, or is lower than it was, has counted from 0.
    const growth = since > before || value < series.total ? value : value - series.total;
    series.since = since;
    series.total = value;
    series.seenAt = now;
    group.seenAt = now;
    group.knownFrom = before;
    if (growth > 0) group.window.add(now, growth);
  }

  #groupOf(attributes: Attributes): Group {
    const key = this.#keys.keyOf(attributes);
    let group = this.#groups.get(key);
    if (group === undefined) {
      const window = new GrowthWindow(this.#windowMillis);
      group = { attributes: this.#keys.kept(attributes), window, knownFrom: undefined, seenAt: 0 };
      this.#groups.set(key, group);
    }
    return group;
  }

  #forget(now: number): void {
    const before = now - this.#keptMillis;
    for (const [key, { seenAt }] of this.#series) if (seenAt <= before) this.#series.delete(key);
    for (const [key, { seenAt }] of this.#groups) if (seenAt <= before) this.#groups.delete(key);
  }
}

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;

/** What is forgotten now and then need not be looked for at each evaluation. */
const isOtherMinute = (before: number, now: number): boolean =>
  Math.floor(before / 60_000) !== Math.floor(now / 60_000);
