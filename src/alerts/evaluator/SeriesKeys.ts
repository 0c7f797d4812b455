import type { Attributes } from '@opentelemetry/api';
import { textOf } from './seriesMatcher.js';

/** The attributes that a rule keeps, of one series or of several that fall together. */
export type KeptAttributes = Readonly<Record<string, string>>;

/** Under which attributes series fall together, and a key for them. */
export class SeriesKeys {
  /** In one order, whatever the order of the rule. */
  readonly #names: readonly string[];
  /** Most series have the same object of attributes at each evaluation. */
  readonly #known = new WeakMap<Attributes, string>();

  /** @param by names of attributes */
  constructor(by: readonly string[]) {
    this.#names = [...by].sort();
  }

  /** The same for the same kept attributes, also of another rule. */
  keyOf(attributes: Attributes): string {
    const known = this.#known.get(attributes);
    if (known !== undefined) return known;
    const key = JSON.stringify(this.kept(attributes));
    this.#known.set(attributes, key);
    return key;
  }

  /** Those that the series has, as texts. */
  kept(attributes: Attributes): KeptAttributes {
    const kept: Record<string, string> = {};
    for (const name of this.#names) {
      const value = textOf(attributes[name]);
      if (value !== undefined) kept[name] = value;
    }
    return kept;
  }
}
