/** What an frps or frpc command line says that matters here. */
export interface FrpCommandLine {
  /** As written: absolute, or relative to the process's working folder. */
  readonly configPath: string | undefined;
}

// Subcommands and flags that end at once: such a process has no tunnel to observe.
const SHORT_LIVED = new Set([
  'verify',
  'reload',
  'status',
  'stop',
  'nathole',
  'help',
  'completion',
  '-v',
  '--version',
  '-h',
  '--help',
]);

/** Whether the command line runs a service, and not a one-shot command such as `frpc reload`. */
export const runsService = (args: readonly string[]): boolean => !args.some((arg) => SHORT_LIVED.has(arg));

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
