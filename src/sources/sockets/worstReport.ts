import type { SourceReport } from '../Source.js';

/** Whether a source gives something, whole or in part. */
export const givesSome = ([state, , some]: SourceReport): boolean => state === 'ok' || some === true;

/** The worst state with the reasons of all that say one; a state that gives nothing stands alone. */
export const worstReport = (reports: readonly SourceReport[]): SourceReport => {
  const nothing = reports.find((report) => !givesSome(report));
  if (nothing !== undefined) return nothing;
  const reason = reports.flatMap(([, each]) => each ?? []).join('; ');
  if (reports.some(([state]) => state !== 'ok')) return ['degraded', reason, true];
  return reason === '' ? ['ok'] : ['ok', reason];
};
