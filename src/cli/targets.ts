import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ExecutableNames, FrpRole } from '../frp/FrpRole.js';
import type { GivenFrp } from '../sources/givenFrp.js';
import { UsageError } from './Command.js';
import type { OptionValues } from './parseCommandArgs.js';
import { readApiUrl } from './readApiUrl.js';
import { roleOfApi, roleOfConfigFile, roleOfLog } from './roleOf.js';

/** What kill(2) takes. */
const MAX_PID = 2 ** 31 - 1;

/** How a command is told which frp to look at. */
export const TARGET_OPTIONS = {
  pid: { type: 'string', multiple: true, value: 'N', help: 'only this process' },
  config: {
    type: 'string',
    short: 'c',
    multiple: true,
    value: 'FILE',
    help: 'only the processes that run with this config file; while none does, the log file and API that it names',
  },
  log: { type: 'string', value: 'FILE', help: 'no process, but this log file' },
  api: {
    type: 'string',
    value: 'URL',
    help: 'no process, but this API: http://user@host:7500, with the password in the variable FRP_OTEL_API_PASSWORD. With --log both are of one frp',
  },
  role: {
    type: 'string',
    value: 'ROLE',
    values: ['server', 'client'],
    help: 'server (frps) or client (frpc), where --config, --log and --api do not show it',
  },
  'frps-name': {
    type: 'string',
    value: 'REGEX',
    help: 'also executables with such a base name are frps',
  },
  'frpc-name': {
    type: 'string',
    value: 'REGEX',
    help: 'also executables with such a base name are frpc',
  },
  'server-name': { type: 'string', value: 'NAME', help: 'frp.server.name of all that is observed' },
  'no-sockets': { type: 'boolean', help: 'do not look at connections (ss)' },
} as const;

/** A config file, and whose it is. */
export interface ConfigTarget {
  readonly path: string;
  readonly role: FrpRole;
}

/** Which frp to look at. */
export type Look =
  | { readonly kind: 'all'; readonly pattern: ExecutableNames }
  | { readonly kind: 'processes'; readonly pids: readonly number[]; readonly pattern: ExecutableNames }
  | { readonly kind: 'configs'; readonly configs: readonly ConfigTarget[]; readonly pattern: ExecutableNames }
  | { readonly kind: 'given'; readonly frp: GivenFrp };

/** What is observed, and how. */
export interface Targets {
  readonly look: Look;
  readonly serverName: string | undefined;
  readonly sockets: boolean;
}

/**
 * Reads what is to be looked at. Where only an API or a log is given, it asks there whose they are.
 *
 * @throws UsageError when the options do not fit together
 */
export const readTargets = async (
  values: OptionValues<typeof TARGET_OPTIONS>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Targets> => ({
  look: await readLook(values, env),
  serverName: values['server-name'],
  sockets: values['no-sockets'] !== true,
});

const readLook = async (
  values: OptionValues<typeof TARGET_OPTIONS>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Look> => {
  const { pid: pids, config: files, log, api } = values;
  const role = readRole(values.role);
  const pattern = readNames(values);
  if (pids !== undefined) {
    if (files ?? log ?? api) throw new UsageError('expected --pid or one of --config, --log and --api, found both');
    return { kind: 'processes', pids: pids.map(readPid), pattern };
  }
  if (log === undefined && api === undefined) {
    if (files === undefined) return { kind: 'all', pattern };
    return {
      kind: 'configs',
      configs: files.map((path) => ({ path: resolve(path), role: role ?? known(path, roleOfConfigFile(path)) })),
      pattern,
    };
  }
  if (files !== undefined && files.length > 1) {
    throw new UsageError(`expected one --config beside --log and --api, which are of one frp, found ${files.length}`);
  }
  const given = {
    configPath: files?.[0] && resolve(files[0]),
    logPath: log && resolve(log),
    webServer: api === undefined ? undefined : readApiUrl(api, env.FRP_OTEL_API_PASSWORD),
  };
  return { kind: 'given', frp: { ...given, role: role ?? (await roleOf(given)) } };
};

/** What can be had without asking first: an API may not answer yet. */
const roleOf = async ({ configPath = '', logPath, webServer }: Omit<GivenFrp, 'role'>): Promise<FrpRole> => {
  const role = roleOfConfigFile(configPath) ?? (logPath === undefined ? undefined : roleOfLog(logPath));
  if (role === undefined && webServer !== undefined) return roleOfApi(webServer);
  return known(logPath ?? configPath, role);
};

const known = (path: string, role: FrpRole | undefined): FrpRole => {
  if (role !== undefined) return role;
  throw new UsageError(
    existsSync(path)
      ? `${path}: it does not show whose it is: give --role server or --role client`
      : `${path}: there is no such file; with --role server or --role client it is waited for`,
  );
};

/** There is no process with an id that was given. */
export class NoProcessError extends Error {
  override readonly name = 'NoProcessError';
}

/** @throws NoProcessError */
const readPid = (text: string): number => {
  const pid = /^\d+$/.test(text) ? Number(text) : 0;
  if (pid === 0 || pid > MAX_PID)
    throw new UsageError(`--pid: expected the id of a process, found ${JSON.stringify(text)}`);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH')
      throw new NoProcessError(`--pid: there is no process ${pid}`);
  }
  return pid;
};

/** @throws UsageError when one is no regular expression */
export const readNames = (
  values: OptionValues<Pick<typeof TARGET_OPTIONS, 'frps-name' | 'frpc-name'>>,
): ExecutableNames => ({
  server: readPattern('--frps-name', values['frps-name']),
  client: readPattern('--frpc-name', values['frpc-name']),
});

/** @throws UsageError when it is no whole number within these bounds */
export const readWhole = (option: string, text: string, min: number, max: number): number => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${option}: expected a whole number from ${min} to ${max}, found ${JSON.stringify(text)}`);
};

const readRole = (text: string | undefined): FrpRole | undefined => {
  if (text === undefined || text === 'server' || text === 'client') return text;
  throw new UsageError(`--role: expected server or client, found ${JSON.stringify(text)}`);
};

const readPattern = (option: string, text: string | undefined): RegExp | undefined => {
  try {
    return text === undefined ? undefined : new RegExp(text);
  } catch (error) {
    throw new UsageError(`${option}: expected a regular expression, found ${(error as Error).message}`);
  }
};
