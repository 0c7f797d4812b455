import { stringify } from 'yaml';
import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import { breachMetric } from '../../telemetry/catalogue/collectorMetrics.js';
import { compare } from '../evaluator/compare.js';
import { type Dialect, prometheusLabel, prometheusMetricName } from '../prometheusDialect.js';
import { metricOfRule } from '../ruleMetric.js';
import type { Samples } from './caseHistory.js';
import { goQuoted } from './goSyntax.js';
import { prometheusDuration } from './prometheusDuration.js';
import { alertLabels } from './prometheusTexts.js';
import type { RenderedFile } from './RenderedFile.js';
import type { CaseSeries, Expectation, RuleCase } from './ruleCases.js';

type Labels = Readonly<Record<string, string>>;

/**
 * Unit tests of rules for `promtool test rules`, a file for each step that the cases have.
 *
 * @param ruleFile the file that has the rules, relative to that of the tests
 */
export const renderPrometheusTests = (
  cases: readonly RuleCase[],
  dialect: Dialect,
  { ruleFile, name }: { readonly ruleFile: string; readonly name: string },
): readonly RenderedFile[] => {
  const steps = [...new Set(cases.map(({ stepMillis }) => stepMillis))];
  return steps.map((stepMillis, index) => ({
    path: `${name}${index === 0 ? '' : `-${prometheusDuration(stepMillis)}`}.yml`,
    text: `# Rule unit tests: \`promtool test rules FILE\`. Each rule fires when it has held for long enough, and resolves.\n${stringify(
      {
        rule_files: [ruleFile],
        evaluation_interval: prometheusDuration(stepMillis),
        tests: cases.filter((each) => each.stepMillis === stepMillis).map((each) => testOf(each, dialect)),
      },
      { lineWidth: 0 },
    )}`,
  }));
};

const testOf = (ruleCase: RuleCase, dialect: Dialect): object => ({
  name: caseName(ruleCase),
  interval: prometheusDuration(ruleCase.stepMillis),
  input_series: [
    ...ruleCase.series.map((each) => rawSeries(ruleCase, each, dialect)),
    ...(dialect === 'collector' ? breachSeries(ruleCase) : []),
  ],
  promql_expr_test: ruleCase.expected.flatMap((expectation) => alertsAt(ruleCase, expectation)),
});

/** What a fault names it by. */
export const caseName = ({ rule: { name, of, metric, severity, proxies } }: RuleCase): string =>
  [name, of, metric, severity, proxies?.matching].filter((part) => part !== undefined).join(', ');

const rawSeries = ({ rule }: RuleCase, { metric, attributes, samples }: CaseSeries, dialect: Dialect): object => ({
  series: seriesText(prometheusMetricName(metricOfRule({ ...rule, metric }), dialect), labelsOf(attributes)),
  values: valuesText(samples),
});

/** What the Collector says of the same: of a series that does not count, that an alternative of the rule was breached. */
const breachSeries = ({ rule, series }: RuleCase): readonly object[] => {
  if (rule.of !== 'value') return [];
  const ofRule = {
    [ATTR_FRP.alertName]: rule.name,
    [ATTR_FRP.alertSeverity]: rule.severity,
    [ATTR_FRP.alertSubject]: rule.subject,
  };
  return series.map(({ attributes, samples }) => {
    const by = Object.entries(attributes).filter(([name]) => rule.by.includes(name));
    const name = prometheusMetricName(breachMetric, 'collector');
    return {
      series: seriesText(name, labelsOf({ ...Object.fromEntries(by), ...ofRule })),
      values: valuesText(
        samples.map((value) => (value === 'stale' ? value : Number(compare[rule.comparison](value, rule.threshold)))),
      ),
    };
  });
};

/** The alert in its state, and no other of its name in any. */
const alertsAt = ({ rule, attributes }: RuleCase, { atMillis, state }: Expectation): readonly object[] => {
  const expr = `ALERTS{alertname=${goQuoted(rule.name)}}`;
  const labels = { alertname: rule.name, alertstate: state, ...alertLabels(rule), ...labelsOf(attributes) };
  return [
    {
      expr,
      eval_time: prometheusDuration(atMillis),
      ...(state !== 'inactive' && { exp_samples: [{ labels: seriesText('ALERTS', labels), value: 1 }] }),
    },
  ];
};

const labelsOf = (attributes: Labels): Labels =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [prometheusLabel(name), value]));

const seriesText = (name: string, labels: Labels): string =>
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${goQuoted(value)}`)
    .join(', ')}}`;

/** Values in promtool's notation: `0x3` is four times 0, `0+2x3` is 0 2 4 6, `_x3` is three times nothing. */
const valuesText = (samples: Samples): string => {
  const runs: string[] = [];
  for (let begin = 0; begin < samples.length; ) {
    const value = samples[begin];
    const next = samples[begin + 1];
    const growth = typeof value === 'number' && typeof next === 'number' && next > value ? next - value : 0;
    let end = begin + 1;
    while (
      end < samples.length &&
      samples[end] === (value === 'stale' ? value : Number(value) + growth * (end - begin))
    )
      end += 1;
    const more = end - begin - 1;
    if (value === 'stale') runs.push(value, ...(more > 0 ? [`_x${more}`] : []));
    else runs.push(`${value}${growth > 0 ? `+${growth}` : ''}${more > 0 ? `x${more}` : ''}`);
    begin = end;
  }
  return runs.join(' ');
};
