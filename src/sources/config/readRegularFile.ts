import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Some 40,000 proxies. As TOML it is parsed in a third of a second, during which the program waits. */
const MAX_BYTES = 4 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/** Why a file is not read, in words that quote nothing of it. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/**
 * The text of a regular file of at most 4 MiB.
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
    return readText(file);
  } finally {
    closeSync(file);
  }
};

/** Not by its size alone: a file may grow, and those of /proc have none. */
const readText = (file: number): string => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = readSync(file, chunk);
    if (length === 0) return Buffer.concat(chunks, bytes).toString('utf8');
    bytes += length;
    if (bytes > MAX_BYTES) throw new UnreadableFile(`expected at most ${MAX_BYTES} bytes, found more`);
    chunks.push(chunk.subarray(0, length));
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
