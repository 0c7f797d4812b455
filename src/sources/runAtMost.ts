import type { Source } from './Source.js';

/**
 * Runs a task at once, but not more often than so many times within a period: what is asked beyond that is one run when the
 * period is over. The timer does not keep the program alive.
 *
 * @param task must not throw
 */
export const runAtMost = (
  times: number,
  periodMillis: number,
  task: () => void,
): Source & { readonly run: () => void } => {
  let runs: number[] = [];
  let timer: NodeJS.Timeout | undefined;

  const run = (): void => {
    clearTimeout(timer);
    timer = undefined;
    runs.push(performance.now());
    task();
  };
  return {
    run: () => {
      const now = performance.now();
      runs = runs.filter((time) => time > now - periodMillis);
      const [first = now] = runs;
      if (runs.length < times) run();
      else timer ??= setTimeout(run, first + periodMillis - now).unref();
    },
    stop: () => clearTimeout(timer),
  };
};
