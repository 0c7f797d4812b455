import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** The kernel delivers at once what a process sends itself. */
const DELIVERY_MILLIS = 100;

/**
 * Ends this process by a signal, so that whoever started it sees the same end as of its child.
 *
 * @returns where that cannot be, as for the first process of a container, the exit code that a shell has for it
 */
export const endBy = async (signal: NodeJS.Signals): Promise<number> => {
  // Node starts its debugger instead of ending.
  if (signal !== 'SIGUSR1') {
    process.kill(process.pid, signal);
    await delay(DELIVERY_MILLIS);
  }
  return 128 + constants.signals[signal];
};
