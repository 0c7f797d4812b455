import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import { wildcard } from '../../telemetry/wildcard.js';
import type { EffectiveRule, SeriesSelector } from '../AlertRule.js';

export type SeriesMatcher = (attributes: Attributes) => boolean;

/** Which series count: those that the selector selects, of the proxies that the rule is for. */
export const seriesMatcher = (where: SeriesSelector = {}, proxies?: EffectiveRule['proxies']): SeriesMatcher => {
  const conditions = Object.entries(where).map(([name, wanted]) => attributeMatcher(name, wanted));
  if (proxies !== undefined) conditions.push(proxyMatcher(proxies));
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

const proxyMatcher = ({ matching, except }: NonNullable<EffectiveRule['proxies']>): SeriesMatcher => {
  const isMatching = matching === undefined ? () => true : wildcard(matching);
  const exceptions = except.map(wildcard);
  return (attributes) => {
    const proxy = textOf(attributes[ATTR_FRP.proxyName]) ?? '';
    return isMatching(proxy) && !exceptions.some((matches) => matches(proxy));
  };
};
