import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import type { EffectiveRule, SeriesSelector } from '../AlertRule.js';
import { goQuoted, re2Wildcard } from './goSyntax.js';

/** A number as OTTL has a double: always with a point, since a whole number would be compared as one. */
export const ottlDouble = (value: number): string => {
  const [mantissa = '', exponent] = String(value).split('e');
  const double = mantissa.includes('.') ? mantissa : `${mantissa}.0`;
  return exponent === undefined ? double : `${double}e${exponent}`;
};

/** What a point must meet to count for the rule; empty where all of its metric do. */
export const seriesConditions = ({ where = {}, proxies }: EffectiveRule): string[] => {
  const conditions = Object.entries(where).map(([name, wanted]) => attributeCondition(name, wanted));
  if (proxies === undefined) return conditions;
  const { matching, except } = proxies;
  if (matching !== undefined) conditions.push(proxyCondition(matching));
  return [...conditions, ...except.map((pattern) => `not ${proxyCondition(pattern)}`)];
};

/** An attribute that is empty is none, as for Prometheus. */
const attributeCondition = (name: string, wanted: SeriesSelector[string]): string => {
  const attribute = attributePath(name);
  if (wanted === true) return `(${attribute} != nil and ${attribute} != "")`;
  if (wanted === false) return `(${attribute} == nil or ${attribute} == "")`;
  const values = typeof wanted === 'string' ? [wanted] : wanted;
  return values.length === 0
    ? 'false'
    : `(${values.map((value) => `${attribute} == ${goQuoted(value)}`).join(' or ')})`;
};

/** A name with `*` for any text, as one comparison, or as an anchored regular expression of RE2. */
const proxyCondition = (pattern: string): string => {
  const attribute = attributePath(ATTR_FRP.proxyName);
  if (!pattern.includes('*')) return `${attribute} == ${goQuoted(pattern)}`;
  return `IsMatch(${attribute}, ${goQuoted(`(?s)^${re2Wildcard(pattern)}$`)})`;
};

const attributePath = (name: string): string => `datapoint.attributes[${goQuoted(name)}]`;
