/** What an frps or frpc command line says that matters here. */
export interface FrpCommandLine {
  /** As written: absolute, or relative to the process's working folder. */
  readonly configPath: string | undefined;
}

// What ends at once: such a process has no tunnel to observe (cmd/frps, cmd/frpc/sub).
const SHORT_LIVED_COMMANDS = new Set(['verify', 'reload', 'status', 'stop', 'nathole', 'help', 'completion']);
const SHORT_LIVED_FLAGS = new Set(['-v', '--version', '-h', '--help']);

/** Whether the command line runs a service, and not a one-shot command such as `frpc reload`. */
export const runsService = (args: readonly string[]): boolean => {
  if (args.some((arg) => SHORT_LIVED_FLAGS.has(arg))) return false;
  // A word after a flag may be the flag's value: `-c status` is a file.
  const command = args.find((arg, index) => !arg.startsWith('-') && !args[index - 1]?.startsWith('-'));
  return command === undefined || !SHORT_LIVED_COMMANDS.has(command);
};

/**
 * Reads the arguments of frps or frpc (without the executable).
 * Sources: cmd/frps/root.go, cmd/frpc/sub/root.go; `-c FILE`, `-cFILE`, `-c=FILE`, `--config FILE`, `--config=FILE` as spf13/pflag takes them.
 */
export const parseCommandLine = (args: readonly string[]): FrpCommandLine => {
  let configPath: string | undefined;
  args.forEach((arg, index) => {
    if (arg === '-c' || arg === '--config') configPath = args[index + 1];
    else if (arg.startsWith('--config=')) configPath = arg.slice('--config='.length);
    else if (arg.startsWith('-c') && !arg.startsWith('--')) configPath = arg.slice(arg[2] === '=' ? 3 : 2);
  });
  return { configPath: configPath === '' ? undefined : configPath };
};
