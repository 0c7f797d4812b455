import type { ChildProcess } from 'node:child_process';
import * as z from 'zod';
import { FrpOptionsError } from '../config/FrpInstrumentationOptions.js';
import type { ExecutableNames, FrpRole } from '../frp/FrpRole.js';
import { parseApiUrl } from '../sources/api/parseApiUrl.js';
import type { GivenFrp } from '../sources/givenFrp.js';
import type { FrpProcess } from '../sources/processes/FrpProcess.js';
import { describeFrp, findFrp } from '../sources/processes/findFrp.js';
import { absolutePath } from './absolutePath.js';

/**
 * A frp that is observed because the program says so: a child process, also one that was spawned before; a process of this
 * machine (Linux); or one of which there is not the process, but its log file, its API, or both.
 */
export type FrpObservable =
  | ChildProcess
  | {
      readonly pid: number;
      /** Needed where the executable has not the name of a release: `server` is frps, `client` is frpc. */
      readonly role?: FrpRole;
    }
  | FrpPlaces;

/** Where the log and the API of a frp are; one of them at least. */
export interface FrpPlaces {
  /** `server` is frps, `client` is frpc. */
  readonly role: FrpRole;
  /** Path of its log file; one that is not there yet is waited for. */
  readonly log?: string;
  /** `http://user:password@host:7500`, as its `webServer` has it. */
  readonly api?: string;
  /** Path of its config file, which tells names and limits, and where its log and API are. */
  readonly config?: string;
}

/** What it takes to observe it; equal keys are one frp. */
export type Observable =
  | { readonly kind: 'child'; readonly key: string; readonly child: ChildProcess; readonly pid: number }
  | { readonly kind: 'process'; readonly key: string; readonly pid: number; readonly frp: FrpProcess }
  | { readonly kind: 'given'; readonly key: string; readonly frp: GivenFrp };

/** What kill(2) takes. */
const MAX_PID = 2 ** 31 - 1;
const MAX_PATH = 4_096;
const ANY_NAME = /(?:)/;

const EXPECTED = 'expected a child process, { pid }, or { role } with log or api';

const role = z.enum(['server', 'client'], 'expected server or client');
const path = z
  .custom<string>(
    (value) => typeof value === 'string' && value.length > 0 && value.length <= MAX_PATH && !value.includes('\0'),
    `expected a path of 1 to ${MAX_PATH} characters`,
  )
  .optional();

const processSchema = z.strictObject({
  pid: z.custom<number>(
    (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_PID,
    'expected the id of a process',
  ),
  role: role.optional(),
});

const placesSchema = z.strictObject({
  role,
  log: path,
  api: z.string('expected a URL such as http://user@host:7500').optional(),
  config: path,
});

/** @throws FrpOptionsError naming what is wrong, without a password */
export const readObservable = (value: unknown, names: ExecutableNames | undefined): Observable => {
  try {
    return read(value, names);
  } catch (error) {
    if (error instanceof FrpOptionsError) throw error;
    throw new FrpOptionsError(`observe: ${EXPECTED}; this cannot be read`); // a getter of it throws
  }
};

const read = (value: unknown, names: ExecutableNames | undefined): Observable => {
  if (typeof value !== 'object' || value === null)
    throw new FrpOptionsError(`observe: ${EXPECTED}, received ${value === null ? 'null' : typeof value}`);
  if (isChildProcess(value)) {
    const { pid } = value;
    if (pid === undefined) throw new FrpOptionsError('observe: the child process has no pid: it could not be spawned');
    return { kind: 'child', key: `pid ${pid}`, child: value, pid };
  }
  return 'pid' in value ? processOf(check(processSchema, value), names) : placesOf(check(placesSchema, value));
};

const isChildProcess = (value: object): value is ChildProcess =>
  ['spawnfile', 'spawnargs', 'exitCode', 'stdout'].every((name) => name in value) &&
  typeof (value as Partial<ChildProcess>).once === 'function';

const check = <Schema extends z.ZodType>(schema: Schema, value: object): z.output<Schema> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message, ...issue }) =>
    issue.code === 'unrecognized_keys'
      ? `unknown: ${issue.keys.join(', ')}`
      : [...path, message].map(String).join(': '),
  );
  throw new FrpOptionsError(`observe: ${faults.join('; ')}`);
};

const processOf = ({ pid, role }: z.output<typeof processSchema>, names: ExecutableNames | undefined): Observable => {
  if (process.platform !== 'linux') {
    throw new FrpOptionsError(
      `observe: processes are looked at in /proc, which ${process.platform} does not have: name its log or its API`,
    );
  }
  const found = findFrp(pid, role === undefined ? names : { ...names, [role]: ANY_NAME });
  const frp = found && describeFrp(found);
  if (frp === undefined) {
    throw new FrpOptionsError(
      `observe: process ${pid} is neither frps nor frpc, or is not there; where it has another name, give its role`,
    );
  }
  return { kind: 'process', key: `pid ${pid}`, pid, frp };
};

const placesOf = ({ role, log, api, config }: z.output<typeof placesSchema>): Observable => {
  if (log === undefined && api === undefined && config === undefined)
    throw new FrpOptionsError(`observe: ${EXPECTED}, received neither`);
  const webServer = api === undefined ? undefined : parseApiUrl(api);
  if (typeof webServer === 'string') {
    throw new FrpOptionsError(`observe: api: expected a URL such as http://user@host:7500, received ${webServer}`);
  }
  const frp = { role, configPath: placeOf('config', config), logPath: placeOf('log', log), webServer };
  const address = webServer && `${webServer.host}:${webServer.port}`;
  return { kind: 'given', key: JSON.stringify([role, frp.logPath, address, frp.configPath]), frp };
};

const placeOf = (what: string, path: string | undefined): string | undefined => {
  const place = path === undefined ? undefined : absolutePath(path);
  if (path === undefined || place !== undefined) return place;
  throw new FrpOptionsError(`observe: ${what}: expected an absolute path, since the working folder was removed`);
};
