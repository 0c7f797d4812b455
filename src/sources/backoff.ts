/**
 * How long to wait before the next attempt: twice as long after each failure, and up to half of it less by chance, so that many
 * do not come at once.
 *
 * @param failures in a row, from 1 on
 * @param firstMillis after the first one
 * @param lastMillis at the most
 */
export const backoff = (failures: number, firstMillis: number, lastMillis: number): number =>
  Math.min(firstMillis * 2 ** (failures - 1), lastMillis) * (0.5 + Math.random() / 2);
