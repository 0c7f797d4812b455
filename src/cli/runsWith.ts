import { type Stats, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { parseCommandLine } from '../frp/config/parseCommandLine.js';
import type { FrpProcess } from '../sources/processes/FrpProcess.js';
import { resolveInRoot } from '../sources/processes/resolveInRoot.js';
import type { ConfigTarget } from './targets.js';

/** Whether a process runs with a config file. One in a container names a file that is another one here. */
export const runsWith = (
  {
    args,
    role,
    workingFolder,
    root,
    isHidden,
  }: Pick<FrpProcess, 'args' | 'role' | 'workingFolder' | 'root' | 'isHidden'>,
  config: ConfigTarget,
): boolean => {
  const { configPath } = parseCommandLine(args, role);
  if (configPath === undefined || role !== config.role) return false;
  if (isHidden && !isAbsolute(configPath)) return false; // below a folder that is not known
  try {
    return isSameFile(resolveInRoot(root, resolve(workingFolder, configPath)), config.path);
  } catch {
    return false; // a link that leads nowhere
  }
};

/** Not by their paths: a link below /proc/PID/root that is followed as a path ends at a file of ours. */
const isSameFile = (one: string, other: string): boolean => {
  const [its, given] = [statOf(one), statOf(other)];
  if (its === undefined || given === undefined) return one === other;
  return its.dev === given.dev && its.ino === given.ino;
};

const statOf = (path: string): Stats | undefined => {
  try {
    return statSync(path);
  } catch {
    return undefined; // it is gone since, or of another user
  }
};
