import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTicksOf } from '../processes/procfs.js';
import { readOwnState } from './readOwnState.js';

/** Which process holds a lock; its start tells it from a later one with its pid. */
interface Holder {
  readonly pid: number;
  readonly startTicks: string | undefined;
}

/**
 * Takes a folder for this process, also from one that has ended without giving it back.
 *
 * @returns what gives it back; the pid of the process that has it, where that runs
 * @throws the system's error
 */
export const lockFolder = (folder: string): (() => void) | { readonly heldBy: number } => {
  const lock = join(folder, 'lock');
  const own = `${lock}.${process.pid}`;
  const holder: Holder = { pid: process.pid, startTicks: startTicks(process.pid) };
  rmSync(own, { force: true }); // of one that was killed, and had this pid
  writeFileSync(own, JSON.stringify(holder), { mode: 0o600, flag: 'wx' });
  try {
    // A link appears at once and with its content, or not at all.
    for (let tries = 0; !tryLink(own, lock); tries += 1) {
      const held = readHolder(lock);
      if (held !== undefined && (runs(held) || tries > 0)) return { heldBy: held.pid };
      setAside(lock, `${own}.stale`);
    }
  } finally {
    rmSync(own, { force: true });
  }
  return () => {
    if (readHolder(lock)?.pid === process.pid) rmSync(lock, { force: true });
  };
};

const tryLink = (from: string, to: string): boolean => {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

/** A rename, since of two who find it stale only one succeeds. */
const setAside = (lock: string, aside: string): void => {
  try {
    renameSync(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  rmSync(aside, { force: true });
};

const readHolder = (lock: string): Holder | undefined => {
  try {
    const held: unknown = JSON.parse(readOwnState(lock));
    return typeof (held as Holder | null)?.pid === 'number' ? (held as Holder) : undefined;
  } catch {
    return undefined; // given back meanwhile, or cut off by a crash
  }
};

const runs = ({ pid, startTicks: started }: Holder): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startTicks(pid);
  return now === undefined || started === undefined || now === started;
};

/** Undefined where there is no /proc. */
const startTicks = (pid: number): string | undefined => {
  try {
    return startTicksOf(pid)?.toString();
  } catch {
    return undefined;
  }
};
