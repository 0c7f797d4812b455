import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import type { EffectiveRule } from '../AlertRule.js';
import { prometheusLabel } from '../prometheusDialect.js';
import { unitOfRule } from '../ruleMetric.js';
import { templateOf, writeQuantity } from '../ruleText.js';
import { runbookAnchor } from '../runbookAnchor.js';

export interface TextOptions {
  /** A page that has a heading for each rule. */
  readonly runbookUrl?: string | undefined;
  /** What stands for the value in a template. @default `$value`, Prometheus's */
  readonly value?: string;
}

/** What every alert of the rule carries, besides its name and the labels that the rule is by. */
export const alertLabels = ({ severity, subject }: EffectiveRule): Readonly<Record<string, string>> => ({
  severity,
  [prometheusLabel(ATTR_FRP.alertSubject)]: subject,
});

/** Its texts, with Go templates for what differs from alert to alert. */
export const alertAnnotations = (
  rule: EffectiveRule,
  { runbookUrl, value = '$value' }: TextOptions = {},
): Readonly<Record<string, string>> => ({
  summary: goTemplate(rule.summary, rule, value),
  description: goTemplate(rule.description, rule, value),
  ...(rule.runbook.length > 0 && { runbook: goText(rule.runbook.join('\n')) }),
  ...(runbookUrl !== undefined && { runbook_url: goText(`${runbookUrl}${runbookAnchor(rule.name)}`) }),
});

const goTemplate = (text: string, rule: EffectiveRule, value: string): string =>
  templateOf(text, rule.by)
    .parts.map((part) => ('text' in part ? goText(part.text) : goPlaceholder(part.placeholder, rule, value)))
    .join('');

const goPlaceholder = (placeholder: string, rule: EffectiveRule, value: string): string => {
  if (placeholder === 'value') return goValue(rule, value);
  if (placeholder === 'threshold') {
    return rule.of === 'absence' ? '' : goText(writeQuantity(rule.threshold, unitOfRule(rule)));
  }
  return `{{ $labels.${prometheusLabel(placeholder)} }}`;
};

/** As `writeQuantity` writes it. */
const goValue = (rule: EffectiveRule, value: string): string => {
  // Prometheus extrapolates growth to the ends of the window: 3 of 5 minutes become 3.16.
  if (rule.of === 'increase') return `{{ printf "%.0f" ${value} }}`;
  switch (unitOfRule(rule)) {
    case '1':
      return `{{ ${value} | humanizePercentage }}`;
    case 'By':
      return `{{ ${value} | humanize1024 }}B`;
    case 'By/s':
      return `{{ ${value} | humanize1024 }}B/s`;
    case 's':
      return `{{ ${value} | humanizeDuration }}`;
    default:
      return `{{ ${value} }}`;
  }
};

/** Each brace is printed by an action: two would open one, and so would one before a placeholder. */
const goText = (text: string): string => text.replaceAll('{', '{{ "{" }}');
