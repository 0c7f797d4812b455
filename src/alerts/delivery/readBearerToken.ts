import { readFile } from 'node:fs/promises';
import { DeliveryFault } from './DeliveryFault.js';

/** What a header may hold, without the spaces that a token has none of. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * The token that a file holds, without the white space around it.
 *
 * @throws DeliveryFault which names the file, and nothing of what it holds
 */
export const readBearerToken = async (file: string): Promise<string> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new DeliveryFault(`its bearer token cannot be read (${error.code}): ${file}`);
  });
  const token = text.trim();
  if (!TOKEN.test(token)) {
    const found = token === '' ? 'an empty file' : 'white space or other characters inside it';
    throw new DeliveryFault(`its bearer token must be one line of printable ASCII, received ${found}: ${file}`);
  }
  return token;
};
