const FIRST_MILLIS = 1_000;
const MOST_MILLIS = 300_000;

export interface FailedAttempt {
  /** In a row, from 1 on. */
  readonly failures: number;
  /** The header of the answer: seconds or a date. */
  readonly retryAfter: string | undefined;
  readonly now: number;
  /** From 0 to 1, by chance. */
  readonly chance: number;
}

/**
 * Milliseconds until the next attempt: twice as long after each failure, up to half of it less by chance, not before the receiver
 * wants it, and after five minutes at the most, whatever it wants.
 */
export const retryDelay = ({ failures, retryAfter, now, chance }: FailedAttempt): number => {
  const own = Math.min(FIRST_MILLIS * 2 ** (failures - 1), MOST_MILLIS) * (1 - chance / 2);
  return Math.min(Math.max(own, wantedDelay(retryAfter, now)), MOST_MILLIS);
};

const wantedDelay = (retryAfter: string | undefined, now: number): number => {
  if (retryAfter === undefined) return 0;
  const millis = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isNaN(millis) ? 0 : millis;
};
