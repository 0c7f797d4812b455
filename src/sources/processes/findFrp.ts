import { readFileSync, readlinkSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { runsService } from '../../frp/config/parseCommandLine.js';
import { type ExecutableNames, frpRoleOf } from '../../frp/FrpRole.js';
import type { FrpProcess } from './FrpProcess.js';
import { type ProcessUser, processUser } from './processUser.js';
import { commandLineOf, executableOf, saysEnded, startTicksOf, TICKS_PER_SECOND } from './procfs.js';
import { chrootOf, surroundingsOf } from './surroundingsOf.js';

/** What it takes to know that a process runs frp, and to tell it from others. */
export type FoundFrp = Pick<FrpProcess, 'pid' | 'role' | 'executable' | 'args' | 'isHidden'> & {
  readonly startTicks: number;
  /** As whom it was given these arguments. */
  readonly user: ProcessUser;
};

/**
 * Tells whether a process runs frps or frpc, by its executable and arguments. Commands that end at once, such as
 * `frpc verify`, are passed over.
 *
 * @throws what keeps us from knowing, such as EMFILE
 */
export const findFrp = (pid: number, names?: ExecutableNames, root = '/proc'): FoundFrp | undefined => {
  try {
    if (frpRoleOf(whatRuns(pid, root).executable, names) === undefined) return undefined;
    // As frpc, it may run another program meanwhile, as another user (execve(2), set-user-ID): whose arguments these are is told by
    // the user only where he is the same before and after.
    const user = processUser(pid, root);
    const { executable, isHidden } = whatRuns(pid, root);
    const role = frpRoleOf(executable, names);
    const args = commandLineOf(pid, root)?.slice(1);
    const startTicks = startTicksOf(pid, root);
    if (role === undefined || args === undefined || startTicks === undefined || !runsService(args)) return undefined;
    if (!isDeepStrictEqual(processUser(pid, root), user)) return undefined;
    return { pid, role, executable, args, isHidden, startTicks, user };
  } catch (error) {
    if (saysEnded(error)) return undefined;
    throw error;
  }
};

/** Another user's process shows what it calls itself, and no more. access(2) cannot tell: it knows of no capabilities. */
const whatRuns = (pid: number, root: string): { executable: string; isHidden: boolean } => {
  try {
    return { executable: executableOf(pid, root), isHidden: false };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'ENOENT') throw error; // a kernel thread has none
    return { executable: commandLineOf(pid, root)?.[0] ?? '', isHidden: true };
  }
};

/**
 * Reads what else is to be known of it.
 *
 * @returns undefined where it has ended meanwhile, or runs something else
 */
export const describeFrp = (found: FoundFrp, root = '/proc'): FrpProcess | undefined => {
  const { pid, isHidden, startTicks, executable } = found;
  try {
    const workingFolder = isHidden ? '/' : folderOf(pid, root);
    const surroundings = surroundingsOf(pid, root);
    if (whatRuns(pid, root).executable !== executable) return undefined;
    return { ...found, workingFolder, ...surroundings, startedAt: startOf(startTicks, root) };
  } catch (error) {
    if (saysEnded(error)) return undefined;
    throw error;
  }
};

const folderOf = (pid: number, root: string): string => {
  const folder = readlinkSync(`${root}/${pid}/cwd`);
  const chroot = chrootOf(pid, root);
  return folder.startsWith(`${chroot}/`) ? folder.slice(chroot.length) : '/';
};

/** By the time since boot, which a clock that is set does not change. lxcfs shows a container an uptime of its own: then it is now. */
const startOf = (startTicks: number, root: string): number => {
  const uptime = Number.parseFloat(readFileSync(`${root}/uptime`, 'utf8'));
  const age = Math.max(0, uptime - startTicks / TICKS_PER_SECOND);
  return Math.round(Date.now() - age * 1_000);
};
