import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

const { O_APPEND, O_CREAT, O_RDONLY, O_WRONLY, O_NONBLOCK = 0 } = constants;

/** What is in the file, or the last lines of it. */
export interface HistoryText {
  readonly text: string;
  /** Bytes, of the whole file. */
  readonly size: number;
}

/**
 * Reads the end of the file.
 *
 * @param most bytes
 * @throws the system's error; for what is no file, one that says so
 */
export const readHistoryFile = (path: string, most: number): Promise<HistoryText> =>
  withFile(path, O_RDONLY, async (file, { size }) => {
    const length = Math.min(size, most);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const text = buffer.toString('utf8', 0, bytesRead);
    return { text: size > most ? text.slice(text.indexOf('\n') + 1) : text, size };
  });

/** @throws as readHistoryFile */
export const appendToHistoryFile = (path: string, text: string): Promise<void> =>
  withFile(path, O_WRONLY | O_APPEND | O_CREAT, (file) => file.appendFile(text));

/**
 * The content is on the disk before the name is: a crash leaves the file as it was or as it is to be. What a link leads to is
 * replaced, not the link, and who may read it stays.
 *
 * @throws as readHistoryFile
 */
export const replaceHistoryFile = async (path: string, text: string): Promise<void> => {
  const replaced = await realpath(path);
  const mode = await withFile(replaced, O_RDONLY, async (_, stat) => stat.mode & 0o777);
  const written = `${replaced}.new`;
  await rm(written, { force: true }); // what a crash left
  try {
    await withOpen(written, 'wx', async (file) => {
      await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    });
    await rename(written, replaced);
  } catch (error) {
    await rm(written, { force: true }).catch(() => {}); // what is half written is in the way
    throw error;
  }
  await withOpen(dirname(replaced), 'r', (folder) => folder.sync());
};

/** A FIFO must neither have it wait nor be written to. */
const withFile = async <Result>(
  path: string,
  flags: number,
  use: (file: FileHandle, stat: Stats) => Promise<Result>,
): Promise<Result> => {
  try {
    return await withOpen(path, flags | O_NONBLOCK, async (file) => {
      const stat = await file.stat();
      if (!stat.isFile()) throw noFile();
      return use(file, stat);
    });
  } catch (error) {
    // What the system says of a FIFO that nobody reads.
    throw (error as NodeJS.ErrnoException).code === 'ENXIO' ? noFile() : error;
  }
};

const noFile = (): Error => Object.assign(new Error('not a file'), { code: 'not a regular file' });

const withOpen = async <Result>(
  path: string,
  flags: string | number,
  use: (file: FileHandle) => Promise<Result>,
): Promise<Result> => {
  const file = await open(path, flags, 0o600);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
};
