import type { FrpRole } from '../FrpRole.js';
import { type ReadFlags, readFlags } from './flags.js';

/** What an frps or frpc command line says that matters here. */
export interface FrpCommandLine {
  /** As written: absolute, or relative to the process's working folder. Undefined where frp reads no single file. */
  readonly configPath: string | undefined;
  /** frpc's `--config_dir`: one client for each file below it, all in one process. */
  readonly configFolder: string | undefined;
  /** The command line names no file: `configPath` is where frpc looks then. */
  readonly isDefaultPath: boolean;
}

// Command words of cmd/frps and cmd/frpc/sub that end at once, and those that cobra adds: such a process has no tunnel to observe.
const SHORT_LIVED_COMMANDS = new Set([
  'verify',
  'reload',
  'status',
  'stop',
  'nathole',
  'help',
  'completion',
  '__complete',
  '__completeNoDesc',
]);
const SHORT_LIVED_FLAGS = ['version', 'help'];

/** `frpc tcp …`: one proxy, and no config file (cmd/frpc/sub/proxy.go). */
export const PROXY_COMMANDS: ReadonlySet<string> = new Set([
  'tcp',
  'udp',
  'tcpmux',
  'http',
  'https',
  'stcp',
  'sudp',
  'xtcp',
]);
/** `frpc stcp visitor …`. */
export const VISITOR_COMMANDS: ReadonlySet<string> = new Set(['stcp', 'sudp', 'xtcp']);

/** Where frpc looks without -c (cmd/frpc/sub/root.go). */
const DEFAULT_CLIENT_CONFIG = './frpc.ini';

/** Whether the command line runs a service, and not a one-shot command such as `frpc reload`. */
export const runsService = (args: readonly string[]): boolean => isService(readFlags(args, 'client'));

export const isService = ({ words: [command], values }: ReadFlags): boolean =>
  (command === undefined || !SHORT_LIVED_COMMANDS.has(command)) &&
  !SHORT_LIVED_FLAGS.some((name) => isOn(values.get(name)?.at(-1)));

/** Values that Go's ParseBool takes for true. */
export const isOn = (value: string | undefined): boolean =>
  value !== undefined && ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value);

/**
 * Reads the arguments of frps or frpc (without the executable): which config it reads. What the flags say beside a file is in
 * `configOfCommandLine`. Sources: cmd/frps/root.go, cmd/frpc/sub/root.go.
 */
export const parseCommandLine = (args: readonly string[], role: FrpRole): FrpCommandLine => {
  const { words, values } = readFlags(args, role);
  const last = (name: string): string | undefined => values.get(name)?.at(-1) || undefined;
  const isProxyCommand = role === 'client' && PROXY_COMMANDS.has(words[0] ?? '');
  const configFolder = role === 'client' && !isProxyCommand ? last('config-dir') : undefined;
  const given = isProxyCommand || configFolder !== undefined ? undefined : last('config');
  const isDefaultPath = role === 'client' && !isProxyCommand && configFolder === undefined && given === undefined;
  return { configPath: isDefaultPath ? DEFAULT_CLIENT_CONFIG : given, configFolder, isDefaultPath };
};
