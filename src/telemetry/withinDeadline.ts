import { log } from './log.js';

/**
 * Waits for work, and no longer than a deadline. What fails or is late is said, and is no error.
 *
 * @param what the work, in the message's words
 */
export const withinDeadline = async (what: string, millis: number, work: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${millis} ms`)), millis);
  });
  try {
    await Promise.race([work, deadline]);
  } catch (error) {
    log.warn(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    clearTimeout(timer);
  }
};
