import { fstatSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProcessUser } from './processUser.js';

/** Permission bits of others; those of the group stand three bits higher. */
const READ = 0o4;
const SEARCH = 0o1;

/**
 * Whether a process may itself read a file that it names, which we may. Else whoever runs a program called frpc would have us
 * read and export, as root, what he may not read. Without access control lists: what one of them alone grants, is refused.
 *
 * @param file open, so that it stays what it is
 * @param pathInContainer where it is below the root folder of a container, without links; undefined elsewhere
 */
export const mayRead = (user: ProcessUser, file: number, pathInContainer?: string): boolean =>
  user.uid === 0 ||
  (grants(fstatSync(file), READ, user) && mayReach(pathInContainer ?? readlinkSync(`/proc/self/fd/${file}`), user));

const mayReach = (path: string, user: ProcessUser): boolean => {
  const folder = dirname(path);
  return folder === path || (grants(statSync(folder), SEARCH, user) && mayReach(folder, user));
};

const grants = ({ uid, gid, mode }: Stats, wanted: number, user: ProcessUser): boolean =>
  uid === user.uid || (mode & wanted) !== 0 || (user.groups.includes(gid) && (mode & (wanted << 3)) !== 0);
