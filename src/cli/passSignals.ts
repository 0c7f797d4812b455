import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

const PASSED = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
/** Those that a terminal sends for a key. */
const OF_KEYS: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

/**
 * Passes signals on to a child, and is not ended by them itself.
 *
 * @param child undefined as long as there is none
 * @returns ends it: then they have their usual effect
 */
export const passSignals = (child: () => ChildProcess | undefined): (() => void) => {
  const pass = (signal: NodeJS.Signals): void => {
    const to = child();
    if (to?.pid !== undefined && !(OF_KEYS.has(signal) && hasTerminal(to.pid))) to.kill(signal);
  };
  for (const signal of PASSED) process.on(signal, pass);
  return () => {
    for (const signal of PASSED) process.off(signal, pass);
  };
};

/** Whether it is in the foreground of a terminal: then a key's signal reaches it as it does us (proc(5), fields 5 and 8). */
const hasTerminal = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, , group, , , foregroundGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foregroundGroup;
  } catch {
    return process.stdin.isTTY === true; // no /proc
  }
};
