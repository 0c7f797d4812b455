/**
 * How long what was removed on purpose is kept, in milliseconds: each reader tells an end once, and one that collects more
 * seldom than this may miss the last counts.
 */
export const TELL_END_MILLIS = 300_000;

/** What has been gone since before these times is forgotten. */
export interface GoneBefore {
  readonly lost: number;
  /** Of what was removed on purpose. */
  readonly ended: number;
}

export const goneBefore = (now: number, retentionMillis: number): GoneBefore => ({
  lost: now - retentionMillis,
  ended: now - Math.max(retentionMillis, TELL_END_MILLIS),
});

/** When it was lost or ended; undefined where it was not. */
export interface Gone {
  readonly lostAt: number | undefined;
  readonly endedAt: number | undefined;
}

export const wasGoneBefore = ({ lostAt, endedAt }: Gone, { lost, ended }: GoneBefore): boolean =>
  endedAt === undefined ? lostAt !== undefined && lostAt < lost : endedAt < ended;
