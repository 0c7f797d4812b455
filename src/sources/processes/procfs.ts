import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

// The kernel counts in USER_HZ for user space, which is 100 on every platform that Node runs on (time(7)).
export const TICKS_PER_SECOND = 100;

/** Whether an error of reading below /proc/PID says that the process has ended: ESRCH where that was between open and read. */
export const saysEnded = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ESRCH';
};

/** Fields of /proc/PID/stat by their number in proc(5), from the third on. */
export const statFields = (stat: string): ((number: number) => string) => {
  // The name in field 2 may hold spaces and parentheses: fields are counted from behind its last `)`.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (number) => fields[number - 3] ?? '';
};

/**
 * When a process started, in ticks since boot; with the pid it tells it from every other one.
 *
 * @returns undefined when it has ended, or is a zombie
 * @throws what else keeps us from reading it, such as EMFILE
 */
export const startTicksOf = (pid: number, root = '/proc'): number | undefined => {
  try {
    const field = statFields(readFileSync(`${root}/${pid}/stat`, 'utf8'));
    return field(3) === 'Z' || field(3) === 'X' ? undefined : Number(field(22));
  } catch (error) {
    if (saysEnded(error)) return undefined;
    throw error;
  }
};

/** What a process runs. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly executable: string;
  /**
   * Arguments without the executable. Undefined for the moment in which the kernel has not set them up yet: execve closes the
   * pipe that Node's spawn waits for before that.
   */
  readonly args: readonly string[] | undefined;
  readonly workingFolder: string;
}

/**
 * Reads /proc/PID/{exe,cmdline,cwd}.
 *
 * @returns undefined where it ended or /proc is not there
 */
export const identifyProcess = (pid: number, root = '/proc'): ProcessIdentity | undefined => {
  try {
    const executable = executableOf(pid, root);
    const commandLine = commandLineOf(pid, root);
    return { pid, executable, args: commandLine?.slice(1), workingFolder: readlinkSync(`${root}/${pid}/cwd`) };
  } catch {
    return undefined;
  }
};

/** Its file, also of one that was replaced while it runs. */
export const executableOf = (pid: number, root = '/proc'): string =>
  readlinkSync(`${root}/${pid}/exe`).replace(/ \(deleted\)$/, '');

/** What it was started with, itself first; undefined for one that has none yet or any more. */
export const commandLineOf = (pid: number, root = '/proc'): readonly string[] | undefined => {
  const commandLine = readFileSync(`${root}/${pid}/cmdline`, 'utf8');
  return commandLine === '' ? undefined : commandLine.split('\0').slice(0, -1);
};

/** Processes started by a process, by any of its threads. */
export const childrenOf = (pid: number, root = '/proc'): readonly number[] => {
  try {
    return readdirSync(`${root}/${pid}/task`).flatMap((thread) =>
      readFileSync(`${root}/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
};
