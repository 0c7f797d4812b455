import type { Source } from './Source.js';

/**
 * Runs a task now and then a delay after each end, so that it never overlaps itself. The timer does not keep the program
 * alive.
 *
 * @param task must not reject; returns the milliseconds until the next run, or undefined to stop
 */
export const repeat = (task: () => Promise<number | undefined>): Required<Source> => {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;

  const run = async (): Promise<void> => {
    clearTimeout(timer);
    const delay = await task();
    running = undefined;
    if (delay === undefined) stopped = true;
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
