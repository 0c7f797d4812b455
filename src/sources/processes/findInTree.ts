import { childrenOf, identifyProcess, type ProcessIdentity } from './procfs.js';

const MAX_PROCESSES = 256;

/** The first process that fits, among a process and all that it started, nearest first. */
export const findInTree = (
  pid: number,
  fits: (process: ProcessIdentity) => boolean,
  root = '/proc',
): ProcessIdentity | undefined => {
  const queue = [pid];
  for (let index = 0; index < Math.min(queue.length, MAX_PROCESSES); index += 1) {
    const next = queue[index] as number;
    const process = identifyProcess(next, root);
    if (process !== undefined && fits(process)) return process;
    queue.push(...childrenOf(next, root));
  }
  return undefined;
};
