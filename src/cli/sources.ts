import type { Command } from './Command.js';
import { parseCommandArgs } from './parseCommandArgs.js';
import { renderSources } from './renderSources.js';

export const sources: Command = {
  name: 'sources',
  summary: 'print which source tells what, as Markdown',
  usage: ['sources'],
  help: 'Prints which source tells what, and which one is believed where several do, as\nMarkdown.',
  options: {},
  exitCodes: { 0: 'printed' },
  run: async (args, { stdout }) => {
    parseCommandArgs(args, {});
    stdout.write(`${renderSources()}\n`);
    return 0;
  },
};
