import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { configOfCommandLine } from '../../frp/config/configOfCommandLine.js';
import { parseCommandLine } from '../../frp/config/parseCommandLine.js';
import type { FrpRole } from '../../frp/FrpRole.js';
import type { ProcessUser } from '../processes/processUser.js';
import { resolveInRoot } from '../processes/resolveInRoot.js';
import { listTree } from './listFolder.js';
import { type ConfigFile, noConfig, type ReadConfigOptions, readConfigFile } from './readConfigFile.js';
import { readEnvironment } from './readEnvironment.js';
import { describeUnreadable } from './readRegularFile.js';

export interface FrpCommand {
  readonly args: readonly string[];
  readonly workingFolder: string;
  readonly pid: number;
  readonly role: FrpRole;
  /** Its root folder, where that is not ours. */
  readonly root?: string | undefined;
  /** Whose it is: what he may not read is not its config. Undefined where that does not matter. */
  readonly user?: ProcessUser | undefined;
  /** Whether its working folder may not be known, because it is another user's. */
  readonly isHidden?: boolean;
  /** Of frp, where it is known. */
  readonly version?: string | undefined;
}

/** Clients that one `--config_dir` may have and still be counted. */
const MAX_CLIENTS = 1_000;

/** Reads the config of a running frps or frpc: from its file, its flags, or its folder of configs. */
export const readConfig = ({ args, pid, role, isHidden, ...command }: FrpCommand): ConfigFile => {
  const { workingFolder, root, user, version } = command;
  const options: ReadConfigOptions = { workingFolder, root, user, version, environment: () => readEnvironment(pid) };
  const config = configOfCommandLine(args, role, version);
  if (config !== undefined) return { path: undefined, config, reason: undefined };
  const { configPath, configFolder, isDefaultPath } = parseCommandLine(args, role);
  const given = configFolder ?? configPath;
  if (isHidden && given !== undefined && !isAbsolute(given)) {
    return noConfig(
      undefined,
      `${given}: a relative path, and only its own user and root may see its working directory: run as one of them`,
    );
  }
  if (configFolder !== undefined) return readConfigFolder(resolve(workingFolder, configFolder), role, options);
  const path = configPath && resolve(workingFolder, configPath);
  const isMissing = isDefaultPath && path !== undefined && !isThere(path, root);
  return readConfigFile(isMissing ? undefined : path, role, options);
};

const isThere = (path: string, root: string | undefined): boolean => {
  try {
    return existsSync(resolveInRoot(root, path));
  } catch {
    return true; // reading it will tell what is wrong
  }
};

/** One client runs for each file: what belongs to which of them the process does not tell. */
const readConfigFolder = (folder: string, role: FrpRole, options: ReadConfigOptions): ConfigFile => {
  try {
    const found = resolveInRoot(options.root, folder);
    const files = listTree(found, MAX_CLIENTS).map((file) => join(folder, relative(found, file)));
    const [path] = files;
    if (path === undefined) return noConfig(undefined, `${folder}: expected config files in it, found none`);
    const first = readConfigFile(path, role, options);
    if (files.length === 1) return first;
    const several = `${folder}: ${files.length} clients run in one process (--config_dir), only the first is known: ${path}; run one frpc for each`;
    return { ...first, reason: first.reason === undefined ? several : `${several}; ${first.reason}` };
  } catch (error) {
    return noConfig(undefined, `${folder}: ${describeUnreadable(error)}`);
  }
};
