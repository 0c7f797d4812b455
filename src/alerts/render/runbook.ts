import { INSTANCE_ATTRIBUTES } from '../../telemetry/catalogue/attributes.js';
import { type AlertRule, isDecidedByPoint, type SeriesSelector } from '../AlertRule.js';
import type { CatalogueRule } from '../catalogue/CatalogueRule.js';
import { type Inhibition, inhibitions } from '../inhibitions.js';
import { unitOfRule } from '../ruleMetric.js';
import { renderText, templateOf, writeQuantity } from '../ruleText.js';
import { runbookAnchor } from '../runbookAnchor.js';
import { prometheusDuration } from './prometheusDuration.js';

/**
 * The generated part of docs/alerts.md: a heading for each rule, whose anchor is its name in lower case, as `runbook_url` has it.
 */
export const renderRunbook = (rules: readonly CatalogueRule[]): string => {
  const byName = new Map<string, CatalogueRule[]>();
  for (const rule of rules) byName.set(rule.name, [...(byName.get(rule.name) ?? []), rule]);
  return `${[
    '## What silences what',
    'While the first fires, nobody is told of the others that have the same attributes.',
    table(['while this fires', 'alerts about', 'with the same', 'why'], inhibitions.map(inhibitionCells)),
    '## The rules',
    `\`for\`: how long the condition must hold without a break before it is an alert; what stays, is one for so long after. There is an alert for each of what the last column has; an instance is ${codes(INSTANCE)}.`,
    table(['rule', 'severity', 'about', 'option of the threshold'], [...byName].map(indexCells)),
    ...[...byName].flatMap(([name, ofName]) => [`### ${name}`, conditionTable(ofName), ...variants(ofName)]),
  ].join('\n\n')}\n`;
};

const INSTANCE: readonly string[] = INSTANCE_ATTRIBUTES;

const inhibitionCells = ({ source, target: { subjects, role }, equal, why }: Inhibition): readonly string[] => [
  linked(source),
  subjects.join(', ') + (role === undefined ? '' : `, of \`frp.role\` \`${role}\``),
  codes(equal),
  why,
];

const indexCells = ([name, rules]: readonly [string, readonly CatalogueRule[]]): readonly string[] => [
  linked(name),
  unique(rules.map(({ severity }) => severity)).join(', '),
  unique(rules.map(({ subject }) => subject)).join(', '),
  codes(unique(rules.flatMap(({ option }) => (option === undefined ? [] : [`thresholds.${option}`])))),
];

const conditionTable = (rules: readonly CatalogueRule[]): string =>
  table(
    ['condition', 'for', 'severity', 'evaluated by', 'an alert for each'],
    rules.map((rule) => [
      conditionOf(rule),
      timesOf(rule),
      rule.severity,
      isDecidedByPoint(rule) ? 'Collector, Prometheus, in-process' : 'Prometheus, in-process',
      groupedBy(rule),
    ]),
  );

const groupedBy = ({ by }: AlertRule): string => {
  const others = by.filter((attribute) => !INSTANCE.includes(attribute));
  return by.length - others.length === INSTANCE.length ? ['instance', ...others.map(code)].join(', ') : codes(by);
};

/** What rows of one name say alike is said once. */
const variants = (rules: readonly CatalogueRule[]): readonly string[] =>
  unique(rules.map((rule) => instructions(rule, rule.why)));

/** What an alert of the rule means, why it is one, and what to do, in markdown. */
export const instructions = (rule: AlertRule, why: string | undefined): string =>
  [
    `**${textOf(rule.summary, rule)}.** ${textOf(rule.description, rule)}`,
    ...(why === undefined ? [] : [`Why: ${why}`]),
    ...(rule.runbook.length === 0 ? [] : [rule.runbook.map((step, index) => `${index + 1}. ${step}`).join('\n')]),
  ].join('\n\n');

/** Of one series, in markdown. */
export const conditionOf = (rule: AlertRule): string => {
  const metric = seriesOf(rule);
  switch (rule.of) {
    case 'value':
      return `${REDUCED[rule.reduce ?? 'max']}${metric} ${limitOf(rule)}`;
    case 'increase':
      return `growth of ${metric} within ${prometheusDuration(rule.windowMillis)} ${limitOf(rule)}`;
    case 'ratio':
      return (
        `growth of ${metric} within ${prometheusDuration(rule.windowMillis)}, from ${rule.atLeast} on, as a share of that of ` +
        `${seriesOf(rule.whole)} ${limitOf(rule)}`
      );
    case 'absence':
      return `${metric} was told within ${prometheusDuration(rule.windowMillis)}, was not 0 then, and is told no more`;
  }
};

const REDUCED = { max: '', min: 'the smallest ', sum: 'the sum of ' } as const;

const limitOf = (rule: Exclude<AlertRule, { of: 'absence' }>): string =>
  `${rule.comparison} ${writeQuantity(rule.threshold, unitOfRule(rule))}`;

const seriesOf = ({ metric, where = {} }: { readonly metric: string; readonly where?: SeriesSelector }): string => {
  const conditions = Object.entries(where).map(([attribute, wanted]) => {
    if (typeof wanted === 'boolean') return `${wanted ? 'with' : 'without'} ${code(attribute)}`;
    return `${code(attribute)} ${typeof wanted === 'string' ? code(wanted) : wanted.map(code).join(' or ')}`;
  });
  return code(metric) + (conditions.length > 0 ? ` (${conditions.join(', ')})` : '');
};

/** How long it must hold, and how long it stays. */
export const timesOf = ({ forMillis, keepFiringForMillis }: AlertRule): string =>
  (forMillis > 0 ? prometheusDuration(forMillis) : 'at once') +
  (keepFiringForMillis > 0 ? `, stays ${prometheusDuration(keepFiringForMillis)}` : '');

/** The threshold is known here; attributes and the value differ from alert to alert. */
const textOf = (text: string, rule: AlertRule): string =>
  renderText(templateOf(text, rule.by), {
    ...Object.fromEntries([...rule.by, 'value', 'threshold'].map((name) => [name, code(`{${name}}`)])),
    ...(rule.of !== 'absence' && { threshold: writeQuantity(rule.threshold, unitOfRule(rule)) }),
  });

const unique = <Value>(values: readonly Value[]): readonly Value[] => [...new Set(values)];

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const linked = (name: string): string => `[${name}](${runbookAnchor(name)})`;
const code = (text: string): string => `\`${text}\``;
const codes = (texts: readonly string[]): string => texts.map(code).join(', ');
