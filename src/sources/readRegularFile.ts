import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

const MAX_BYTES = 1024 * 1024;

/** Why a file is not read, in words that quote nothing of it. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/**
 * The text of a regular file of at most 1 MiB.
 *
 * @throws UnreadableFile, or the system's error
 */
export const readRegularFile = (path: string): string => {
  // O_NONBLOCK: opening a FIFO must not wait for its writer.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new UnreadableFile('expected a regular file');
    if (stat.size > MAX_BYTES) throw new UnreadableFile(`expected at most ${MAX_BYTES} bytes, found ${stat.size}`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
};

/** What an error of reading a file or folder means. */
export const describeUnreadable = (error: unknown): string => {
  if (error instanceof UnreadableFile) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
      return 'this user may not read it';
    default:
      return `cannot be read (${code ?? 'unknown fault'})`;
  }
};
