/**
 * A task that never overlaps itself: what is asked while it runs is one more run after it, however often it is asked. After a run
 * that went wrong there is none but for who asks later: who asked meanwhile did so before it was known, and nothing has changed.
 *
 * @param task never rejects; resolves with `false` where it went wrong
 * @returns asks for a run; resolves when nothing that was asked is left to do
 */
export const oneAtATime = (task: () => Promise<unknown>): (() => Promise<void>) => {
  let running: Promise<void> | undefined;
  let isAskedAgain = false;
  const run = async (): Promise<void> => {
    let isWell = true;
    do {
      isAskedAgain = false;
      isWell = (await task()) !== false;
    } while (isAskedAgain && isWell);
    running = undefined;
  };
  return () => {
    if (running === undefined) running = run();
    else isAskedAgain = true;
    return running;
  };
};
