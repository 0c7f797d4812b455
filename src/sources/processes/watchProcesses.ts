import { readdirSync } from 'node:fs';
import type { ExecutableNames } from '../../frp/FrpRole.js';
import { repeat } from '../repeat.js';
import type { Source, SourceReport } from '../Source.js';
import type { FrpProcess } from './FrpProcess.js';
import { describeFrp, type FoundFrp, findFrp } from './findFrp.js';

/** With very many processes the interval stretches, so that looking at them takes no more than this share of one core. */
const MAX_CPU_SHARE = 0.01;
/** Each has its config, log and API read, and what it counts kept. */
const MAX_PROCESSES = 1_000;

export interface WatchOptions {
  readonly intervalMillis: number;
  /** Besides the names of releases: base names of executables that are frps or frpc. */
  readonly pattern?: ExecutableNames | undefined;
  /** Called once for each process, those that run already first. Must not throw. */
  readonly onFound: (frp: FrpProcess) => void;
  /** Told when it changes whether processes can be found. */
  readonly report?: (report: SourceReport) => void;
  /** Where the kernel tells of processes. */
  readonly root?: string;
  readonly platform?: NodeJS.Platform;
}

/** A process that was told of. */
interface Known {
  finish?: () => Promise<void>;
}

/**
 * Finds every frps and frpc that runs on this machine, also in containers, and those that start later.
 *
 * Nothing is kept of other processes from one look to the next: a shell that becomes frpc by `exec` has the pid and start time
 * that it had before, and so may any process that was something else.
 */
export const watchProcesses = ({
  intervalMillis,
  pattern,
  onFound,
  report = () => {},
  root = '/proc',
  platform = process.platform,
}: WatchOptions): Required<Source> => {
  if (platform !== 'linux') {
    report([
      'off',
      `processes are found in /proc, which ${platform} does not have: name a config file, a log or an API`,
    ]);
    return { stop: () => {}, refresh: async () => {} };
  }
  const known = new Map<string, Known>();
  let isFirstLook = true;
  /** Of the last look: they run, and were not told of. */
  let passedOver: ReadonlySet<string> = new Set();
  let stopped = false;
  let said: string | undefined;

  /** @returns what is wrong with it; undefined where nothing is */
  const look = async (running: ReadonlyMap<string, FoundFrp>): Promise<string | undefined> => {
    const gone = [...known].filter(([key]) => !running.has(key));
    for (const [key] of gone) known.delete(key);
    // Its last lines first: what was started in its place goes on where it ended.
    if (gone.length > 0) await Promise.all(gone.map(([, { finish }]) => finish?.()));
    let fault: string | undefined;
    for (const [key, found] of running) {
      if (stopped || known.has(key)) continue;
      if (known.size >= MAX_PROCESSES) {
        fault = `${running.size} processes are frps or frpc: of those no more than ${MAX_PROCESSES} are observed`;
        break;
      }
      let frp: FrpProcess | undefined;
      try {
        frp = describeFrp(found, root);
      } catch (error) {
        fault = `of process ${found.pid} it cannot be known where it runs (${codeOf(error)}): it is not observed`;
      }
      if (frp === undefined) continue;
      const entry: Known = {};
      known.set(key, entry);
      const onGone = (finish: () => Promise<void>): void => {
        entry.finish = finish;
      };
      onFound({ ...frp, seenFromStart: !isFirstLook && !passedOver.has(key), onGone });
    }
    isFirstLook = false;
    passedOver = new Set([...running.keys()].filter((key) => !known.has(key)));
    return fault;
  };
  const say = (found: SourceReport): void => {
    if (found.join() !== said) report(found);
    said = found.join();
  };

  const looks = repeat(async () => {
    const before = process.cpuUsage();
    let delay = intervalMillis;
    try {
      const running = findAll(pattern, root);
      const { user, system } = process.cpuUsage(before);
      delay = Math.max(intervalMillis, (user + system) / 1_000 / MAX_CPU_SHARE);
      const fault = await look(running);
      say(fault === undefined ? ['ok'] : ['degraded', fault, true]);
    } catch (error) {
      // Such as EMFILE. Nobody has ended by that: what is known stays so until the next look.
      say(['degraded', `/proc cannot be read (${codeOf(error)}): processes are not looked for`]);
    }
    return delay;
  });
  return {
    stop: () => {
      stopped = true;
      looks.stop();
    },
    refresh: looks.refresh,
  };
};

/** By what tells each from every other process; who started first comes first, since pids begin anew at their limit. */
const findAll = (names: ExecutableNames | undefined, root: string): ReadonlyMap<string, FoundFrp> => {
  const running: FoundFrp[] = [];
  for (const name of readdirSync(root)) {
    if (!PID.test(name)) continue;
    const found = findFrp(Number(name), names, root);
    if (found !== undefined) running.push(found);
  }
  running.sort((a, b) => a.startTicks - b.startTicks);
  return new Map(running.map((found) => [`${found.pid} ${found.startTicks}`, found]));
};

const PID = /^\d+$/;

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown fault';
