import { readFileSync } from 'node:fs';
import type { Environment } from '../../frp/config/renderTemplate.js';

/**
 * The environment that a process was started with, which is what frp's templates see.
 *
 * @returns undefined where it may not be read: that of another user's process. Without /proc (macOS, Windows) it is this program's own,
 * which a child process has unless it was given another.
 */
export const readEnvironment = (pid: number, root = '/proc'): Environment | undefined => {
  if (process.platform !== 'linux') return process.env;
  try {
    const variables = readFileSync(`${root}/${pid}/environ`, 'utf8');
    // A process that ends has none any more.
    return variables === '' ? undefined : parseEnvironment(variables);
  } catch {
    return undefined; // EACCES, or it has ended
  }
};

const parseEnvironment = (variables: string): Environment =>
  Object.fromEntries(
    variables.split('\0').flatMap((variable) => {
      const end = variable.indexOf('=');
      return end < 0 ? [] : [[variable.slice(0, end), variable.slice(end + 1)]];
    }),
  );
