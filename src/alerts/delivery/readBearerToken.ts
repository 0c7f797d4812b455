import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { DeliveryFault } from './DeliveryFault.js';

/** What a header may hold, without the spaces that a token has none of. */
const TOKEN = /^[\x21-\x7e]+$/;
/** As long as all headers of a request together may be. */
const MAX_BYTES = 16 * 1024;

/**
 * The token that a file holds, without the white space around it.
 *
 * @throws DeliveryFault which names the file, and nothing of what it holds
 */
export const readBearerToken = async (file: string): Promise<string> => {
  const token = (await textOf(file)).trim();
  if (!TOKEN.test(token)) {
    const found = token === '' ? 'an empty file' : 'white space or other characters inside it';
    throw new DeliveryFault(`its bearer token must be one line of printable ASCII, received ${found}: ${file}`);
  }
  return token;
};

const textOf = async (file: string): Promise<string> => {
  let handle: FileHandle | undefined;
  try {
    // A pipe would not be opened before somebody writes to it.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await handle.stat()).isFile()) throw new DeliveryFault(`its bearer token must be in a regular file: ${file}`);
    return await readAll(handle, file);
  } catch (error) {
    if (error instanceof DeliveryFault) throw error;
    throw new DeliveryFault(`its bearer token cannot be read (${(error as NodeJS.ErrnoException).code}): ${file}`);
  } finally {
    await handle?.close();
  }
};

const readAll = async (handle: FileHandle, file: string): Promise<string> => {
  const buffer = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length < buffer.length; length += read) {
    read = (await handle.read(buffer, length, buffer.length - length)).bytesRead;
  }
  if (length > MAX_BYTES) throw new DeliveryFault(`its bearer token must be of at most 16 KiB, received more: ${file}`);
  return buffer.toString('utf8', 0, length);
};
