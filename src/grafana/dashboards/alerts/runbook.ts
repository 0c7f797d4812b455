import type { AlertSubject, EffectiveRule } from '../../../alerts/AlertRule.js';
import { ruleCatalogue } from '../../../alerts/catalogue/ruleCatalogue.js';
import { SUBJECTS } from '../../../alerts/render/prometheus.js';
import { conditionOf, instructions, timesOf } from '../../../alerts/render/runbook.js';
import { runbookAnchor } from '../../../alerts/runbookAnchor.js';
import type { DashboardContext } from '../../DashboardContext.js';
import type { Column, RowSpec, Words } from '../../DashboardSpec.js';
import { uidOf } from '../../identity.js';

/** The panel of each subject. */
const PANELS = SUBJECTS.map((subject, index) => ({ subject, id: 1_001 + index }));

/** What to do about each rule that is in force: a panel for each subject. */
export const runbook = ({ rules, runbookUrl }: DashboardContext): RowSpec => ({
  title: 'Runbook',
  collapsed: true,
  panels: PANELS.map(({ subject, id }) => ({
    id,
    type: 'text',
    title: `Runbook: alerts about ${OF_SUBJECT[subject]}`,
    about:
      'The rules in force, with what to do. Each alert of the table leads here, or to the page that alertRules.runbookUrl names.',
    width: 12,
    height: 16,
    markdown: runbookOf(
      rules.filter((rule) => rule.subject === subject),
      runbookUrl,
    ),
  })),
});

const OF_SUBJECT: Readonly<Record<AlertSubject, string>> = {
  server: 'frps',
  client: 'frpc',
  proxy: 'tunnels',
  telemetry: 'this telemetry',
};

const runbookOf = (rules: readonly EffectiveRule[], runbookUrl: string | undefined): string => {
  const names = new Set(rules.map(({ name }) => name));
  if (names.size === 0) return 'No rule is in force here: each is turned off by `alertRules.overrides`.';
  return [...names]
    .map((name) =>
      sectionOf(
        name,
        rules.filter((rule) => rule.name === name),
        runbookUrl,
      ),
    )
    .join('\n\n');
};

/** A thousand proxies may each have a threshold of their own. */
const MAX_CONDITIONS = 8;

const sectionOf = (name: string, rules: readonly EffectiveRule[], runbookUrl: string | undefined): string => {
  const conditions = rules.map(
    (rule) => `- ${rule.severity}: ${conditionOf(rule)}${forProxies(rule)}, ${duration(rule)}`,
  );
  const others = conditions.length - MAX_CONDITIONS;
  return [
    `### ${name}`,
    [...conditions.slice(0, MAX_CONDITIONS), ...(others > 0 ? [`- and ${others} more, for other proxies`] : [])].join(
      '\n',
    ),
    ...new Set(rules.map((rule) => literally(instructions(rule, whyOf(rule))))),
    ...(runbookUrl === undefined ? [] : [`[${name} in the runbook](${runbookUrl}${runbookAnchor(name)})`]),
  ].join('\n\n');
};

/** A rule of the user may say `$server`, for which Grafana would write what is chosen: a joiner that nobody sees keeps it as it is. */
const literally = (text: string): string => text.replace(/\$(?=[\w{])|\[(?=\[)/g, '$&\u2060');

/** Rules of the user have none. */
const whyOf = ({ name, summary }: EffectiveRule): string | undefined =>
  ruleCatalogue.find((rule) => rule.name === name && rule.summary === summary)?.why;

const forProxies = ({ proxies }: EffectiveRule): string => {
  if (proxies === undefined) return '';
  return proxies.matching === undefined ? ', for all other proxies' : `, for \`${proxies.matching}\``;
};

const duration = (rule: EffectiveRule): string => (rule.forMillis > 0 ? `for ${timesOf(rule)}` : timesOf(rule));

/** The label that `withRunbook` adds. */
const LABEL = 'runbook';

/** Alerts with one label more, of which the column makes a link. */
export const withRunbook = (expr: string, { runbookUrl }: DashboardContext): string =>
  runbookUrl === undefined
    ? PANELS.reduce(
        (inner, { subject, id }) => `label_replace(${inner}, "${LABEL}", "${id}", "frp_alert_subject", "${subject}")`,
        expr,
      )
    : `label_replace(${expr}, "${LABEL}", "$1", "alertname", "(.*)")`;

export const runbookColumn = ({ runbookUrl, rules, dialect }: DashboardContext): Column => ({
  field: LABEL,
  title: 'Runbook',
  ...(runbookUrl === undefined
    ? {
        words: linkWords(PANELS.map(({ id }) => [String(id), 'what to do'])),
        links: [
          {
            title: 'Open the runbook',
            url: `/d/${uidOf('alerts', dialect)}?viewPanel=\${__value.raw}&\${datasource:queryparam}&\${__url_time_range}`,
          },
        ],
      }
    : {
        // Neither PromQL nor Grafana can write small letters: the words that stand for a name can.
        words: linkWords(rules.map(({ name }) => [name, runbookAnchor(name).slice(1)])),
        links: [{ title: 'Open the runbook', url: `${runbookUrl}#\${__value.text}` }],
      }),
});

/** What is shown for each value of a label, in the colour of links. */
const linkWords = (texts: readonly (readonly [string, string])[]): Words =>
  Object.fromEntries(texts.map(([value, text]) => [value, { text, color: 'blue' }]));
