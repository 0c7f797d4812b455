import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RenderedFile } from '../../alerts/render/RenderedFile.js';

/**
 * Writes a file as a whole: who watches the folder never reads half of it.
 *
 * @returns where it is
 * @throws Error that names the file
 */
export const writeRendered = (folder: string, { path, text }: RenderedFile): string => {
  const file = join(folder, path);
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    makeFolder(dirname(file));
    writeFileSync(unfinished, text);
    renameSync(unfinished, file);
    return file;
  } catch (error) {
    if (existsSync(unfinished)) rmSync(unfinished);
    throw new Error(`${file}: it cannot be written (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
};

/** One by one: with `recursive`, Node 20 to 24 try for ever where the system says ENOENT of a folder whose parent is there, as in /proc. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // somebody else was first
  }
};
