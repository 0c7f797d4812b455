import type { DerivedRule } from '../telemetry/catalogue/derivedMetrics.js';
import { wildcard } from '../telemetry/wildcard.js';
import type { AlertRule, EffectiveRule } from './AlertRule.js';
import type { CatalogueRule, ThresholdOption } from './catalogue/CatalogueRule.js';
import { ruleCatalogue } from './catalogue/ruleCatalogue.js';
import { completeOwnRule } from './completeOwnRule.js';
import type { AlertRulesConfig, RuleOverride } from './ownRules.js';
import { metricOfRule, type RuleMetric, ruleMetrics, unitOfRule } from './ruleMetric.js';

/** The options that say which rules there are; those of a configuration. */
export interface RuleOptions {
  /** @default those of the catalogue */
  readonly thresholds?: Readonly<Partial<Record<ThresholdOption, number>>>;
  readonly alertRules?: Pick<AlertRulesConfig, 'overrides' | 'own'>;
  /** Of which own rules may be. */
  readonly derivedMetrics?: readonly DerivedRule[];
}

/**
 * The rules that are in force: the catalogue with the thresholds of the options, then the user's own, both with the user's
 * overrides. Options that were checked (`checkAlertRules`) are expected.
 */
export const effectiveRules = ({
  thresholds = {},
  alertRules,
  derivedMetrics,
}: RuleOptions): readonly EffectiveRule[] => {
  const { overrides = [], own = [] } = alertRules ?? {};
  const metrics = ruleMetrics(derivedMetrics);
  const rules = [
    ...ruleCatalogue.map((rule) => withUnit(withThreshold(rule, thresholds), metricOfRule(rule))),
    ...own.map((rule) => {
      const metric = metrics.get(rule.metric) as RuleMetric;
      return withUnit(completeOwnRule(rule, metric), metric);
    }),
  ];
  return rules.flatMap((rule) =>
    variantsOf(
      rule,
      overrides.filter((each) => each.rule === rule.name),
    ),
  );
};

/** The option and the reason are of the catalogue. */
const withThreshold = (
  { option, why: _, ...rule }: CatalogueRule,
  thresholds: RuleOptions['thresholds'] = {},
): AlertRule => changed(rule, { threshold: option && thresholds[option] });

/** Who writes a value then knows its unit, of a metric that the user has computed, too. */
const withUnit = (rule: AlertRule, metric: Pick<RuleMetric, 'unit'>): AlertRule =>
  rule.of === 'absence' ? rule : { ...rule, unit: unitOfRule(rule, metric) };

/**
 * One rule for each override that is for some proxies, and one for all the others. The first override that matches a proxy is
 * the one that counts; what it leaves open is as for all the others.
 */
const variantsOf = (rule: AlertRule, overrides: readonly RuleOverride[]): readonly EffectiveRule[] => {
  const forAll: Change = overrides.find(({ proxy }) => proxy === undefined) ?? {};
  const forSome = overrides.filter(({ proxy }) => proxy !== undefined);
  const variants: readonly Change[] = [
    ...forSome.map((override) => ({ ...forAll, ...defined(override) })),
    { ...forAll, proxy: undefined },
  ];
  return variants.flatMap((change, index) => {
    if (change.isEnabled === false) return [];
    const except = forSome
      .slice(0, index)
      .map(({ proxy }) => proxy as string)
      .filter((former) => mayMeet(former, change.proxy));
    const proxies = forSome.length === 0 ? undefined : { matching: change.proxy, except };
    return [{ ...changed(rule, change), ...(proxies && { proxies }) }];
  });
};

type Change = Partial<RuleOverride>;

/** Whether some proxy may be of both: of a thousand names each for itself, none needs to leave out the others. */
const mayMeet = (former: string, pattern: string | undefined): boolean => {
  if (pattern === undefined) return true;
  if (!pattern.includes('*')) return wildcard(former)(pattern);
  return former.includes('*') || wildcard(pattern)(former);
};

const changed = <Rule extends AlertRule>(
  rule: Rule,
  { threshold, forMillis, keepFiringForMillis, severity }: Change,
): Rule => ({
  ...rule,
  ...defined({ forMillis, keepFiringForMillis, severity }),
  ...(rule.of !== 'absence' && defined({ threshold })),
});

const defined = <Values extends object>(values: Values): Partial<Values> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Values>;
