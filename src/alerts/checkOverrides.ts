import { type Fault, show } from '../config/Fault.js';
import { didYouMean } from '../config/nearest.js';
import { thresholds } from '../config/thresholds.js';
import { ATTR_FRP } from '../telemetry/catalogue/attributes.js';
import { wildcard } from '../telemetry/wildcard.js';
import type { ThresholdOption } from './catalogue/CatalogueRule.js';
import { ruleCatalogue } from './catalogue/ruleCatalogue.js';
import { defaultBy } from './completeOwnRule.js';
import type { OwnRule, RuleOverride } from './ownRules.js';
import type { RuleMetric, RuleMetrics } from './ruleMetric.js';

/** What an override can be of: one alternative of a rule. */
interface Overridable {
  readonly name: string;
  readonly of: OwnRule['of'];
  readonly comparison: OwnRule['comparison'];
  readonly option: ThresholdOption | undefined;
  readonly by: readonly string[];
}

/** What is wrong with overrides, each with the path of its option. */
export const checkOverrides = (
  overrides: readonly RuleOverride[],
  own: readonly OwnRule[],
  metrics: RuleMetrics,
): readonly Fault[] => {
  const rules = [...ruleCatalogue.map(ofCatalogue), ...own.map((rule) => ofUser(rule, metrics.get(rule.metric)))];
  return overrides.flatMap((override, index) => {
    const alternatives = rules.filter(({ name }) => name === override.rule);
    const faults =
      alternatives.length === 0
        ? [unknownRule(override, [...new Set(rules.map(({ name }) => name))])]
        : [
            ...wrongProxy(override, alternatives),
            ...neverReached(override, overrides.slice(0, index)),
            ...wrongThreshold(override, alternatives),
            ...withoutEffect(override),
          ];
    return faults.map(({ path, message }): Fault => ({ path: ['alertRules', 'overrides', index, ...path], message }));
  });
};

const ofCatalogue = (rule: (typeof ruleCatalogue)[number]): Overridable => ({
  name: rule.name,
  of: rule.of,
  comparison: rule.of === 'absence' ? undefined : rule.comparison,
  option: rule.option,
  by: rule.by,
});

const ofUser = (rule: OwnRule, metric: RuleMetric | undefined): Overridable => ({
  name: rule.name,
  of: rule.of,
  comparison: rule.comparison,
  option: undefined,
  by: rule.by ?? (metric === undefined ? [] : defaultBy(rule, metric)),
});

const fault = (key: keyof RuleOverride, message: string): Fault => ({ path: [key], message });

const unknownRule = ({ rule }: RuleOverride, names: readonly string[]): Fault =>
  fault('rule', `expected the name of a rule, received ${show(rule, ['rule'])}${didYouMean(rule, names)}`);

const wrongProxy = ({ proxy, rule }: RuleOverride, alternatives: readonly Overridable[]): readonly Fault[] =>
  proxy === undefined || alternatives.every(({ by }) => by.includes(ATTR_FRP.proxyName))
    ? []
    : [fault('proxy', `expected none: an alert of ${rule} is not of one proxy`)];

/** The first that matches counts: one that a former covers would never do anything. */
const neverReached = ({ rule, proxy }: RuleOverride, before: readonly RuleOverride[]): readonly Fault[] => {
  const former = before.find(
    (other) =>
      other.rule === rule &&
      // A pattern that takes another's text, its `*` as a letter, takes whatever stands for that.
      (proxy === undefined || other.proxy === undefined ? other.proxy === proxy : wildcard(other.proxy)(proxy)),
  );
  if (former === undefined) return [];
  const whose = former.proxy === undefined ? 'all proxies' : show(former.proxy, ['proxy']);
  return [fault(proxy === undefined ? 'rule' : 'proxy', `expected another: one before it is of ${rule} for ${whose}`)];
};

const wrongThreshold = ({ threshold, rule }: RuleOverride, alternatives: readonly Overridable[]): readonly Fault[] => {
  if (threshold === undefined) return [];
  const fixed = alternatives.find(({ comparison }) => comparison === undefined || /^[=!]=$/.test(comparison));
  if (fixed !== undefined) return [fault('threshold', `expected none: ${rule} has no threshold that can be moved`)];
  const option = alternatives.find((each) => each.option !== undefined)?.option;
  const result = option && thresholds.shape[option].safeParse(threshold);
  return result === undefined || result.success
    ? []
    : [fault('threshold', `${result.error.issues[0]?.message}, received ${show(threshold, ['threshold'])}`)];
};

const withoutEffect = ({ rule, proxy: _, ...change }: RuleOverride): readonly Fault[] =>
  Object.values(change).some((value) => value !== undefined)
    ? []
    : [fault('rule', `expected something of ${rule} that is to be another, such as threshold`)];
