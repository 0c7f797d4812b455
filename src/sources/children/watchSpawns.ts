import type { ChildProcess } from 'node:child_process';
import diagnosticsChannel from 'node:diagnostics_channel';
import { type ExecutableNames, frpRoleOf } from '../../frp/FrpRole.js';
import type { SpawnCall } from '../../model/FrpSignal.js';
import type { Source } from '../Source.js';

// `sh -c "frpc -c frpc.toml"`, `nohup frps …`, `start_frpc.sh`: what runs frp somewhere below.
const MENTIONS_FRP = /(?<![a-z])frp[sc](?![a-z])/i;

/**
 * Characters of each argument that are looked at: a script of 100 kB in `sh -c` would take 0.1 ms of the spawn. One that names frp
 * only after that is not seen.
 */
const MAX_LOOKED_AT = 8_192;
/** Of as many characters only the first words are compared with a user's names. */
const MAX_WORDS = 1_000;

/** A child process that is frps or frpc, or may have started one. */
export interface FrpSpawn {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What frp's executables are called besides the names of releases. */
  readonly names?: ExecutableNames | undefined;
  /** When it was spawned, and in which context of the program; undefined where that is not known. */
  readonly call?: Omit<SpawnCall, 'executable'> | undefined;
  /** False where it ran before we came. @default true */
  readonly seenFromStart?: boolean;
}

/**
 * Tells of each child process whose command line names frps or frpc, however the program spawns it: Node publishes every
 * ChildProcess on the channel `child_process` (spawn, exec, execFile, fork; ESM and CommonJS; Node >= 18.19).
 *
 * @param onSpawn called before the child's first byte is read; must not throw
 * @param names of executables that are frps or frpc, besides those of releases
 * @param activeContext what the program is at, asked on its stack at each spawn; must not throw
 */
export const watchSpawns = (
  onSpawn: (spawn: FrpSpawn) => void,
  names?: ExecutableNames,
  activeContext: () => unknown = () => undefined,
): Source => {
  const onMessage = (message: unknown): void => {
    const { process: child } = message as { process: ChildProcess };
    const startTime = Date.now();
    const context = activeContext();
    // Published from the constructor: file, arguments and pid are set by the end of this turn. When the call itself
    // returns is told by nobody; what the program does after it without awaiting is taken for a part of it.
    queueMicrotask(() => {
      const { pid } = child;
      if (pid === undefined || !namesFrp(child, names)) return;
      const endTime = Math.max(startTime, Date.now()); // the clock may have been set back
      onSpawn({ child, pid, names, call: { startTime, endTime, context } });
    });
  };
  diagnosticsChannel.subscribe('child_process', onMessage);
  return { stop: () => diagnosticsChannel.unsubscribe('child_process', onMessage) };
};

const namesFrp = ({ spawnfile, spawnargs }: ChildProcess, names: ExecutableNames | undefined): boolean =>
  frpRoleOf(spawnfile, names) !== undefined ||
  spawnargs.some((arg) => {
    const beginning = arg.slice(0, MAX_LOOKED_AT);
    return MENTIONS_FRP.test(beginning) || (names !== undefined && hasWordOf(names, beginning));
  });

/** Also in the command of a shell, `sh -c "cd /srv && ./tunnel -c web.toml"`. */
const hasWordOf = (names: ExecutableNames, text: string): boolean =>
  text.split(/[\s'"=;&|()]+/, MAX_WORDS).some((word) => frpRoleOf(word, names) !== undefined);
