import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { CLIENT_API_PARTS, pathOf, SERVER_API_PARTS } from '../frp/api/frpApiParts.js';
import type { FrpRole } from '../frp/FrpRole.js';
import { hostAndPort } from '../frp/hostAndPort.js';
import { parseLogLine, stripColours } from '../frp/log/parseLogLine.js';
import { readLogMeaning } from '../frp/log/readLogMeaning.js';
import type { ApiRequestError } from '../sources/api/ApiRequestError.js';
import type { ApiAddress } from '../sources/api/ApiRequests.js';
import { getBody } from '../sources/api/getBody.js';
import { originOf } from './readApiUrl.js';

const ASK_MILLIS = 3_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;
const REFUSED =
  'it refused the user and password (401): give the user in the URL, and the password in FRP_OTEL_API_PASSWORD';

/** By the file's name, `frps.toml`; undefined where it does not show. */
export const roleOfConfigFile = (path: string): FrpRole | undefined => {
  const letter = /frp([sc])/i.exec(basename(path))?.[1]?.toLowerCase();
  if (letter === undefined) return undefined;
  return letter === 's' ? 'server' : 'client';
};

/** An API does not say whose it is. */
export class SilentApiError extends Error {
  override readonly name = 'SilentApiError';
  /** `http://host:port`. */
  readonly origin: string;
  readonly refusesCredentials: boolean;

  constructor(message: string, origin: string, refusesCredentials = false) {
    super(message);
    this.origin = origin;
    this.refusesCredentials = refusesCredentials;
  }
}

/**
 * Asks an API whose it is.
 *
 * @throws SilentApiError when it does not say
 */
export const roleOfApi = async (webServer: ApiAddress): Promise<FrpRole> => {
  const origin = originOf(webServer);
  const silent = (why: string, refusesCredentials?: boolean): SilentApiError =>
    new SilentApiError(`--api: ${hostAndPort(webServer.host, webServer.port)}: ${why}`, origin, refusesCredentials);
  const answers = async (path: string): Promise<boolean> => {
    try {
      await getBody({ webServer, path, timeoutMillis: ASK_MILLIS, maxBytes: MAX_ANSWER_BYTES, trust: {} });
      return true;
    } catch (error) {
      const { message, status } = error as ApiRequestError;
      if (status === 401) throw silent(REFUSED, true);
      if (status === undefined) throw silent(`${message}; with --role it is waited for`);
      return false;
    }
  };
  if (await answers(pathOf(SERVER_API_PARTS.v1.info).sent)) return 'server';
  if (await answers(pathOf(CLIENT_API_PARTS.status).sent)) return 'client';
  throw silent('it answers neither as frps nor as frpc');
};

/**
 * Reads the first lines of a log: some are of both roles, most only of one.
 *
 * @returns undefined where they do not show it, or are not there yet
 * @throws Error when they cannot be read
 */
export const roleOfLog = (path: string): FrpRole | undefined => {
  const messages = firstLines(path).flatMap((text) => parseLogLine(stripColours(text))?.message ?? []);
  const known = (role: FrpRole): number =>
    messages.filter((message) => readLogMeaning(role, message) !== undefined).length;
  const [server, client] = [known('server'), known('client')];
  if (server === client) return undefined;
  return server > client ? 'server' : 'client';
};

const firstLines = (path: string): string[] => {
  try {
    if (!statSync(path).isFile()) throw new Error(`--log: ${path}: expected a file`); // to open a FIFO would wait
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(FIRST_BYTES);
      return buffer.toString('utf8', 0, readSync(file, buffer, 0, FIRST_BYTES, 0)).split('\n');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw code === undefined ? error : new Error(`--log: ${path}: it cannot be read (${code})`);
  }
};
