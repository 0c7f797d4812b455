import { type EffectiveRule, isDecidedByPoint } from '../alerts/AlertRule.js';
import { DIALECTS } from '../alerts/prometheusDialect.js';
import { type Command, type Io, UsageError } from './Command.js';
import { logToStderr } from './logToStderr.js';
import { oneOf, unknownWord } from './oneOf.js';
import { type OptionValues, parseCommandArgs } from './parseCommandArgs.js';
import { readRules } from './rules/readRules.js';
import { DEFAULT_DATASOURCE, TARGET_NAMES, TARGETS, type Target, TESTED, WITH_DIALECT } from './rules/targets.js';
import { testRules } from './rules/testRules.js';
import { writeRendered } from './rules/writeRendered.js';
import { SETTINGS_OPTION } from './settings.js';

const OPTIONS = {
  for: { type: 'string', value: 'TARGET', values: TARGET_NAMES, help: `one of ${TARGET_NAMES.join(', ')}` },
  settings: SETTINGS_OPTION,
  dialect: {
    type: 'string',
    value: 'DIALECT',
    values: DIALECTS,
    help: 'prometheus, grafana: names of metrics as they come through the collector (the default), or as our own /metrics has them (own)',
  },
  datasource: {
    type: 'string',
    value: 'UID',
    help: `grafana: its Prometheus data source, or $NAME for a variable of Grafana that has it; ${DEFAULT_DATASOURCE} by default`,
  },
  promtool: { type: 'string', value: 'FILE', help: 'test: where promtool is; that of $PATH by default' },
  out: {
    type: 'string',
    value: 'DIR',
    help: 'render: a folder to write to, made where it is not there; stdout without',
  },
} as const;

type Values = OptionValues<typeof OPTIONS>;

const WORDS = ['render', 'check', 'test'];

export const rules: Command = {
  name: 'rules',
  summary: 'render, check and test the alert rules',
  usage: ['rules render --for TARGET [options]', 'rules check [options]', 'rules test --for TARGET [options]'],
  help: `"render" writes the rules that are in force, the catalogue's with the thresholds,
overrides and own rules of a config file of frp-otel, in the form of who evaluates them:
a part of a Collector's config, a rule file of Prometheus, a file that provisions Grafana,
the inhibitions of Alertmanager, or what docs/alerts.md has of the catalogue.

"check" says whether the rules of a config file make sense, or what is wrong, with file, line
and rule. "test" has the real programs load what is rendered, and puts each rule to the test.

  frp-otel rules check --settings frp-otel.yaml
  frp-otel rules render --for prometheus --settings frp-otel.yaml --out rules`,
  options: OPTIONS,
  exitCodes: { 0: 'all is well, or rendered', 1: 'something in the rules is wrong, or a test failed' },
  run: async ([word = '', ...rest], io) => {
    if (!WORDS.includes(word)) throw new UsageError(unknownWord('', WORDS, word));
    const values = parseCommandArgs(rest, OPTIONS);
    logToStderr(io); // a variable that there is not
    switch (word) {
      case 'render':
        return render(values, io);
      case 'check':
        return check(values, io);
      default:
        return test(values, io);
    }
  },
};

const includes = (targets: readonly Target[], target: Target | undefined): boolean =>
  target !== undefined && targets.includes(target);

/** @throws UsageError for an option that the target does not have */
const renderOptions = ({ dialect, datasource }: Values, target: Target | undefined) => {
  if (dialect !== undefined && !includes(WITH_DIALECT, target)) {
    throw new UsageError(`--dialect: expected none for ${target ?? 'all'}: ${WITH_DIALECT.join(' and ')} have it`);
  }
  if (datasource !== undefined && target !== 'grafana') {
    throw new UsageError(`--datasource: expected none for ${target ?? 'all'}: only grafana has it`);
  }
  return { dialect: oneOf('dialect', DIALECTS, dialect ?? 'collector'), datasource: datasource || DEFAULT_DATASOURCE };
};

/** @throws UsageError for an option that the word does not have */
const refuse = (word: string, values: Values, ...names: readonly (keyof Values)[]): void => {
  const given = names.find((name) => values[name] !== undefined);
  if (given !== undefined) throw new UsageError(`--${given}: expected none: ${word} does not have it`);
};

const render = (values: Values, io: Io): number => {
  refuse('render', values, 'promtool');
  const target = oneOf('for', TARGET_NAMES, values.for);
  const options = renderOptions(values, target);
  const read = readRules(values.settings, io);
  if (read === undefined) return 1;
  const file = TARGETS[target](read.rules, { ...options, runbookUrl: read.config.alertRules.runbookUrl });
  io.stdout.write(values.out === undefined ? file.text : `${writeRendered(values.out, file)}\n`);
  return 0;
};

/** Of a target also whether it can be rendered. */
const check = (values: Values, io: Io): number => {
  refuse('check', values, 'promtool', 'out');
  const target = values.for === undefined ? undefined : oneOf('for', TARGET_NAMES, values.for);
  const options = renderOptions(values, target);
  const read = readRules(values.settings, io);
  if (read === undefined) return 1;
  const { own, overrides, runbookUrl } = read.config.alertRules;
  if (target !== undefined) TARGETS[target](read.rules, { ...options, runbookUrl });
  const inForce = namesOf(read.rules);
  io.stdout.write(`${inForce} rules are in force; own rules: ${own.length}, overrides: ${overrides.length}\n`);
  if (target === 'collector') {
    const byPoint = namesOf(read.rules.filter(isDecidedByPoint));
    io.stdout.write(`the Collector decides ${byPoint} of them; what takes time, growth or absence is for Prometheus\n`);
  }
  return 0;
};

const namesOf = (rules: readonly EffectiveRule[]): number => new Set(rules.map(({ name }) => name)).size;

const test = async (values: Values, io: Io): Promise<number> => {
  refuse('test', values, 'out');
  const target = oneOf('for', TESTED, values.for);
  const options = renderOptions(values, target);
  const read = readRules(values.settings, io);
  if (read === undefined) return 1;
  const { runbookUrl } = read.config.alertRules;
  return testRules(target, read.rules, io, { ...options, runbookUrl, promtool: values.promtool });
};
