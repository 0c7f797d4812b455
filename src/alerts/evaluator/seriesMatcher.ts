import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { SeriesSelector } from '../AlertRule.js';

export type SeriesMatcher = (attributes: Attributes) => boolean;

/** Which series count: those that the selector selects. */
export const seriesMatcher = (where: SeriesSelector = {}): SeriesMatcher => {
  const conditions = Object.entries(where).map(([name, wanted]) => attributeMatcher(name, wanted));
  const [first, second] = conditions;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  return (attributes) => {
    for (const matches of conditions) if (!matches(attributes)) return false;
    return true;
  };
};

/** What a series has as a text; an empty one is none, as in Prometheus. */
export const textOf = (value: AttributeValue | undefined): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return value === undefined || value === null ? undefined : String(value);
};

// Asked of each of 100,000 series at each evaluation: what is compared is mostly a text already.
const attributeMatcher = (name: string, wanted: SeriesSelector[string]): SeriesMatcher => {
  if (typeof wanted === 'boolean') return (attributes) => (textOf(attributes[name]) !== undefined) === wanted;
  if (typeof wanted === 'string') return (attributes) => (textOf(attributes[name]) ?? '') === wanted;
  return (attributes) => wanted.includes(textOf(attributes[name]) ?? '');
};
