import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { RenderedFile } from '../../../src/alerts/render/RenderedFile.js';
import { outputOf } from '../../support/RealPrometheus.js';

/** What promtool says of rules, its lint among it. */
export const checkRules = (file: RenderedFile): { status: number | null; output: string } =>
  inFolder([file], (folder) => outputOf('promtool', ['check', 'rules', join(folder, file.path)]));

/** What promtool says of unit tests of rules. */
export const testRuleFiles = (
  rules: RenderedFile,
  tests: readonly RenderedFile[],
): { status: number | null; output: string } =>
  inFolder([rules, ...tests], (folder) =>
    outputOf('promtool', ['test', 'rules', ...tests.map(({ path }) => join(folder, path))]),
  );

export interface RuleTest {
  /** In promtool's notation, by series. */
  readonly series: Readonly<Record<string, string>>;
  /** The alerts that fire at a time, each with all its labels and annotations, by their name. */
  readonly alerts?: readonly { readonly at: string; readonly name: string; readonly firing: readonly object[] }[];
  /** What a query gives at a time: values by series. */
  readonly queries?: readonly {
    readonly at: string;
    readonly query: string;
    readonly gives: Readonly<Record<string, number>>;
  }[];
}

/** Plays one test, with 15 s from one sample and evaluation to the next. */
export const playRules = (
  rules: RenderedFile,
  { series, alerts = [], queries = [] }: RuleTest,
): { status: number | null; output: string } => {
  const test = {
    interval: '15s',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: alerts.map(({ at, name, firing }) => ({ eval_time: at, alertname: name, exp_alerts: firing })),
    promql_expr_test: queries.map(({ at, query, gives }) => ({
      eval_time: at,
      expr: query,
      exp_samples: Object.entries(gives).map(([labels, value]) => ({ labels, value })),
    })),
  };
  const text = stringify({ rule_files: [rules.path], evaluation_interval: '15s', tests: [test] });
  return testRuleFiles(rules, [{ path: 'test.yml', text }]);
};

/** The series of `ALERTS` that are firing at a time: of one rule, by the labels that are asked for. */
export const firing = (at: string, name: string, by: string, gives: readonly string[]) => ({
  at,
  query: `max by (${by}) (ALERTS{alertname="${name}", alertstate="firing"})`,
  gives: Object.fromEntries(gives.map((labels) => [labels, 1])),
});

const inFolder = <Result>(files: readonly RenderedFile[], run: (folder: string) => Result): Result => {
  const folder = mkdtempSync(join(tmpdir(), 'frp-otel-rules-'));
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
