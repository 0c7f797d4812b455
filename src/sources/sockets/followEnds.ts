import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnPiped } from '../spawnPiped.js';
import { parseSsLine, type SsLine } from './parseSsLine.js';
import { MAX_LINE } from './runSs.js';
import { type NetworkPlace, ssEnvironment, ssEventsCommand, ssFault } from './ssCommand.js';

/**
 * `ss -E` ends only when it is killed or has something to write and nobody to read it, which may be never. So a shell waits
 * beside it for the end of its own stdin, which comes also when we are killed. It says the pid first and gives up stdout, so
 * that the end of that is the end of `ss`.
 */
const WITH_US = '"$@" & echo $!; exec >&- 2>&-; read -r _; kill -9 $!';

/** How long the kernel may take to say that it listens, where /proc does not show it. */
const READY_MILLIS = 1_000;
const READY_POLL_MILLIS = 10;

export interface EndsOptions {
  readonly place: NetworkPlace;
  readonly filter: string;
  /** A socket is destroyed, about 2 ms ago; its last counts. */
  readonly onLine: (line: SsLine) => void;
  /** It is over, not because it was stopped: why. It is when more ended than could be read, too. */
  readonly onEnd: (reason: string) => void;
}

/** A running stream of the ends of sockets. */
export interface EndStream {
  readonly filter: string;
  /** Whether it tells all from now on; false when it ended first. */
  readonly ready: Promise<boolean>;
  /** What was already told still comes. */
  readonly stop: () => void;
}

/** Hears from the kernel which sockets are destroyed. Does not keep the program alive, and ends with it however it ends. */
export const followEnds = ({ place, filter, onLine, onEnd }: EndsOptions): EndStream => {
  let over = false;
  let gotPid: (pid: number) => void;
  const pid = new Promise<number>((resolve) => {
    gotPid = resolve;
  });
  let isFirst = true;
  const shell = spawnPiped(['sh', '-c', WITH_US, 'sh', ...ssEventsCommand(place, filter)], {
    env: ssEnvironment(),
    stdin: 'pipe',
    detached: true, // Ctrl-C is for the program; of the shell's children only the shell would end
    maxLineLength: MAX_LINE,
    onLine: (text) => {
      if (isFirst) gotPid(Number(text));
      isFirst = false;
      const line = parseSsLine(text);
      if (line !== undefined) onLine(line);
    },
    onEnd: ({ said }) => {
      if (over) return;
      over = true;
      onEnd(faultText(said || 'it ended by itself'));
    },
  });

  const ready = async (): Promise<boolean> => {
    const deadline = performance.now() + READY_MILLIS;
    const ssPid = await Promise.race([pid, delay(READY_MILLIS, undefined, { ref: false })]);
    while (!over && ssPid !== undefined && performance.now() < deadline && !(await isListening(ssPid))) {
      await delay(READY_POLL_MILLIS, undefined, { ref: false });
    }
    return !over;
  };
  return {
    filter,
    ready: ready(),
    stop: () => {
      over = true;
      shell?.stdin?.destroy();
    },
  };
};

const faultText = (said: string): string => ssFault(said)[1] ?? said;

/** NETLINK_SOCK_DIAG */
const SOCK_DIAG = '4';

/** Whether a process has asked the kernel for the ends of sockets: /proc/net/netlink lists it by pid, with the groups it joined. */
const isListening = async (pid: number): Promise<boolean> => {
  const table = await readFile(`/proc/${pid}/net/netlink`, 'latin1').catch(() => '');
  return table.split('\n').some((row) => {
    const [, protocol, portId, groups] = row.trim().split(/\s+/);
    return protocol === SOCK_DIAG && Number(portId) === pid && Number.parseInt(groups ?? '', 16) !== 0;
  });
};
