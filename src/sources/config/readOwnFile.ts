import { closeSync, constants, openSync } from 'node:fs';
import { mayRead } from '../processes/mayRead.js';
import { resolveInRoot } from '../processes/resolveInRoot.js';
import type { ReadConfigOptions } from './readConfigFile.js';
import { readRegularFile, UnreadableFile } from './readRegularFile.js';

/**
 * The text of a file of a process, by the path that the process has for it.
 *
 * @throws UnreadableFile where the process itself may not read it, and as {@link readRegularFile}
 */
export const readOwnFile = (name: string, { root, user }: Pick<ReadConfigOptions, 'root' | 'user'>): string => {
  const path = resolveInRoot(root, name);
  if (user === undefined) return readRegularFile(path);
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (mayRead(user, file, root && path)) return readRegularFile(`/proc/self/fd/${file}`); // this one, whatever the path names by now
  } finally {
    closeSync(file);
  }
  throw new UnreadableFile(`its own user (uid ${user.uid}) may not read it: not read`);
};
