import type { Source } from '../Source.js';

/** So many may follow one another at once: what asks for the first one mostly asks for more in the next milliseconds. */
const BURST = 5;

/**
 * Runs a task soon after it is asked for, never while it runs, and on average not more often than once in a time. What is asked
 * meanwhile is one run after that. The timer does not keep the program alive.
 *
 * @param gapMillis the time, as it is when a run is over
 * @param task never rejects
 */
export const runSoon = (
  gapMillis: () => number,
  task: () => Promise<void> | undefined,
): Source & { readonly run: () => void } => {
  let starts: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;
  let isWanted = false;
  let stopped = false;

  const start = async (): Promise<void> => {
    timer = undefined;
    isWanted = false;
    isRunning = true;
    starts.push(performance.now());
    await task();
    isRunning = false;
    if (isWanted) schedule();
  };
  const schedule = (): void => {
    if (stopped) return;
    const now = performance.now();
    const period = BURST * gapMillis();
    starts = starts.filter((time) => time > now - period);
    const [first = now] = starts;
    timer = setTimeout(start, starts.length < BURST ? 0 : first + period - now).unref();
  };
  return {
    run: () => {
      isWanted = true;
      if (timer === undefined && !isRunning) schedule();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
