import type { Attributes, HrTime } from '@opentelemetry/api';

export interface Series<Value> {
  attributes: Attributes;
  /** Beyond those of the subject. */
  readonly extra: Attributes | undefined;
  /** The value and time of the last collection, for delta temporality. */
  previous: { readonly value: Value; readonly time: HrTime } | undefined;
}

/** What one reader remembers of one subject: the attributes of its series and their last values. */
export class SubjectSeries {
  readonly #series = new Map<string, Series<unknown>>();
  #base: Attributes;
  /** The end that this reader has already been told of. */
  endTold: number | undefined;

  constructor(base: Attributes) {
    this.#base = base;
  }

  /** A proxy's type may become known late: its series go on under the new attributes. */
  rebase(base: Attributes): void {
    if (areEqual(base, this.#base)) return;
    this.#base = base;
    for (const series of this.#series.values()) series.attributes = { ...base, ...series.extra };
  }

  /** @param extra attributes beyond the subject's own */
  get<Value>(metric: string, extra: Attributes | undefined): Series<Value> {
    const key = keyOf(metric, extra);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { attributes: { ...this.#base, ...extra }, extra, previous: undefined };
      this.#series.set(key, series);
    }
    return series as Series<Value>;
  }
}

/** Their names are the same: one subject is always told in one way. */
const areEqual = (one: Attributes, other: Attributes): boolean => {
  for (const name in one) if (one[name] !== other[name]) return false;
  return true;
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
