import { type Threshold, ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import type { EffectiveRule } from '../alerts/AlertRule.js';
import { SEVERITY_COLORS, type Steps } from './DashboardSpec.js';

/** The colours of values: by the threshold of a rule, of steps, or green whatever they are. */
export const thresholds = (
  { rule, steps }: { readonly rule?: string; readonly steps?: Steps },
  rules: readonly EffectiveRule[],
): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(
      rule === undefined
        ? [GREEN, ...(steps ?? []).map(({ from, color }) => ({ value: from, color }))]
        : ofRule(rules.find(({ name, proxies }) => name === rule && proxies?.matching === undefined)),
    );

const GREEN: Threshold = { value: null, color: 'green' }; // null: from the lowest on

/** @param rule undefined where the user has turned it off */
const ofRule = (rule: EffectiveRule | undefined): Threshold[] => {
  if (rule === undefined || rule.of === 'absence') return [GREEN];
  const { comparison, threshold } = rule;
  const bad = SEVERITY_COLORS[rule.severity];
  switch (comparison) {
    case '>':
    case '>=':
      return [GREEN, { value: threshold, color: bad }];
    case '<':
    case '<=':
      return [
        { value: null, color: bad },
        { value: threshold, color: 'green' },
      ];
    case '==': // of what says yes or no
    case '!=': {
      const isBadWhereYes = (threshold === 1) === (comparison === '==');
      return [
        { value: null, color: isBadWhereYes ? 'green' : bad },
        { value: 1, color: isBadWhereYes ? bad : 'green' },
      ];
    }
    default:
      return comparison satisfies never;
  }
};
