import type { EffectiveRule } from '../AlertRule.js';
import { AbsenceCondition } from './AbsenceCondition.js';
import type { Condition } from './Condition.js';
import { IncreaseCondition } from './IncreaseCondition.js';
import { RatioCondition } from './RatioCondition.js';
import { ValueCondition } from './ValueCondition.js';

/** What a rule looks for. */
export const conditionOf = (rule: EffectiveRule): Condition => {
  switch (rule.of) {
    case 'value':
      return new ValueCondition(rule);
    case 'increase':
      return new IncreaseCondition(rule);
    case 'ratio':
      return new RatioCondition(rule);
    case 'absence':
      return new AbsenceCondition(rule);
  }
};
