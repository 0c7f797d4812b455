import { readdirSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { ProcessResources } from '../../model/FrpSignal.js';
import { saysEnded, statFields, TICKS_PER_SECOND } from './procfs.js';

/** A sample of one process, and when it started, to tell it from a later one with its pid. */
export interface ProcessSample {
  readonly startTicks: number;
  readonly resources: ProcessResources;
}

/**
 * Reads /proc/PID/{stat,status,io,fd,limits} (Linux, proc(5)). Synchronously: the kernel has it all at hand, and to read a file
 * of /proc by a thread costs five times as much.
 *
 * @returns undefined when there is no such process, or only its zombie
 * @throws what keeps us from knowing, such as EMFILE
 */
export const sampleProcess = (pid: number, root = '/proc'): ProcessSample | undefined => {
  const folder = `${root}/${pid}`;
  try {
    const field = statFields(readFileSync(`${folder}/stat`, 'utf8'));
    const status = readFileSync(`${folder}/status`, 'utf8');
    const memoryResident = kibibytes(status, 'VmRSS');
    // A process gives up its memory first when it ends, and is a zombie after.
    if (field(3) === 'Z' || field(3) === 'X' || memoryResident === undefined) return undefined;
    return {
      startTicks: Number(field(22)),
      resources: {
        cpuUser: Number(field(14)) / TICKS_PER_SECOND,
        cpuSystem: Number(field(15)) / TICKS_PER_SECOND,
        cpuCount: availableParallelism(),
        memoryResident,
        memoryVirtual: kibibytes(status, 'VmSize'),
        threads: Number(field(20)),
        openFiles: whereTold(() => countOpenFiles(`${folder}/fd`)),
        maxOpenFiles: whereTold(() => softFileLimit(readFileSync(`${folder}/limits`, 'utf8'))),
        stopped: field(3) === 'T' || field(3) === 't',
        pagingFaults: { minor: Number(field(10)), major: Number(field(12)) },
        diskIo: whereTold(() => diskIo(readFileSync(`${folder}/io`, 'utf8'))),
      },
    };
  } catch (error) {
    if (saysEnded(error)) return undefined; // also between two of the reads
    throw error;
  }
};

/** Another user's process hides some of its files, and not every kernel has `io`. */
const whereTold = <Value>(read: () => Value): Value | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

/** Linux >= 6.2 tells their number as the folder's size, to everybody; before, it is 0, and they are listed. */
const countOpenFiles = (folder: string): number => statSync(folder).size || readdirSync(folder).length;

const kibibytes = (status: string, field: string): number | undefined => {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
  return found === undefined ? undefined : Number(found) * 1024;
};

const softFileLimit = (limits: string): number | undefined => numberIn(/^Max open files\s+(\d+)/m, limits);

const diskIo = (io: string): ProcessResources['diskIo'] => {
  const read = numberIn(/^read_bytes: (\d+)$/m, io);
  const write = numberIn(/^write_bytes: (\d+)$/m, io);
  return read === undefined || write === undefined ? undefined : { read, write };
};

const numberIn = (pattern: RegExp, text: string): number | undefined => {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
};
