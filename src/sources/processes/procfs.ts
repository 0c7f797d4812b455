import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { ProcessResources } from '../../model/FrpSignal.js';

// The kernel counts CPU time for user space in USER_HZ, which is 100 on every platform that Node runs on (time(7)).
const TICKS_PER_SECOND = 100;

/** A sample of one process, and when it started, to tell it from a later one with its pid. */
export interface ProcessSample {
  readonly startTicks: number;
  readonly resources: ProcessResources;
}

/**
 * Reads /proc/PID/{stat,status,fd,limits} (Linux, proc(5)).
 *
 * @returns undefined when there is no such process, or only its zombie
 */
export const sampleProcess = async (pid: number, root = '/proc'): Promise<ProcessSample | undefined> => {
  const folder = `${root}/${pid}`;
  try {
    const [stat, status] = await Promise.all([
      readFile(`${folder}/stat`, 'utf8'),
      readFile(`${folder}/status`, 'utf8'),
    ]);
    // Another user's process hides its files; the rest is public.
    const [openFiles, maxOpenFiles] = await Promise.all([
      readdir(`${folder}/fd`).then(({ length }) => length, unknown),
      readFile(`${folder}/limits`, 'utf8').then(softFileLimit, unknown),
    ]);
    // The name in field 2 may hold spaces and parentheses: fields are counted from behind its last `)`.
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const memoryResident = kibibytes(status, 'VmRSS');
    // A process gives up its memory first when it ends, and is a zombie after.
    if (state === 'Z' || state === 'X' || memoryResident === undefined) return undefined;
    return {
      startTicks: Number(fields[18]),
      resources: {
        cpuUser: Number(fields[10]) / TICKS_PER_SECOND,
        cpuSystem: Number(fields[11]) / TICKS_PER_SECOND,
        cpuCount: availableParallelism(),
        memoryResident,
        memoryVirtual: kibibytes(status, 'VmSize') ?? 0,
        threads: Number(fields[16]),
        openFiles,
        maxOpenFiles,
        stopped: state === 'T' || state === 't',
      },
    };
  } catch {
    return undefined; // ENOENT or ESRCH: it ended, also between two of the reads
  }
};

const unknown = (): undefined => undefined;

const kibibytes = (status: string, field: string): number | undefined => {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
  return found === undefined ? undefined : Number(found) * 1024;
};

const softFileLimit = (limits: string): number | undefined => {
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
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
    const executable = readlinkSync(`${root}/${pid}/exe`).replace(/ \(deleted\)$/, '');
    const commandLine = readFileSync(`${root}/${pid}/cmdline`, 'utf8');
    const args = commandLine === '' ? undefined : commandLine.split('\0').slice(1, -1);
    return { pid, executable, args, workingFolder: readlinkSync(`${root}/${pid}/cwd`) };
  } catch {
    return undefined;
  }
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
