import { availableParallelism } from 'node:os';
import { saysEnded } from './procfs.js';
import type { ReadResources } from './resourcesByProc.js';

/** It tells the start by whole seconds, and is not always asked at once. */
const START_SLACK_MILLIS = 3_000;
/** Longer than the longest interval: on Windows it asks twice for a process of which it remembers nothing. */
const REMEMBERED_MILLIS = 600_000;

/** What is needed of pidusage's answer. */
interface Usage {
  /** Bytes. */
  readonly memory: number;
  /** Milliseconds of CPU. */
  readonly ctime: number;
  /** Milliseconds since its start. */
  readonly elapsed: number;
  /** Of the answer: milliseconds since the Unix epoch. */
  readonly timestamp: number;
}

/** CPU and memory of a process where there is no /proc: by `ps` (macOS), WMI (Windows). */
export const resourcesByPidusage = (pid: number, ask: (pid: number) => Promise<Usage> = askPidusage): ReadResources => {
  let startedAt: number | undefined;
  return async () => {
    const usage = await askUnlessGone(ask, pid);
    if (usage === undefined) return undefined;
    const start = usage.timestamp - usage.elapsed;
    startedAt ??= start;
    if (Math.abs(start - startedAt) > START_SLACK_MILLIS) return undefined;
    return {
      cpuUser: usage.ctime / 1_000,
      cpuSystem: undefined,
      cpuCount: availableParallelism(),
      memoryResident: usage.memory,
      memoryVirtual: undefined,
      threads: undefined,
      openFiles: undefined,
      maxOpenFiles: undefined,
      stopped: false,
    };
  };
};

const askUnlessGone = async (ask: (pid: number) => Promise<Usage>, pid: number): Promise<Usage | undefined> => {
  try {
    return await ask(pid);
  } catch (error) {
    if (saysEnded(error)) return undefined;
    throw error;
  }
};

const askPidusage = async (pid: number): Promise<Usage> => {
  const { default: pidusage } = await import('pidusage');
  return pidusage(pid, { maxage: REMEMBERED_MILLIS });
};
