import { readFileSync } from 'node:fs';

/** As whom a process reads files. */
export interface ProcessUser {
  readonly uid: number;
  /** Its own one and the further ones. */
  readonly groups: readonly number[];
}

/**
 * Reads /proc/PID/status, which everybody may.
 *
 * @throws the system's error: ENOENT or ESRCH where it has ended
 */
export const processUser = (pid: number, root = '/proc'): ProcessUser => {
  const status = readFileSync(`${root}/${pid}/status`, 'utf8');
  const [uid, gid] = [idsIn(status, 'Uid')[FILE_SYSTEM], idsIn(status, 'Gid')[FILE_SYSTEM]];
  if (uid === undefined || gid === undefined) throw new Error(`${root}/${pid}/status: expected Uid and Gid`);
  return { uid, groups: [gid, ...idsIn(status, 'Groups')] };
};

/** `Uid:	1000	1000	1000	1000`: real, effective, saved, and the one that counts for files (proc(5)). */
const FILE_SYSTEM = 3;

const idsIn = (status: string, field: string): readonly number[] =>
  (new RegExp(`^${field}:(.*)$`, 'm').exec(status)?.[1] ?? '').split(/\s+/).filter(Boolean).map(Number);
