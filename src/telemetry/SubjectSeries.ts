import type { Attributes, HrTime } from '@opentelemetry/api';

export interface Series<Value> {
  attributes: Attributes;
  /** The value and time of the last collection, for delta temporality. */
  previous: { readonly value: Value; readonly time: HrTime } | undefined;
}

/** What one reader remembers of one subject: the attributes of its series and their last values. */
export class SubjectSeries {
  readonly #series = new Map<string, Series<unknown>>();
  #base: Attributes;
  #baseKey: string;
  /** The end that this reader has already been told of. */
  endTold: number | undefined;

  constructor(base: Attributes) {
    this.#base = base;
    this.#baseKey = JSON.stringify(base);
  }

  /** A proxy's type may become known late: its series go on under the new attributes. */
  rebase(base: Attributes): void {
    const key = JSON.stringify(base);
    if (key === this.#baseKey) return;
    this.#base = base;
    this.#baseKey = key;
    for (const [name, series] of this.#series) {
      series.attributes = { ...base, ...(JSON.parse(name.slice(name.indexOf('{'))) as Attributes) };
    }
  }

  /** @param extra attributes beyond the subject's own */
  get<Value>(metric: string, extra: Attributes | undefined): Series<Value> {
    const key = `${metric}${JSON.stringify(extra ?? {})}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { attributes: { ...this.#base, ...extra }, previous: undefined };
      this.#series.set(key, series);
    }
    return series as Series<Value>;
  }
}
