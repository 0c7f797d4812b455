import type { Fault } from '../config/Fault.js';
import { ruleCatalogue } from './catalogue/ruleCatalogue.js';
import { checkOverrides } from './checkOverrides.js';
import { checkOwnRule } from './checkOwnRule.js';
import type { RuleContext } from './knownAttributes.js';
import type { AlertRulesConfig, OwnRule } from './ownRules.js';
import { ruleMetrics } from './ruleMetric.js';

/** What takes the catalogue to tell of the option `alertRules`; each fault has the path of its option. */
export const checkAlertRules = ({ overrides, own }: AlertRulesConfig, context: RuleContext): readonly Fault[] => {
  const metrics = ruleMetrics(context.derivedMetrics);
  return [
    ...own.flatMap((rule, index) => {
      const at = ['alertRules', 'own', index];
      const faults = [...wrongName(rule, own.slice(0, index)), ...checkOwnRule(rule, metrics, context)];
      return faults.map(({ path, message }): Fault => ({ path: [...at, ...path], message }));
    }),
    ...checkOverrides(overrides, own, metrics),
  ];
};

/** Headings of a page and of a runbook do not tell small letters from large ones. */
const wrongName = ({ name }: OwnRule, before: readonly OwnRule[]): readonly Fault[] => {
  const isSame = (other: { readonly name: string }): boolean => other.name.toLowerCase() === name.toLowerCase();
  const taken = ruleCatalogue.some(isSame) ? 'the catalogue has it' : before.some(isSame) ? 'another rule has it' : '';
  return taken === '' ? [] : [{ path: ['name'], message: `expected a new name: ${taken}, received ${name}` }];
};
