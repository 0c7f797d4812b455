import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import type { EffectiveRule } from '../AlertRule.js';
import { ruleCatalogue } from '../catalogue/ruleCatalogue.js';
import { type Dialect, prometheusLabel } from '../prometheusDialect.js';
import { SUBJECTS } from './prometheus.js';
import { prometheusDuration } from './prometheusDuration.js';
import { valueExpression } from './prometheusExpression.js';
import { alertAnnotations, alertLabels } from './prometheusTexts.js';
import type { RenderedFile } from './RenderedFile.js';

export interface GrafanaOptions {
  readonly runbookUrl?: string | undefined;
  /** The uid of the Prometheus data source, or `$NAME` for a variable of Grafana's environment that has it. */
  readonly datasource: string;
}

const HEADER = `# Grafana-managed alert rules: put this file into provisioning/alerting/ of Grafana 10 or later (before 12 it takes no keepFiringFor).
# Those that say by themselves that something is down are on, the others are paused: \`isPaused: false\` turns one on. Grafana keeps a
# rule that is taken out of this file, until its uid stands under deleteRules. \`frp-otel rules render --for grafana\` writes this file.
`;

/** Of the catalogue; what the user has added is on. */
const ON_BY_DEFAULT: ReadonlySet<string> = new Set([
  'FrpServerDown',
  'FrpClientDown',
  'FrpClientDisconnected',
  'FrpProxyDown',
  'FrpProxyGroupDown',
  'FrpReporterAbsent',
]);
const CATALOGUE: ReadonlySet<string> = new Set(ruleCatalogue.map(({ name }) => name));

/** Rules of both dialects may stand side by side: a folder has each title, and a Grafana each uid, once. */
export const GRAFANA_FOLDERS: Readonly<Record<Dialect, string>> = { collector: 'frp', own: 'frp (own metrics)' };

/** Of all rules: Grafana evaluates in multiples of ten seconds. */
const INTERVAL = '10s';
const EXPRESSION = { type: '__expr__', uid: '__expr__' };

/** A file that provisions Grafana-managed rules: the query has the value, the condition compares it. */
export const renderGrafana = (
  rules: readonly EffectiveRule[],
  dialect: Dialect,
  options: GrafanaOptions,
): RenderedFile => {
  const titled = withTitles(rules);
  const groups = SUBJECTS.map((subject) => ({
    orgId: 1,
    name: `frp-${subject}`,
    folder: GRAFANA_FOLDERS[dialect],
    interval: INTERVAL,
    rules: titled
      .filter(({ rule }) => rule.subject === subject)
      .map(({ rule, title }) => provisioned(rule, title, dialect, options)),
  })).filter((group) => group.rules.length > 0);
  return {
    path: dialect === 'own' ? 'frp-alerts-own-metrics.yml' : 'frp-alerts.yml',
    text: HEADER + stringify({ apiVersion: 1, groups }, { lineWidth: 0, aliasDuplicateObjects: false }),
  };
};

/** A title is there once in a folder: further rules of a name are numbered. Their alertname is the title. */
const withTitles = (rules: readonly EffectiveRule[]): readonly { rule: EffectiveRule; title: string }[] => {
  const counts = new Map<string, number>();
  return rules.map((rule) => {
    const count = (counts.get(rule.name) ?? 0) + 1;
    counts.set(rule.name, count);
    return { rule, title: count === 1 ? rule.name : `${rule.name} ${count}` };
  });
};

const provisioned = (
  rule: EffectiveRule,
  title: string,
  dialect: Dialect,
  { runbookUrl, datasource }: GrafanaOptions,
): object => ({
  uid: uidOf(rule, dialect),
  title,
  condition: 'C',
  data: [
    {
      refId: 'A',
      relativeTimeRange: { from: 600, to: 0 },
      datasourceUid: datasource,
      // In a model Grafana takes no variable: the data source is named outside of it only.
      model: { refId: 'A', expr: valueExpression(rule, dialect), instant: true, range: false },
    },
    { refId: 'C', relativeTimeRange: { from: 0, to: 0 }, datasourceUid: '__expr__', model: conditionOf(rule) },
  ],
  noDataState: 'OK', // no series is no fault: what ends without a word is FrpReporterAbsent's
  execErrState: 'Error',
  for: prometheusDuration(rule.forMillis),
  ...(rule.keepFiringForMillis > 0 && { keepFiringFor: prometheusDuration(rule.keepFiringForMillis) }),
  labels: { [prometheusLabel(ATTR_FRP.alertName)]: rule.name, ...alertLabels(rule) },
  annotations: alertAnnotations(rule, { runbookUrl, value: '$values.A.Value' }),
  isPaused: CATALOGUE.has(rule.name) && !ON_BY_DEFAULT.has(rule.name),
});

/** Older versions of Grafana know only above and below as a threshold; what else there is, their math does. */
const conditionOf = (rule: EffectiveRule): object => {
  if (rule.of === 'absence') return { refId: 'C', datasource: EXPRESSION, type: 'math', expression: '$A != 0' };
  const { comparison, threshold } = rule;
  if (comparison !== '>' && comparison !== '<')
    return { refId: 'C', datasource: EXPRESSION, type: 'math', expression: `$A ${comparison} ${threshold}` };
  const evaluator = { type: comparison === '>' ? 'gt' : 'lt', params: [threshold] };
  return { refId: 'C', datasource: EXPRESSION, type: 'threshold', expression: 'A', conditions: [{ evaluator }] };
};

/**
 * At most 40 characters, and the same as long as the rule is of the same series, whatever its threshold and its place: Grafana goes on
 * with the rule that it has.
 */
const uidOf = ({ name, of, metric, where, by, proxies }: EffectiveRule, dialect: Dialect): string => {
  const parts = [name, of, metric, where ?? null, by, proxies?.matching ?? null];
  const identity = JSON.stringify(dialect === 'own' ? [...parts, dialect] : parts);
  return `${name.slice(0, 31)}-${createHash('sha256').update(identity).digest('hex').slice(0, 8)}`;
};
