import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import { breachMetric } from '../../telemetry/catalogue/collectorMetrics.js';
import type { AlertRule, Comparison, EffectiveRule, RatioRule, SeriesSelector } from '../AlertRule.js';
import { compare } from '../evaluator/compare.js';
import { type Dialect, prometheusLabel, prometheusMetricName } from '../prometheusDialect.js';
import { metricOfRule } from '../ruleMetric.js';
import { prometheusDuration } from './prometheusDuration.js';
import { promqlSelector } from './prometheusSelector.js';

/**
 * When a rule holds, in PromQL; the value is what the rule speaks of. In the Collector's dialect the Collector has compared what
 * one point decides: the threshold is in one place, and whoever changes it there need not change it here.
 */
export const alertExpression = (rule: EffectiveRule, dialect: Dialect): string => {
  const value = valueExpression(rule, dialect);
  if (rule.of === 'absence') return value;
  return rule.of === 'value' && dialect === 'collector' ? `${value}\n${sayTheCollector(rule)}` : compared(value, rule);
};

/** `VALUE > 0.05` */
export const compared = (
  value: string,
  { comparison, threshold }: { readonly comparison: Comparison; readonly threshold: number },
): string => `${value} ${comparison} ${threshold}`;

/** What a rule compares with its threshold, for each of its alerts; of an absence, what was seen last of the absent. */
export const valueExpression = (rule: EffectiveRule, dialect: Dialect): string => {
  const by = byLabels(rule);
  const series = seriesOf(rule, dialect);
  switch (rule.of) {
    case 'value':
      return `${rule.reduce ?? 'max'} ${by} (${series})`;
    case 'increase':
      return `sum ${by} (${increase(series, rule)})`;
    case 'ratio':
      return ratioExpression(rule, dialect);
    case 'absence':
      return `max ${by} (last_over_time(${series}[${prometheusDuration(rule.windowMillis)}])) != 0\nunless\nmax ${by} (${series})`;
  }
};

/** No ratio where the whole has not grown. */
const ratioExpression = (rule: EffectiveRule<RatioRule>, dialect: Dialect): string => {
  const sum = (series: string): string => `sum ${byLabels(rule)} (${increase(series, rule)})`;
  const part = sum(seriesOf(rule, dialect));
  const whole = sum(seriesOf(rule, dialect, rule.whole));
  const enough = rule.atLeast > 0 ? atLeast(part, rule) : part;
  return `${enough}\n/\n(${whole} > 0)`;
};

/** 0 for what has grown by less; left out where 0 is no alert. */
const atLeast = (part: string, rule: RatioRule): string =>
  compare[rule.comparison](0, rule.threshold)
    ? `(${part} >= ${rule.atLeast} or ${part} * 0)`
    : `(${part} >= ${rule.atLeast})`;

const increase = (series: string, { windowMillis }: { readonly windowMillis: number }): string =>
  `increase(${series}[${prometheusDuration(windowMillis)}])`;

/** What it breached is 1, of this rule with this severity: variants of a rule are told apart by the series that they take. */
const sayTheCollector = (rule: EffectiveRule): string => {
  const breach = prometheusMetricName(breachMetric, 'collector');
  const ofRule = { [ATTR_FRP.alertName]: rule.name, [ATTR_FRP.alertSeverity]: rule.severity };
  return `and on (${labelsOf(rule.by)})\nmax ${byLabels(rule)} (${promqlSelector(breach, ofRule)}) == 1`;
};

const seriesOf = (
  rule: EffectiveRule,
  dialect: Dialect,
  { metric, where }: { readonly metric: string; readonly where?: SeriesSelector } = rule,
): string => promqlSelector(prometheusMetricName(metricOfRule({ ...rule, metric }), dialect), where, rule.proxies);

const labelsOf = (attributes: readonly string[]): string => attributes.map(prometheusLabel).join(', ');

const byLabels = ({ by }: AlertRule): string => `by (${labelsOf(by)})`;
