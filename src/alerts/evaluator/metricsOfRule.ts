import type { EffectiveRule } from '../AlertRule.js';

/** The names of the metrics that a rule looks at. */
export const metricsOfRule = (rule: EffectiveRule): readonly string[] =>
  rule.of === 'ratio' ? [rule.metric, rule.whole.metric] : [rule.metric];
