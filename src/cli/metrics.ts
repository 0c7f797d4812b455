import { type Command, UsageError } from './Command.js';
import { parseCommandArgs } from './parseCommandArgs.js';
import { renderMetrics } from './renderMetrics.js';

const OPTIONS = {
  json: { type: 'boolean', help: 'as JSON' },
  markdown: { type: 'boolean', help: 'as docs/semantic-conventions.md' },
} as const;

export const metrics: Command = {
  name: 'metrics',
  summary: 'list every metric, event, span and attribute',
  usage: ['metrics [--json | --markdown]'],
  help: 'Prints the telemetry model: every metric, event, span and attribute that there can be, and what it says.',
  options: OPTIONS,
  exitCodes: { 0: 'printed' },
  run: async (args, { stdout }) => {
    const { json, markdown } = parseCommandArgs(args, OPTIONS);
    if (json && markdown) throw new UsageError('expected one of --json and --markdown, found both');
    stdout.write(`${renderMetrics(json ? 'json' : markdown ? 'markdown' : 'text')}\n`);
    return 0;
  },
};
