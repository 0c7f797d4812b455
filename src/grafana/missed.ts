import { perInstance } from './promql.js';

/**
 * Those of which nothing comes any more, though something came within the last hour and did not say that they were stopped:
 * FrpReporterAbsent fires of the same.
 *
 * @param expected series of frp.process.expected
 */
export const missed = (expected: string): string =>
  `${perInstance(`last_over_time(${expected}[1h])`)} != 0 unless ${perInstance(expected)}`;
