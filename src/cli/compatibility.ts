import type { Command } from './Command.js';
import { parseCommandArgs } from './parseCommandArgs.js';
import { renderCompatibility } from './renderCompatibility.js';

export const compatibility: Command = {
  name: 'compatibility',
  summary: 'print what can be known of each version of frp, as Markdown',
  usage: ['compatibility'],
  help: 'Prints what can be known of each version of frp, and from where, as Markdown.',
  options: {},
  exitCodes: { 0: 'printed' },
  run: async (args, { stdout }) => {
    parseCommandArgs(args, {});
    stdout.write(`${renderCompatibility()}\n`);
    return 0;
  },
};
