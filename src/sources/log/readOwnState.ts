import { closeSync, constants, openSync, readFileSync } from 'node:fs';

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/**
 * Reads a file of a state folder, which may be shared: no link of somebody else's leads it elsewhere, and no FIFO has it wait.
 *
 * @throws the system's error, ELOOP for a link
 */
export const readOwnState = (path: string): string => {
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
};
