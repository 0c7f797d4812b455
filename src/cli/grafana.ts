import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DIALECTS } from '../alerts/prometheusDialect.js';
import { didYouMean } from '../config/nearest.js';
import type { Datasource, Datasources } from '../grafana/DashboardContext.js';
import { uidOf } from '../grafana/identity.js';
import type { GrafanaFolderOptions } from '../grafana/renderGrafanaFolder.js';
import { type Command, type Io, UsageError } from './Command.js';
import { logToStderr } from './logToStderr.js';
import { oneOf } from './oneOf.js';
import { parseCommandArgs } from './parseCommandArgs.js';
import { readRules } from './rules/readRules.js';
import { writeRendered } from './rules/writeRendered.js';
import { SETTINGS_OPTION } from './settings.js';

const KINDS = ['prometheus', 'loki', 'tempo', 'jaeger'] as const satisfies readonly Datasource[];

/** An optional dependency: 11 MB that nothing else has a use for. */
const SDK = '@grafana/grafana-foundation-sdk';
const SDK_VERSION = '0.0.21';

const OPTIONS = {
  out: { type: 'string', value: 'DIR', help: 'a folder to write to, made where it is not there' },
  dialect: {
    type: 'string',
    value: 'DIALECT',
    values: DIALECTS,
    help: 'names of metrics as they come through the Collector (collector, the default), or as our own /metrics has them (own)',
  },
  datasource: {
    type: 'string',
    multiple: true,
    value: '[KIND=]UID',
    help: `a data source that Grafana has already, so that none of ours is written; ${KINDS.join(', ')}, and without one Prometheus`,
  },
  settings: SETTINGS_OPTION,
} as const;

export const grafana: Command = {
  name: 'grafana',
  summary: 'write dashboards, data sources and alert rules for Grafana',
  usage: ['grafana --out DIR [options]'],
  help: `Writes a folder that Grafana takes as its provisioning folder: the dashboards, the data
sources that they ask, and the alert rules, a few of which are on. Thresholds, overrides, own
rules and the page of runbooks come from a config file of frp-otel.

  frp-otel grafana --out grafana
  frp-otel grafana --out grafana --datasource prometheus=mimir --datasource loki=loki-1
  frp-otel grafana --out grafana --dialect own --settings frp-otel.yaml`,
  options: OPTIONS,
  exitCodes: { 0: 'written', 1: `something in the rules is wrong, the folder cannot be written, or ${SDK} is missing` },
  run: async (args, io) => {
    const { out, dialect, datasource = [], settings } = parseCommandArgs(args, OPTIONS);
    if (!out) throw new UsageError('--out: expected the folder to write to');
    const inDialect = oneOf('dialect', DIALECTS, dialect ?? 'collector');
    const existing = readDatasources(datasource);
    logToStderr(io); // a variable that there is not
    const read = readRules(settings, io);
    if (read === undefined) return 1;
    const { runbookUrl } = read.config.alertRules;
    return write(out, { dialect: inDialect, rules: read.rules, runbookUrl, existing }, io);
  },
};

/** As Grafana checks them. */
const UID = /^[A-Za-z0-9_-]{1,40}$/;

/** @throws UsageError that quotes the one that is wrong */
const readDatasources = (given: readonly string[]): Datasources => {
  const found: Partial<Record<Datasource, string>> = {};
  for (const each of given) {
    const [, word = 'prometheus', uid = ''] = /^(?:([^=]*)=)?(.*)$/s.exec(each) ?? [];
    const kind = KINDS.find((known) => known === word);
    if (kind === undefined) {
      const kinds = KINDS.map((known) => `${known}=UID`);
      throw new UsageError(
        `--datasource: expected UID, ${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}, found ${JSON.stringify(each)}${didYouMean(word, KINDS)}`,
      );
    }
    if (!UID.test(uid)) {
      throw new UsageError(
        `--datasource: expected the uid of the data source, 1 to 40 letters, digits, - and _, found ${JSON.stringify(uid)}: it is the last part of the data source's address in Grafana`,
      );
    }
    if (found[kind] !== undefined) {
      throw new UsageError(`--datasource: expected one for ${kind}, found ${found[kind]} and ${uid}`);
    }
    found[kind] = uid;
  }
  return found;
};

const write = async (out: string, options: GrafanaFolderOptions, { stdout, stderr }: Io): Promise<number> => {
  const renderer = await importRenderer();
  if (renderer === undefined) {
    stderr.write(
      `${SDK} is missing, an optional dependency: npm install ${SDK}@${SDK_VERSION}, where this package is installed (--global if it is)\n`,
    );
    return 1;
  }
  const { renderGrafanaFolder, dashboardsFolder, PROVISIONING } = renderer;
  const files = renderGrafanaFolder(options);
  for (const file of files) stdout.write(`${writeRendered(out, file)}\n`);
  const paths = files.map(({ path }) => path);
  const folder = dashboardsFolder(options.dialect);
  for (const path of leftOver(out, folder, paths)) {
    stderr.write(
      `${join(out, path)}: not written now, and left as it is: an older release or other options wrote it\n`,
    );
  }
  stdout.write(
    `Next: copy what is in ${out} to ${PROVISIONING} of Grafana (another place: also the path in ${folder}.yaml) and restart it.\n`,
  );
  const before = paths.includes(DATASOURCES)
    ? `Before, set the URLs in ${DATASOURCES} of what is not on its host. `
    : '';
  stdout.write(`${before}Then open /d/${uidOf('overview', options.dialect)} there.\n`);
  return 0;
};

/** Not at the start: the SDK is for this command alone. */
const importRenderer = async (): Promise<typeof import('../grafana/renderGrafanaFolder.js') | undefined> => {
  try {
    return await import('../grafana/renderGrafanaFolder.js');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(SDK)) return undefined;
    throw error;
  }
};

const DATASOURCES = 'datasources/frp.yaml';

/** What Grafana would go on to show, though nobody means it to. It may be the user's: it is named, not deleted. */
const leftOver = (out: string, folder: string, written: readonly string[]): readonly string[] => {
  const ours = [...readdirSync(join(out, folder)).map((name) => `${folder}/${name}`), DATASOURCES];
  return ours.filter((path) => !written.includes(path) && existsSync(join(out, path)));
};
