import { resolve } from 'node:path';

/** @returns undefined for a relative path in a working folder that was removed */
export const absolutePath = (path: string): string | undefined => {
  try {
    return resolve(path);
  } catch {
    return undefined; // ENOENT: relative to what is not there
  }
};
