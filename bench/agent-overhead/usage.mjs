import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf } from '../log-parsing/procfs.mjs';

/** Clock ticks per second, in which the kernel counts CPU time. */
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * What a living process has used: itself, the children it has waited for, and those that it has now. A child that ends moves from the
 * last to the second, so nothing is lost between two readings.
 *
 * @param {number} pid
 * @returns {number} seconds of CPU, user and system
 */
export function cpuSecondsWithChildrenOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold anything; utime, stime, cutime and cstime are the 12th to 15th field after it (proc_pid_stat(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const own = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / TICKS;
  return childrenOf(pid).reduce((sum, child) => sum + unlessEnded(() => cpuSecondsWithChildrenOf(child)), own);
}

/**
 * @param {number} pid
 * @returns {{ rss: number, peakRss: number, childrenRss: number }} bytes
 */
export function memoryWithChildrenOf(pid) {
  const childrenRss = childrenOf(pid).reduce((sum, child) => sum + unlessEnded(() => memoryOf(child).rss), 0);
  return { ...memoryOf(pid), childrenRss };
}

/** @param {number} pid */
function childrenOf(pid) {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    (readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').match(/\d+/g) ?? []).map(Number),
  );
}

/**
 * @param {() => number} read
 * @returns {number} 0 for a child that has ended since it was listed
 */
function unlessEnded(read) {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) return 0;
    throw error;
  }
}

/**
 * @template {Record<string, number>} Seconds
 * @param {number} seconds
 * @param {() => Seconds} read CPU seconds used so far
 * @returns {Promise<Seconds>} shares of one core over the time that follows
 */
export async function sharesOver(seconds, read) {
  const began = performance.now();
  const before = read();
  await sleep(seconds * 1000);
  const after = read();
  const took = (performance.now() - began) / 1000;
  const shares = Object.entries(before).map(([name, used]) => [name, ((after[name] ?? Number.NaN) - used) / took]);
  return Object.fromEntries(shares);
}
