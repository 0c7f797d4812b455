import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EffectiveRule } from '../../alerts/AlertRule.js';
import { renderGrafana } from '../../alerts/render/grafana.js';
import { grafanaAsPrometheus } from '../../alerts/render/grafanaAsPrometheus.js';
import { renderPrometheus } from '../../alerts/render/prometheus.js';
import { renderPrometheusTests } from '../../alerts/render/prometheusTests.js';
import type { RenderedFile } from '../../alerts/render/RenderedFile.js';
import { type RuleCase, ruleCases } from '../../alerts/render/ruleCases.js';
import type { Io } from '../Command.js';
import { runProgram } from './runProgram.js';
import type { RenderOptions, TESTED } from './targets.js';
import { validateCollector } from './validateCollector.js';
import { writeRendered } from './writeRendered.js';

interface TestOptions extends RenderOptions {
  /** Where promtool is. @default the one of PATH */
  readonly promtool?: string | undefined;
}

/**
 * Has the real programs load the rules in their rendered form: otelcol validates them, and promtool plays a history through each
 * rule that makes it fire and resolve.
 *
 * @returns the exit code: 1 when a rule failed, or the program is missing
 */
export const testRules = async (
  target: (typeof TESTED)[number],
  rules: readonly EffectiveRule[],
  io: Io,
  options: TestOptions,
): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'frp-otel-rules-'));
  try {
    if (target === 'collector') return await validateCollector(rules, folder, io);
    const file =
      target === 'grafana'
        ? grafanaAsPrometheus(renderGrafana(rules, options.dialect, options))
        : renderPrometheus(rules, options.dialect, options);
    return await testEach(file, rules, { ...options, folder, io });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

interface TestRun extends TestOptions {
  readonly folder: string;
  readonly io: Io;
}

/** A run of promtool for each rule, so that what it says is of that rule. */
const testEach = async (file: RenderedFile, rules: readonly EffectiveRule[], run: TestRun): Promise<number> => {
  const { stdout, stderr } = run.io;
  writeRendered(run.folder, file);
  let passed = 0;
  let failed = 0;
  for (const each of ruleCases(rules)) {
    if ('reason' in each) {
      stdout.write(`not tested  ${ruleLine(each.rule)}: ${each.reason}\n`);
      continue;
    }
    const { code, output } = await testOne(each, file, run);
    if (code === undefined) {
      stderr.write('promtool is missing: install Prometheus (Debian package prometheus), or name it with --promtool\n');
      return 1;
    }
    if (code === 0) passed += 1;
    else failed += 1;
    stdout.write(
      code === 0 ? `passed      ${ruleLine(each.rule)}\n` : `failed      ${ruleLine(each.rule)}\n${indented(output)}\n`,
    );
  }
  stdout.write(
    `${passed} passed, ${failed} failed: each is to fire when it has held for long enough, and to resolve\n`,
  );
  return failed === 0 ? 0 : 1;
};

const testOne = (ruleCase: RuleCase, file: RenderedFile, { folder, dialect, promtool, io }: TestRun) => {
  const tests = renderPrometheusTests([ruleCase], dialect, { ruleFile: file.path, name: 'test' });
  const [place = ''] = tests.map((each) => writeRendered(folder, each));
  return runProgram(promtool ?? 'promtool', ['test', 'rules', place], io.env);
};

/** What tells it from others of its name, too. */
const ruleLine = ({ name, of, metric, severity, proxies }: EffectiveRule): string => {
  const { matching, except = [] } = proxies ?? {};
  const whose = matching === undefined ? except.map((each) => `not ${each}`) : [`proxies ${matching}`];
  return `${name} (${[`${of} of ${metric}`, severity, ...whose].join(', ')})`;
};

const indented = (text: string): string => text.replace(/^/gm, '    ');
