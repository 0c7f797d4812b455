import { stringify } from 'yaml';
import { ALERT_SUBJECTS } from '../../telemetry/catalogue/alertWords.js';
import type { AlertSubject, EffectiveRule } from '../AlertRule.js';
import type { Dialect } from '../prometheusDialect.js';
import { prometheusDuration } from './prometheusDuration.js';
import { alertExpression } from './prometheusExpression.js';
import { recordingRules } from './prometheusRecording.js';
import { alertAnnotations, alertLabels, type TextOptions } from './prometheusTexts.js';
import type { RenderedFile } from './RenderedFile.js';

const PATHS: Readonly<Record<Dialect, string>> = {
  collector: 'frp-rules.yml',
  own: 'frp-rules-own-metrics.yml',
};

const HEADERS: Readonly<Record<Dialect, string>> = {
  collector: `# Alert rules for Prometheus 2.42 or later, and for rulers that take its files (Mimir, Thanos, vmalert): for metrics that come through
# the Collector. What one point decides, the Collector has decided (frp_alert_breach): those thresholds are in its config; here are
# duration, absence, growth and texts. \`frp-otel rules render --for prometheus\` writes this file.
`,
  own: `# Alert rules for Prometheus 2.42 or later that scrapes the package's own /metrics, without a Collector.
# \`frp-otel rules render --for prometheus --dialect own\` writes this file.
`,
};

/** In the order of the groups. */
export const SUBJECTS: readonly AlertSubject[] = ALERT_SUBJECTS;

/** A rule file of Prometheus: a group for each subject, a rule for each row, and recording rules for dashboards. */
export const renderPrometheus = (
  rules: readonly EffectiveRule[],
  dialect: Dialect,
  options: Pick<TextOptions, 'runbookUrl'> = {},
): RenderedFile => {
  const groups = SUBJECTS.map((subject) => ({
    name: `frp-${subject}`,
    rules: rules.filter((rule) => rule.subject === subject).map((rule) => alertingRule(rule, dialect, options)),
  })).filter((group) => group.rules.length > 0);
  const recorded = { name: 'frp-recorded', rules: recordingRules(dialect) };
  return {
    path: PATHS[dialect],
    text: HEADERS[dialect] + stringify({ groups: [...groups, recorded] }, { lineWidth: 0 }),
  };
};

const alertingRule = (rule: EffectiveRule, dialect: Dialect, options: TextOptions): object => ({
  alert: rule.name,
  expr: alertExpression(rule, dialect),
  ...(rule.forMillis > 0 && { for: prometheusDuration(rule.forMillis) }),
  ...(rule.keepFiringForMillis > 0 && { keep_firing_for: prometheusDuration(rule.keepFiringForMillis) }),
  labels: alertLabels(rule),
  annotations: alertAnnotations(rule, options),
});
