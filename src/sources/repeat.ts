import type { Source } from './Source.js';

/** After a fault in the very first run. */
const FIRST_DELAY_MILLIS = 1_000;

/**
 * Runs a task now and then a delay after each end, so that it never overlaps itself. The timer does not keep the program
 * alive.
 *
 * @param task returns the milliseconds until the next run, or undefined to stop
 * @param onFault told why a run failed: the next one comes after the last delay. Not needed by a task that never rejects
 */
export const repeat = (
  task: () => Promise<number | undefined>,
  onFault: (error: unknown) => void = () => {},
): Required<Source> => {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let lastDelay = FIRST_DELAY_MILLIS;
  let stopped = false;

  const runTask = async (): Promise<number | undefined> => {
    try {
      return await task();
    } catch (error) {
      onFault(error);
      return lastDelay;
    }
  };
  const run = async (): Promise<void> => {
    clearTimeout(timer);
    const delay = await runTask();
    running = undefined;
    if (delay === undefined) stopped = true;
    else lastDelay = delay;
    if (!stopped) timer = setTimeout(start, delay).unref();
  };
  const start = (): Promise<void> => {
    running ??= run();
    return running;
  };

  void start();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
    refresh: async () => {
      await running; // what is under way may have looked too early
      if (!stopped) await start();
    },
  };
};
