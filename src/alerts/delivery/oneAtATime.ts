/**
 * A task that never overlaps itself: what is asked while it runs is one more run after it, however often it is asked.
 *
 * @param task never rejects
 * @returns asks for a run; resolves when nothing that was asked is left to do
 */
export const oneAtATime = (task: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined;
  let isAskedAgain = false;
  const run = async (): Promise<void> => {
    do {
      isAskedAgain = false;
      await task();
    } while (isAskedAgain);
    running = undefined;
  };
  return () => {
    if (running === undefined) running = run();
    else isAskedAgain = true;
    return running;
  };
};
