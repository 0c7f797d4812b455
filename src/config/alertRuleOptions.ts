import type { Comparison } from '../alerts/AlertRule.js';
import { DEFAULT_FOR_MILLIS } from '../alerts/completeOwnRule.js';
import { ALERT_SEVERITIES, ALERT_SUBJECTS } from '../telemetry/catalogue/alertWords.js';
import {
  finiteNumber,
  flag,
  group,
  identifier,
  listOf,
  oneOf,
  publicUrl,
  seriesSelector,
  text,
  wholeNumber,
} from './optionForms.js';

const MAX_RULES = 100;
const MAX_OVERRIDES = 1_000;
const MAX_BY = 16;
const MAX_STEPS = 20;
const DAY = 86_400_000;

const severity = () => oneOf(...ALERT_SEVERITIES);
const forMillis = () => wholeNumber(0, DAY).optional();

const override = group(
  {
    rule: text(128).describe('The name of a rule of the catalogue, or of an own one; all alternatives of it.'),
    proxy: text(255)
      .optional()
      .describe(
        'For these proxies only, by their name, where `*` is any text; the first override that matches counts.',
      ),
    threshold: finiteNumber().optional().describe("Another threshold, in the metric's unit."),
    forMillis: forMillis().describe('Milliseconds for which it must hold before it is an alert, up to a day.'),
    keepFiringForMillis: forMillis().describe(
      'Milliseconds for which it stays an alert after it held last, up to a day.',
    ),
    severity: severity().optional().describe('Another severity.'),
    isEnabled: flag().optional().describe('false: there is no such alert; true where an override for all said false.'),
  },
  'an object with rule, and what is to be another',
);

const whole = group(
  {
    metric: text(255).describe('The counter that is the whole.'),
    where: seriesSelector().optional().describe('Which of its series count; without, all.'),
  },
  'an object with metric',
);

const own = group(
  {
    name: identifier().describe('Its name: `alertname`.'),
    of: oneOf('value', 'increase', 'ratio', 'absence').describe(
      'What is looked at: the data points, the growth of a counter, its share of that of `whole`, or that there are none any more.',
    ),
    metric: text(255).describe('A metric of the catalogue, or of `derivedMetrics`.'),
    where: seriesSelector().optional().describe('Which of its series count; without, all.'),
    by: listOf(text(255), 'names of attributes', 1, MAX_BY)
      .optional()
      .describe('The attributes that tell its alerts apart; without, those of the instance, and of the proxy.'),
    subject: oneOf(...ALERT_SUBJECTS)
      .optional()
      .describe('Whom it is about; a server, a client that is down silences it. Without, as its metric and `by` say.'),
    comparison: oneOf<Comparison>('>', '>=', '<', '<=', '==', '!=')
      .optional()
      .describe('How it is held against `threshold`; all but `absence` need it.'),
    threshold: finiteNumber().optional().describe("In the metric's unit; all but `absence` need it."),
    unit: text(63)
      .optional()
      .describe('The unit that `threshold` is meant in: another than that of the metric is refused.'),
    reduce: oneOf('max', 'min', 'sum')
      .optional()
      .describe('For `value`: what becomes of series that fall together; max without.'),
    windowMillis: wholeNumber(1_000, 3_600_000)
      .optional()
      .describe('Milliseconds that are looked back; all but `value` need it.'),
    whole: whole.optional().describe('For `ratio`, which needs it: the whole.'),
    atLeast: wholeNumber(0, 1_000_000)
      .optional()
      .describe('For `ratio`: it is 0 while `metric` has grown by less; 0 without.'),
    forMillis: forMillis().describe(
      `Milliseconds for which it must hold before it is an alert, up to a day; ${DEFAULT_FOR_MILLIS} without.`,
    ),
    keepFiringForMillis: forMillis().describe(
      'Milliseconds for which it stays an alert after it held last, up to a day; 0 without.',
    ),
    severity: severity().describe('How bad it is.'),
    summary: text(500).describe(
      'One line, with `{value}`, `{threshold}` and attributes of `by` such as `{frp.proxy.name}`.',
    ),
    description: text(4_096).describe('What it means, with the same placeholders.'),
    runbook: listOf(text(1_023), 'texts', 0, MAX_STEPS).optional().describe('What to do, step by step.'),
  },
  'an object with name, of, metric, severity, summary and description',
);

/** Which alert rules there are, whoever evaluates them. What takes the catalogue to tell: {@link checkAlertRules}. */
export const alertRules = group(
  {
    overrides: listOf(override, 'objects with rule', 0, MAX_OVERRIDES)
      .default([])
      .describe('What is another than in the catalogue, for all proxies or for some.'),
    own: listOf(own, 'rules', 0, MAX_RULES).default([]).describe('Rules of your own, besides those of the catalogue.'),
    runbookUrl: publicUrl()
      .optional()
      .describe(
        'A page with a heading for each rule: `runbook_url` of its alerts is this, `#` and the name in small letters.',
      ),
  },
  'an object with overrides, own or runbookUrl',
);
