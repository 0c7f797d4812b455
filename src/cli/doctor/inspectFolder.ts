import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { FolderFacts } from './DoctorFacts.js';

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EROFS: 'it is on a read-only file system',
};

/** Whether a folder can be written to, or made where it is not there yet, and how much room there is. */
export const inspectFolder = (path: string): FolderFacts => {
  const there = nearestThere(resolve(path));
  try {
    accessSync(there, constants.W_OK | constants.X_OK);
    return { path, problem: undefined, free: freeOf(there) };
  } catch (error) {
    const { code = 'unknown fault' } = error as NodeJS.ErrnoException;
    return { path, problem: PROBLEMS[code] ?? `it cannot be written to (${code})`, free: freeOf(there) };
  }
};

const nearestThere = (path: string): string => (existsSync(path) ? path : nearestThere(dirname(path)));

const freeOf = (path: string): number | undefined => {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return undefined; // EACCES, or a file system that does not tell
  }
};
