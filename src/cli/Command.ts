/** Where a command reads and writes besides the machine itself. */
export interface Io {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** An option of a command line, as `parseArgs` of node:util takes it, with what its help says. */
export interface CommandOption {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for its value in the help, `FILE`. */
  readonly value?: string;
  /** All values that there are, where they are few. */
  readonly values?: readonly string[];
  /** Without that it may be given several times, which `multiple` says. */
  readonly help: string;
}

export type CommandOptions = Readonly<Record<string, CommandOption>>;

/** One command of `frp-otel`. */
export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What follows `frp-otel`, one per way to call it. */
  readonly usage: readonly string[];
  /** What it does, for who has not seen it yet: paragraphs, and indented lines to copy. */
  readonly help: string;
  readonly options: CommandOptions;
  /** What each exit code means, besides 2 for a wrong command line. */
  readonly exitCodes: Readonly<Record<string, string>>;
  /**
   * @param args what follows the command's name; never with --help
   * @returns the exit code
   * @throws UsageError when the command line is wrong
   */
  readonly run: (args: readonly string[], io: Io) => Promise<number>;
}

/** The command line is wrong: the message says what was expected, what was found, and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
