import type { Attributes, HrTime } from '@opentelemetry/api';
import type { DataPoint } from '@opentelemetry/sdk-metrics';
import type { Arithmetic } from './arithmetic.js';
import { keyOfAttributes } from './attributeSets.js';

/** Series that have ended and are remembered, so that their total goes on when they return. */
const MAX_ENDED = 10_000;

const OVERFLOW: Attributes = Object.freeze({ 'otel.metric.overflow': true });

/**
 * What becomes of values that fall together in one collection:
 * `last`: the last one counts, in the order of the snapshot.
 * `sum`: they are added up.
 * `running sum`: what came to each of them is added to a total, which stays when one of them ends.
 */
export type Merge = 'last' | 'sum' | 'running sum';

interface Merged<Value> {
  readonly attributes: Attributes;
  readonly key: string;
  startTime: HrTime;
  value: Value | undefined;
  /** The collection in which it was made, and the one in which it was last told. */
  readonly madeIn: number;
  toldIn: number;
  isForgotten: boolean;
}

/** A series that goes into a merged one. */
interface Source<Value> {
  into: Merged<Value>;
  value: Value;
  time: HrTime;
}

export interface MergeOptions<Value> {
  readonly merge: Merge;
  readonly arithmetic: Arithmetic<Value>;
  /** Of a series, when it is first seen. */
  readonly attributesOf: (attributes: Attributes) => Attributes;
  /** Series at most, the one of all that is beyond among them. @default none */
  readonly limit?: number | undefined;
}

/** Makes one series of those whose attributes are the same in the end. A series is known by its attributes object. */
export class MergedSeries<Value> {
  readonly #options: MergeOptions<Value>;
  readonly #sources = new WeakMap<Attributes, Source<Value>>();
  readonly #merged = new Map<string, Merged<Value>>();
  #collection = 0;
  #told: Merged<Value>[] = [];

  constructor(options: MergeOptions<Value>) {
    this.#options = options;
  }

  /** How many series are remembered. */
  get size(): number {
    return this.#merged.size;
  }

  collect(points: readonly DataPoint<Value>[]): DataPoint<Value>[] {
    this.#collection += 1;
    this.#told = [];
    // Those that have a place keep it: a limit turns away new ones.
    const unplaced: DataPoint<Value>[] = [];
    for (const point of points) {
      const source = this.#sources.get(point.attributes);
      if (source === undefined || source.into.isForgotten) unplaced.push(point);
      else this.#take(source, point);
    }
    for (const point of unplaced) this.#place(point);
    const endTime = points[0]?.endTime;
    const merged = this.#told.flatMap(({ attributes, startTime, value }) =>
      value === undefined || endTime === undefined ? [] : [{ attributes, startTime, endTime, value }],
    );
    this.#forgetEnded();
    return merged;
  }

  #take(source: Source<Value>, point: DataPoint<Value>): void {
    const growth = this.#options.arithmetic.since(point.value, source.value);
    this.#add(source.into, this.#options.merge === 'running sum' ? growth : point.value, point.startTime);
    source.value = point.value;
    source.time = point.endTime;
  }

  #place(point: DataPoint<Value>): void {
    const { attributes, startTime, endTime, value } = point;
    const before = this.#sources.get(attributes);
    const begin = before?.time ?? startTime;
    const into = this.#mergedFor(this.#options.attributesOf(attributes), begin);
    if (into.madeIn === this.#collection) into.startTime = earlier(into.startTime, begin);
    const growth = before === undefined ? value : this.#options.arithmetic.since(value, before.value);
    this.#add(into, this.#options.merge === 'running sum' ? growth : value, startTime);
    this.#sources.set(attributes, { into, value, time: endTime });
  }

  #add(into: Merged<Value>, value: Value, startTime: HrTime): void {
    const { merge, arithmetic } = this.#options;
    const isFirst = into.toldIn !== this.#collection;
    if (isFirst) {
      into.toldIn = this.#collection;
      this.#told.push(into);
    }
    if (merge === 'running sum') into.value = into.value === undefined ? value : arithmetic.plus(into.value, value);
    else {
      into.startTime = isFirst ? startTime : earlier(into.startTime, startTime);
      into.value = isFirst || merge === 'last' || into.value === undefined ? value : arithmetic.plus(into.value, value);
    }
  }

  #mergedFor(attributes: Attributes, startTime: HrTime): Merged<Value> {
    const key = keyOfAttributes(attributes);
    const known = this.#merged.get(key);
    const { limit } = this.#options;
    const hasPlace = known?.toldIn === this.#collection || limit === undefined || this.#distinct() < limit - 1;
    if (!hasPlace && attributes !== OVERFLOW) return this.#mergedFor(OVERFLOW, startTime);
    if (known !== undefined) return known;
    const madeIn = this.#collection;
    const made = { attributes, key, startTime, value: undefined, madeIn, toldIn: 0, isForgotten: false };
    this.#merged.set(key, made);
    return made;
  }

  /** Told in this collection, without the one of all that is beyond the limit. */
  #distinct(): number {
    return this.#told.length - (this.#told.some(({ attributes }) => attributes === OVERFLOW) ? 1 : 0);
  }

  #forgetEnded(): void {
    const ended = this.#merged.size - this.#told.length;
    if (ended <= MAX_ENDED) return;
    let tooMany = ended - MAX_ENDED;
    // The ones told longest ago first: what is told moves to the end.
    for (const merged of this.#told) {
      this.#merged.delete(merged.key);
      this.#merged.set(merged.key, merged);
    }
    for (const merged of this.#merged.values()) {
      if (tooMany === 0) return;
      if (merged.toldIn === this.#collection) continue;
      merged.isForgotten = true;
      this.#merged.delete(merged.key);
      tooMany -= 1;
    }
  }
}

const earlier = (one: HrTime, other: HrTime): HrTime =>
  one[0] < other[0] || (one[0] === other[0] && one[1] <= other[1]) ? one : other;
