import { describe, expect, it } from '@jest/globals';
import type { AlertRecord } from '../../../src/alerts/AlertRecord.js';
import { annotationsOf, labelsOf } from '../../../src/alerts/delivery/alertText.js';
import { AlertEvaluator } from '../../../src/alerts/evaluator/AlertEvaluator.js';
import { prometheusLabel, prometheusMetricName } from '../../../src/alerts/prometheusDialect.js';
import { renderPrometheus } from '../../../src/alerts/render/prometheus.js';
import { metricOfRule } from '../../../src/alerts/ruleMetric.js';
import { itWithPromtool } from '../../support/promtool.js';
import { promtoolTestRules } from '../../support/promtoolTestRules.js';
import { type EvaluatorCase, evaluatorCases } from './cases.js';
import { collected, expand } from './series.js';

/** The alerts that are active at each evaluation. */
const evaluated = ({ rules, series, stepSeconds }: EvaluatorCase): readonly (readonly AlertRecord[])[] => {
  const evaluator = new AlertEvaluator(rules);
  return Array.from({ length: Math.max(...series.map(({ values }) => expand(values).length)) }, (_, evaluation) => {
    const now = evaluation * stepSeconds * 1_000;
    evaluator.evaluate(collected(series, evaluation, now), now);
    return evaluator.active;
  });
};

const LETTERS = { pending: 'P', firing: 'F', resolved: 'R' } as const;

/** A letter for each evaluation, by alert; with the rule's name where there are several. */
const timelines = ({ rules }: EvaluatorCase, active: readonly (readonly AlertRecord[])[]): Record<string, string> => {
  const keyOf = ({ name, attributes }: AlertRecord): string =>
    [...(rules.length > 1 ? [name] : []), ...Object.values(attributes)].join(' ');
  const keys = new Set(active.flat().map(keyOf));
  const letter = (alert: AlertRecord | undefined): string => (alert === undefined ? '.' : LETTERS[alert.state]);
  return Object.fromEntries(
    Array.from(keys, (key) => [
      key,
      active.map((alerts) => letter(alerts.find((each) => keyOf(each) === key))).join(''),
    ]),
  );
};

/** As promtool is to find it at each evaluation. */
const promtoolTest = (each: EvaluatorCase, active: readonly (readonly AlertRecord[])[]): object => ({
  interval: `${each.stepSeconds}s`,
  input_series: each.series.map(({ metric, attributes, values }) => ({
    series: seriesText(
      prometheusMetricName(metricOfRule({ ...each.rules[0], metric } as EvaluatorCase['rules'][number]), 'own'),
      Object.fromEntries(Object.entries(attributes).map(([name, value]) => [prometheusLabel(name), value])),
    ),
    values,
  })),
  promql_expr_test: active.map((alerts, evaluation) => ({
    expr: 'ALERTS',
    eval_time: `${evaluation * each.stepSeconds}s`,
    exp_samples: alerts.map((alert) => ({
      labels: seriesText('ALERTS', { ...labelsOf(alert), alertstate: alert.state }),
      value: 1,
    })),
  })),
  alert_rule_test: active.flatMap((alerts, evaluation) =>
    [...new Set(each.rules.map(({ name }) => name))].map((alertname) => ({
      eval_time: `${evaluation * each.stepSeconds}s`,
      alertname,
      exp_alerts: alerts
        .filter(({ name, state }) => name === alertname && state === 'firing')
        .map((alert) => {
          const { alertname: _, ...labels } = labelsOf(alert) as Record<string, string>;
          return { exp_labels: labels, exp_annotations: annotationsOf(alert, undefined) };
        }),
    })),
  ),
});

const seriesText = (name: string, labels: Readonly<Record<string, string>>): string =>
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(', ')}}`;

describe('an alert', () => {
  it.each(evaluatorCases)('$name', (each) => {
    expect(timelines(each, evaluated(each))).toEqual(each.expected);
  });
});

describe('Prometheus agrees that an alert', () => {
  for (const each of evaluatorCases) {
    itWithPromtool(`${each.name}`, () => {
      const rules = renderPrometheus(each.rules, 'own').text;
      const verdict = promtoolTestRules(rules, each.stepSeconds, promtoolTest(each, evaluated(each)));
      expect(verdict).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') });
    });
  }
});
