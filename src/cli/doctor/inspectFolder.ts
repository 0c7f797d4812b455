import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { FolderFacts } from './DoctorFacts.js';

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EROFS: 'it is on a read-only file system',
};

/** Whether a folder can be written to, or made where it is not there yet, and how much room there is. */
export const inspectFolder = (path: string): FolderFacts => {
  const there = nearestThere(resolve(path));
  if (!statSync(there).isDirectory()) return { path, problem: `${there} is no folder`, free: freeOf(there) };
  if (isOfKernel(there)) return { path, problem: `${there} is the kernel's, which keeps nothing`, free: undefined };
  try {
    accessSync(there, constants.W_OK | constants.X_OK);
    return { path, problem: undefined, free: freeOf(there) };
  } catch (error) {
    const { code = 'unknown fault' } = error as NodeJS.ErrnoException;
    return { path, problem: PROBLEMS[code] ?? `it cannot be written to (${code})`, free: freeOf(there) };
  }
};

const nearestThere = (path: string): string => (existsSync(path) ? path : nearestThere(dirname(path)));

/** PROC_SUPER_MAGIC and SYSFS_MAGIC (linux/magic.h): root may write there, and can make nothing. */
const KERNEL_FILE_SYSTEMS: ReadonlySet<number> = new Set([0x9fa0, 0x62656572]);

const isOfKernel = (path: string): boolean => {
  try {
    return KERNEL_FILE_SYSTEMS.has(statfsSync(path).type);
  } catch {
    return false; // what cannot be asked can be told no more of
  }
};

const freeOf = (path: string): number | undefined => {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return undefined; // EACCES, or a file system that does not tell
  }
};
