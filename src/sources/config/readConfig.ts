import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { configOfCommandLine } from '../../frp/config/configOfCommandLine.js';
import { parseCommandLine } from '../../frp/config/parseCommandLine.js';
import type { FrpRole } from '../../frp/FrpRole.js';
import { listTree } from './listFolder.js';
import { type ConfigFile, noConfig, type ReadConfigOptions, readConfigFile } from './readConfigFile.js';
import { readEnvironment } from './readEnvironment.js';
import { describeUnreadable } from './readRegularFile.js';

export interface FrpCommand {
  readonly args: readonly string[];
  readonly workingFolder: string;
  readonly pid: number;
  readonly role: FrpRole;
  /** Of frp, where it is known. */
  readonly version?: string | undefined;
}

/** Clients that one `--config_dir` may have and still be counted. */
const MAX_CLIENTS = 1_000;

/** Reads the config of a running frps or frpc: from its file, its flags, or its folder of configs. */
export const readConfig = ({ args, workingFolder, pid, role, version }: FrpCommand): ConfigFile => {
  const options: ReadConfigOptions = { workingFolder, version, environment: () => readEnvironment(pid) };
  const config = configOfCommandLine(args, role, version);
  if (config !== undefined) return { path: undefined, config, reason: undefined };
  const { configPath, configFolder, isDefaultPath } = parseCommandLine(args, role);
  if (configFolder !== undefined) return readConfigFolder(resolve(workingFolder, configFolder), role, options);
  const path = configPath && resolve(workingFolder, configPath);
  return readConfigFile(isDefaultPath && path !== undefined && !existsSync(path) ? undefined : path, role, options);
};

/** One client runs for each file: what belongs to which of them the process does not tell. */
const readConfigFolder = (folder: string, role: FrpRole, options: ReadConfigOptions): ConfigFile => {
  try {
    const files = listTree(folder, MAX_CLIENTS);
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
