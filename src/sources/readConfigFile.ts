import { basename, dirname, join, resolve } from 'node:path';
import type { FrpConfig, FrpTunnels } from '../frp/config/FrpConfig.js';
import { matchFileName } from '../frp/config/matchFileName.js';
import { FrpConfigError, parseConfig, parseIncluded, withIncluded } from '../frp/config/parseConfig.js';
import type { Environment } from '../frp/config/renderTemplate.js';
import type { FrpRole } from '../frp/FrpRole.js';
import { listFiles } from './listFolder.js';
import { describeUnreadable, readRegularFile } from './readRegularFile.js';

/**
 * A config, and what could not be read of it, in words that quote nothing of the file. Without a config the reason says why;
 * with one, it says what is missing in it.
 */
export interface ConfigFile {
  /** Absolute; undefined when it comes from no file. */
  readonly path: string | undefined;
  readonly config: FrpConfig | undefined;
  readonly reason: string | undefined;
}

export interface ReadConfigOptions {
  /** Where frpc's `includes` are searched: its own working folder. */
  readonly workingFolder?: string;
  /** Called for a file with a template only; undefined where it cannot be known. */
  readonly environment?: () => Environment | undefined;
  /** Of frp, such as `0.61.2`. */
  readonly version?: string | undefined;
}

const MAX_INCLUDED_FILES = 1_000;
const MAX_INCLUDED_CHARACTERS = 16 * 1024 * 1024;
const MAX_REASONS = 3;

/**
 * Reads the config file of a process that has just been started, and the files that it includes. Synchronously: the name of the
 * server must be known before its first line is, and a program may delete the file at once. Only regular files of at most 1 MiB
 * are read, 1,000 included ones and 16 MiB of them.
 */
export const readConfigFile = (
  path: string | undefined,
  role: FrpRole,
  options: ReadConfigOptions = {},
): ConfigFile => {
  if (path === undefined) return noConfig(undefined, 'no config file on the command line (-c FILE)');
  try {
    const text = readRegularFile(path);
    const config = parseConfig(text, role, { ...options, environment: environmentFor(text, options) });
    if (config.includes.length === 0) return { path, config, reason: undefined };
    const { included, reasons } = readIncludes(config, options);
    return { path, config: withIncluded(config, included), reason: joinReasons(reasons) };
  } catch (error) {
    return noConfig(path, `${path}: ${describe(error)}`);
  }
};

export const noConfig = (path: string | undefined, reason: string): ConfigFile => ({ path, config: undefined, reason });

/** Only `{{ .Envs.NAME }}` needs it. */
const environmentFor = (text: string, { environment }: ReadConfigOptions): Environment | undefined =>
  text.includes('Envs') ? environment?.() : undefined;

/** frpc ends when a file that it includes is not as it should be: one that can be read was so when it started, or will be. */
const readIncludes = (config: FrpConfig, options: ReadConfigOptions) => {
  const included: FrpTunnels[] = [];
  const reasons: string[] = [];
  let files = 0;
  let characters = 0;
  for (const pattern of config.includes.slice(0, MAX_INCLUDED_FILES)) {
    for (const file of filesOf(pattern, options, reasons)) {
      if (files === MAX_INCLUDED_FILES || characters > MAX_INCLUDED_CHARACTERS) {
        reasons.push(`includes: only the first ${files} files are read`);
        return { included, reasons };
      }
      files += 1;
      try {
        const text = readRegularFile(file);
        characters += text.length;
        included.push(parseIncluded(text, config.format, environmentFor(text, options)));
      } catch (error) {
        reasons.push(`${file}: ${describe(error)}`);
      }
    }
  }
  return { included, reasons };
};

const filesOf = (pattern: string, { workingFolder = '.' }: ReadConfigOptions, reasons: string[]): readonly string[] => {
  const folder = resolve(workingFolder, dirname(pattern));
  const namePattern = basename(pattern);
  try {
    return listFiles(folder).flatMap((name) => (matchFileName(namePattern, name) ? [join(folder, name)] : []));
  } catch (error) {
    reasons.push(`includes ${folder}: ${describe(error)}`);
    return [];
  }
};

const joinReasons = (reasons: readonly string[]): string | undefined => {
  if (reasons.length === 0) return undefined;
  const more = reasons.length > MAX_REASONS ? [`and ${reasons.length - MAX_REASONS} more`] : [];
  return [...reasons.slice(0, MAX_REASONS), ...more].join('; ');
};

const describe = (error: unknown): string =>
  error instanceof FrpConfigError ? error.message : describeUnreadable(error);
