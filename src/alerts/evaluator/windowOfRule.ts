import { DEFAULT_WINDOW_MILLIS, type DerivedRule, derivedMetrics } from '../../telemetry/catalogue/derivedMetrics.js';
import type { EffectiveRule } from '../AlertRule.js';

/** Milliseconds; undefined where what is seen now decides. */
export type WindowOfRule = (rule: EffectiveRule) => number | undefined;

/**
 * Over how long a rule looks: its own window, or that of the derived metric whose value it holds against its threshold.
 *
 * @param added derived metrics of the user
 */
export const windowOfRule = (added: readonly DerivedRule[]): WindowOfRule => {
  const derived = new Map(
    [...derivedMetrics, ...added].map(({ name, compute, windowMillis = DEFAULT_WINDOW_MILLIS[compute] }) => [
      name,
      windowMillis,
    ]),
  );
  return (rule) => {
    if (rule.of === 'increase' || rule.of === 'ratio') return rule.windowMillis;
    return rule.of === 'value' ? derived.get(rule.metric) : undefined;
  };
};
