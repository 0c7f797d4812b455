import { readdirSync, readFileSync } from 'node:fs';
import { saysEnded } from './procfs.js';

/** frps and frpc have about ten. Of more it is not told: each is a file to be read. */
const MAX_THREADS = 256;

interface Switches {
  readonly voluntary: number;
  readonly involuntary: number;
}

/**
 * Counts the context switches of all threads of a process. The kernel counts them by thread, and in /proc/PID/status it tells
 * those of the first one, which in a Go program mostly sleeps. What a thread did between the last look and its end is not counted.
 */
export class ContextSwitches {
  readonly #folder: string;
  #threads: ReadonlyMap<string, Switches> = new Map();
  #total: Switches = { voluntary: 0, involuntary: 0 };

  /** @param root where the kernel tells of processes */
  constructor(pid: number, root = '/proc') {
    this.#folder = `${root}/${pid}/task`;
  }

  /** Since the process started; undefined where it has very many threads, or none any more. */
  count(): Switches | undefined {
    const names = listThreads(this.#folder);
    if (names.length === 0 || names.length > MAX_THREADS) return undefined;
    const threads = new Map<string, Switches>();
    let { voluntary, involuntary } = this.#total;
    for (const name of names) {
      const now = readSwitches(`${this.#folder}/${name}/status`);
      if (now === undefined) continue;
      threads.set(name, now);
      const last = this.#threads.get(name);
      // A thread with the id of one that has ended begins at 0 again.
      const isSame = last !== undefined && last.voluntary <= now.voluntary && last.involuntary <= now.involuntary;
      voluntary += now.voluntary - (isSame ? last.voluntary : 0);
      involuntary += now.involuntary - (isSame ? last.involuntary : 0);
    }
    this.#threads = threads;
    this.#total = { voluntary, involuntary };
    return this.#total;
  }
}

const listThreads = (folder: string): readonly string[] => unlessEnded(() => readdirSync(folder)) ?? [];

const unlessEnded = <Value>(read: () => Value): Value | undefined => {
  try {
    return read();
  } catch (error) {
    if (saysEnded(error)) return undefined;
    throw error;
  }
};

const readSwitches = (path: string): Switches | undefined => {
  const [, voluntary, involuntary] = SWITCHES.exec(unlessEnded(() => readFileSync(path, 'utf8')) ?? '') ?? [];
  return voluntary === undefined ? undefined : { voluntary: Number(voluntary), involuntary: Number(involuntary) };
};

const SWITCHES = /^voluntary_ctxt_switches:\s+(\d+)\nnonvoluntary_ctxt_switches:\s+(\d+)$/m;
