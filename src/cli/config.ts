import { configFileSchema } from '../config/configFileSchema.js';
import { FrpOptionsError } from '../config/FrpInstrumentationOptions.js';
import { didYouMean } from '../config/nearest.js';
import { CONFIG_VARIABLE, configurationOf, readLayers } from '../config/readConfiguration.js';
import { type Command, type Io, UsageError } from './Command.js';
import { logToStderr } from './logToStderr.js';
import { parseCommandArgs } from './parseCommandArgs.js';
import { configurationJson, renderConfiguration } from './renderConfiguration.js';
import { renderOptions } from './renderOptions.js';

const OPTIONS = {
  json: { type: 'boolean', help: 'check: the effective configuration as JSON' },
  markdown: { type: 'boolean', help: 'options: as the table of docs/configuration.md' },
} as const;

const WORDS = ['check', 'options', 'schema'];

const unknownWord = (word: string): string => {
  if (word === '') return 'expected check, options or schema';
  return `expected check, options or schema, found ${JSON.stringify(word)}${didYouMean(word, WORDS)}`;
};

export const config: Command = {
  name: 'config',
  summary: 'check a config file of frp-otel, list its options',
  usage: ['config check [FILE] [--json]', 'config options [--markdown]', 'config schema'],
  help: `"check" reads a config file of frp-otel (not of frp) together with FRP_OTEL_*, which win
over it, and prints every option that is in force with where it comes from; or what is
wrong, with file and line. Without FILE it is the one that FRP_OTEL_CONFIG names.

"options" lists every option with its variable, its range and its default. "schema"
prints a JSON Schema, by which editors complete and check such a file.

  frp-otel config check /etc/frp-otel.yaml
  frp-otel config schema > frp-otel.schema.json`,
  options: OPTIONS,
  exitCodes: { 0: 'all is well, or printed', 1: 'something in the file or in FRP_OTEL_* is wrong' },
  run: async (args, io) => {
    const [word = '', ...rest] = args;
    if (!WORDS.includes(word)) throw new UsageError(unknownWord(word));
    const file = word === 'check' ? rest.find((arg) => !arg.startsWith('-')) : undefined;
    const options = file === undefined ? rest : rest.toSpliced(rest.indexOf(file), 1);
    const { json = false, markdown = false } = parseCommandArgs(options, OPTIONS);
    switch (word) {
      case 'check':
        logToStderr(io); // a variable that there is not
        return check(file, json, io);
      case 'options':
        io.stdout.write(`${renderOptions(markdown ? 'markdown' : 'text')}\n`);
        return 0;
      case 'schema':
        io.stdout.write(`${JSON.stringify(configFileSchema(), null, 2)}\n`);
        return 0;
      default:
        throw new UsageError(unknownWord(word));
    }
  },
};

const check = (file: string | undefined, json: boolean, { env, stdout, stderr }: Io): number => {
  try {
    const configuration = configurationOf(
      readLayers({}, file === undefined ? env : { ...env, [CONFIG_VARIABLE]: file }),
    );
    stdout.write(`${json ? configurationJson(configuration) : renderConfiguration(configuration)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof FrpOptionsError)) throw error;
    for (const fault of error.faults) stderr.write(`${fault}\n`);
    return 1;
  }
};
