import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { FrpConfig } from '../frp/config/FrpConfig.js';
import { FrpConfigError, parseConfig } from '../frp/config/parseConfig.js';
import type { FrpRole } from '../frp/FrpRole.js';

const MAX_BYTES = 1024 * 1024;

/** The config, or why there is none, in words that quote nothing of the file. */
export type ConfigFile = { readonly config: FrpConfig } | { readonly config: undefined; readonly reason: string };

/**
 * Reads the config file of a process that has just been started. Synchronously: the name of the server must be known before
 * its first line is, and a program may delete the file at once. Only a regular file of at most 1 MiB is read.
 */
export const readConfigFile = (path: string | undefined, role: FrpRole): ConfigFile => {
  if (path === undefined) return { config: undefined, reason: 'no config file on the command line (-c FILE)' };
  try {
    return { config: parseConfig(readRegularFile(path), role) };
  } catch (error) {
    return { config: undefined, reason: `${path}: ${describe(error)}` };
  }
};

const readRegularFile = (path: string): string => {
  // O_NONBLOCK: opening a FIFO must not wait for its writer.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new FrpConfigError('expected a regular file');
    if (stat.size > MAX_BYTES) throw new FrpConfigError(`expected at most ${MAX_BYTES} bytes, found ${stat.size}`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
};

const describe = (error: unknown): string => {
  if (error instanceof FrpConfigError) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
      return 'this user may not read it';
    default:
      return `cannot be read (${code ?? 'unknown fault'})`;
  }
};
