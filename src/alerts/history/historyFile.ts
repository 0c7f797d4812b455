import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

const { O_RDONLY, O_NONBLOCK = 0 } = constants;

/** What is in the file, or the last of it. */
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
  // A FIFO must not have it wait.
  withOpen(path, O_RDONLY | O_NONBLOCK, async (file) => {
    const stat = await file.stat();
    if (!stat.isFile()) throw Object.assign(new Error('not a file'), { code: 'not a regular file' });
    const length = Math.min(stat.size, most);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, stat.size - length);
    return { text: buffer.toString('utf8', 0, bytesRead), size: stat.size };
  });

/** @throws the system's error */
export const appendToHistoryFile = (path: string, text: string): Promise<void> =>
  withOpen(path, 'a', (file) => file.appendFile(text));

/**
 * The content is on the disk before the name is: a crash leaves the file as it was or as it is to be.
 *
 * @throws the system's error
 */
export const replaceHistoryFile = async (path: string, text: string): Promise<void> => {
  const written = `${path}.new`;
  await rm(written, { force: true }); // what a crash left
  try {
    await withOpen(written, 'wx', async (file) => {
      await file.writeFile(text);
      await file.sync();
    });
    await rename(written, path);
  } catch (error) {
    await rm(written, { force: true }).catch(() => {}); // what is half written is in the way
    throw error;
  }
  await withOpen(dirname(path), 'r', (folder) => folder.sync());
};

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
