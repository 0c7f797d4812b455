import { readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { saysEnded } from '../processes/procfs.js';

/** Links read without letting the program do something else: about a millisecond. */
const LINKS_AT_ONCE = 256;

/**
 * Inodes of the sockets that a process holds (/proc/PID/fd, Linux).
 *
 * @returns undefined where the kernel does not show another user's files
 * @throws what else keeps us from knowing, such as EMFILE
 */
export const heldSockets = async (pid: number, root = '/proc'): Promise<ReadonlySet<number> | undefined> => {
  const folder = `${root}/${pid}/fd`;
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES' || error.code === 'EPERM') return undefined;
    if (saysEnded(error)) return [];
    throw error;
  });
  if (files === undefined) return undefined;
  const inodes = new Set<number>();
  for (const [index, file] of files.entries()) {
    const inode = socketInode(`${folder}/${file}`);
    if (inode !== undefined) inodes.add(inode);
    if (index % LINKS_AT_ONCE === LINKS_AT_ONCE - 1) await new Promise(setImmediate);
  }
  return inodes;
};

const socketInode = (link: string): number | undefined => {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1];
    return inode === undefined ? undefined : Number(inode);
  } catch (error) {
    if (saysEnded(error)) return undefined; // or closed meanwhile
    throw error;
  }
};
