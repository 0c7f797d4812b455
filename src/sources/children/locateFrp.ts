import { runsService } from '../../frp/config/parseCommandLine.js';
import { type ExecutableNames, frpRoleOf } from '../../frp/FrpRole.js';
import type { FrpProcess } from '../processes/FrpProcess.js';
import { findInTree } from '../processes/findInTree.js';
import { identifyProcess, type ProcessIdentity } from '../processes/procfs.js';
import { surroundingsOf } from '../processes/surroundingsOf.js';
import type { FrpSpawn } from './watchSpawns.js';

const SEARCH_MILLIS = 10_000;
/** A command named frps or frpc that is neither may be a script: then it starts the real one soon, or is all there is. */
const SCRIPT_SEARCH_MILLIS = 1_000;
const FIRST_DELAY_MILLIS = 5;
const MAX_DELAY_MILLIS = 250;

/** A search under way. */
export interface FrpSearch {
  /** Neither `found` nor `notFound` is called any more. */
  readonly stop: () => void;
  /** The command has ended: looks once more, and decides by what there is. */
  readonly settle: () => void;
}

/**
 * Finds the frp process of a spawned command: the command itself, at once, or what a shell or a wrapper starts below itself
 * within 10 s (1 s where the command is named like frp). Commands that end at once, such as `frpc verify`, are passed over.
 *
 * Exactly one of `found` and `notFound` is called, synchronously when the command itself is frp; neither once stopped.
 */
export const locateFrp = (
  { child, pid, names }: FrpSpawn,
  found: (process: FrpProcess) => void,
  notFound: () => void,
): FrpSearch => {
  const named = namedProcess({ child, pid, names });
  const direct = identifyCommand(pid, named, names);
  if (direct !== undefined) {
    decide(direct, found, notFound);
    return { stop: () => {}, settle: () => {} };
  }

  const giveUpAt = Date.now() + (named === undefined ? SEARCH_MILLIS : SCRIPT_SEARCH_MILLIS);
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    over = true;
    clearTimeout(timer);
  };
  const look = (mayComeYet: boolean): boolean => {
    const process = findInTree(pid, (candidate) => {
      const frp = asFrp(candidate, names);
      return frp !== undefined && runsService(frp.args);
    });
    if (process === undefined && mayComeYet) return false;
    stop();
    decide(process === undefined ? named : asFrp(process, names), found, notFound);
    return true;
  };
  const search = (delay: number): void => {
    timer = setTimeout(() => {
      const running = child.exitCode === null && child.signalCode === null;
      if (!look(running && Date.now() < giveUpAt)) search(Math.min(delay * 1.5, MAX_DELAY_MILLIS));
    }, delay).unref();
  };
  search(FIRST_DELAY_MILLIS);
  return {
    stop,
    settle: () => {
      if (!over) look(false);
    },
  };
};

const decide = (frp: FrpProcess | undefined, found: (process: FrpProcess) => void, notFound: () => void): void => {
  if (frp !== undefined && runsService(frp.args)) found({ ...frp, ...surroundingsOf(frp.pid) });
  else notFound();
};

/** Without /proc (macOS, Windows) the command's own words are all there is; within execve they are its arguments. */
const identifyCommand = (
  pid: number,
  named: FrpProcess | undefined,
  names: ExecutableNames | undefined,
): FrpProcess | undefined => {
  const itself = identifyProcess(pid);
  if (itself === undefined) return named;
  return asFrp(itself.args === undefined ? { ...itself, args: named?.args } : itself, names);
};

const asFrp = (process: ProcessIdentity, names: ExecutableNames | undefined): FrpProcess | undefined => {
  const role = frpRoleOf(process.executable, names);
  const { args } = process;
  return role && args && { ...process, args, role };
};

const namedProcess = ({ child, pid, names }: FrpSpawn): FrpProcess | undefined => {
  const { spawnfile: executable, spawnargs } = child;
  return asFrp({ pid, executable, args: spawnargs.slice(1), workingFolder: ownFolder() }, names);
};

/** The program's own may be removed under it: then `process.cwd()` throws. */
const ownFolder = (): string => {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
};
