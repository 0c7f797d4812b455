import { basename, dirname, join, resolve } from 'node:path';
import type { FrpConfig, FrpTunnels } from '../../frp/config/FrpConfig.js';
import { matchFileName } from '../../frp/config/matchFileName.js';
import { FrpConfigError, parseConfig, parseIncluded, withIncluded } from '../../frp/config/parseConfig.js';
import type { Environment } from '../../frp/config/renderTemplate.js';
import type { FrpRole } from '../../frp/FrpRole.js';
import type { ProcessUser } from '../processes/processUser.js';
import { resolveInRoot } from '../processes/resolveInRoot.js';
import { listFiles } from './listFolder.js';
import { readOwnFile } from './readOwnFile.js';
import { describeUnreadable } from './readRegularFile.js';

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
  /** The root folder of its process, where that is not ours. Paths are told as the process has them. */
  readonly root?: string | undefined;
  /** Whose process it is: what he may not read is refused. Undefined where that does not matter. */
  readonly user?: ProcessUser | undefined;
  /** Called for a file with a template only; undefined where it cannot be known. */
  readonly environment?: () => Environment | undefined;
  /** Of frp, such as `0.61.2`. */
  readonly version?: string | undefined;
}

const MAX_INCLUDED_FILES = 1_000;
const MAX_INCLUDED_CHARACTERS = 4 * 1024 * 1024;
/** File names held against patterns: many patterns of a large folder would keep the program waiting. */
const MAX_MATCHED_NAMES = 1_000_000;
const MAX_REASONS = 3;

/**
 * Reads the config file of a process that has just been started, and the files that it includes. Synchronously: the name of the
 * server must be known before its first line is, and a program may delete the file at once. Only regular files of at most 4 MiB
 * (YAML: 1 MiB) are read, 1,000 included ones and 4 MiB of them.
 */
export const readConfigFile = (
  path: string | undefined,
  role: FrpRole,
  options: ReadConfigOptions = {},
): ConfigFile => {
  if (path === undefined) return noConfig(undefined, 'no config file on the command line (-c FILE)');
  try {
    const text = readOwnFile(path, options);
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
  for (const file of includedFiles(config, options, reasons)) {
    if (files === MAX_INCLUDED_FILES || characters > MAX_INCLUDED_CHARACTERS) {
      reasons.push(`includes: only the first ${files} files are read`);
      break;
    }
    files += 1;
    try {
      const text = readOwnFile(file, options);
      characters += text.length;
      included.push(parseIncluded(text, config.format, environmentFor(text, options)));
    } catch (error) {
      reasons.push(`${file}: ${describe(error)}`);
    }
  }
  return { included, reasons };
};

/** frp lists a pattern's folder for each pattern; here each folder is listed once. */
function* includedFiles(
  { includes }: FrpConfig,
  { workingFolder = '.', root }: ReadConfigOptions,
  reasons: string[],
): Generator<string> {
  const folders = new Map<string, readonly string[]>();
  let matched = 0;
  for (const path of includes.slice(0, MAX_INCLUDED_FILES)) {
    const folder = resolve(workingFolder, dirname(path));
    const names = folders.get(folder) ?? listOrSay(folder, root, reasons);
    folders.set(folder, names);
    const pattern = basename(path);
    if (!WILDCARD.test(pattern)) {
      if (names.includes(pattern)) yield join(folder, pattern);
      continue;
    }
    matched += names.length;
    if (matched > MAX_MATCHED_NAMES) {
      reasons.push(`includes: its patterns are held against ${MAX_MATCHED_NAMES} file names at the most`);
      return;
    }
    for (const name of names) if (matchFileName(pattern, name)) yield join(folder, name);
  }
}

const WILDCARD = /[*?[\\]/;

const listOrSay = (folder: string, root: string | undefined, reasons: string[]): readonly string[] => {
  try {
    return listFiles(resolveInRoot(root, folder));
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
