import { type Command, UsageError } from './Command.js';
import { completionScript, SHELLS } from './completionScript.js';

export const completion: Command = {
  name: 'completion',
  summary: 'print what makes a shell complete commands and options',
  usage: SHELLS.map((shell) => `completion ${shell}`),
  help: `Prints a script for the shell:

  bash, in ~/.bashrc:                    eval "$(frp-otel completion bash)"
  zsh, in ~/.zshrc, behind compinit:     source <(frp-otel completion zsh)
  fish, in ~/.config/fish/config.fish:   frp-otel completion fish | source

Packages put it in /usr/share/bash-completion/completions/frp-otel,
/usr/share/zsh/site-functions/_frp-otel and
/usr/share/fish/vendor_completions.d/frp-otel.fish.`,
  options: {},
  exitCodes: { 0: 'printed' },
  run: async (args, io) => {
    const shell = SHELLS.find((each) => each === args[0]);
    if (shell === undefined || args.length > 1) {
      throw new UsageError(`expected one of ${SHELLS.join(', ')}, found ${JSON.stringify(args.join(' '))}`);
    }
    // Not above: that table has this command in it.
    const { COMMANDS } = await import('./commands.js');
    io.stdout.write(`${completionScript(shell, COMMANDS)}\n`);
    return 0;
  },
};
