import { isDecidedByPoint } from '../../dist/alerts/AlertRule.js';

/** @typedef {import('../../dist/alerts/AlertRule.js').EffectiveRule} EffectiveRule */

/**
 * How many points of `frp.alert.breach` a Collector makes of these points: for each rule one for each series that `by` tells apart.
 *
 * @param {import('./payload.mjs').Payload['metrics']} metrics
 * @param {readonly EffectiveRule[]} rules
 */
export const breachesOf = (metrics, rules) =>
  rules.filter(isDecidedByPoint).reduce((sum, { metric, where = {}, by }) => {
    const ofRule = (metrics.get(metric) ?? []).filter(({ attributes }) =>
      Object.entries(where).every(([name, wanted]) => isSelected(attributes[name], wanted)),
    );
    return sum + new Set(ofRule.map(({ attributes }) => JSON.stringify(by.map((name) => attributes[name])))).size;
  }, 0);

/**
 * @param {unknown} value
 * @param {string | readonly string[] | boolean} wanted
 */
const isSelected = (value, wanted) => {
  if (typeof wanted === 'boolean') return (value !== undefined && value !== '') === wanted;
  return typeof wanted === 'string' ? value === wanted : wanted.includes(String(value));
};
