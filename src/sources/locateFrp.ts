import { type FrpRole, frpRoleOf } from '../frp/FrpRole.js';
import { runsService } from '../frp/parseCommandLine.js';
import { findInTree } from './findInTree.js';
import { identifyProcess, type ProcessIdentity } from './procfs.js';
import type { FrpSpawn } from './watchSpawns.js';

const SEARCH_MILLIS = 10_000;
/** A command named frps or frpc that is neither may be a script: then it starts the real one soon, or is all there is. */
const SCRIPT_SEARCH_MILLIS = 1_000;
const FIRST_DELAY_MILLIS = 5;

export interface FrpProcess extends ProcessIdentity {
  readonly role: FrpRole;
}

/**
 * Finds the frp process of a spawned command: the command itself, at once, or what a shell or a wrapper starts below itself
 * within 10 s (1 s where the command is named like frp).
 *
 * Exactly one of `found` and `notFound` is called, synchronously when the command itself is frp; neither once stopped.
 *
 * @returns stops the search
 */
export const locateFrp = (
  { child, pid }: FrpSpawn,
  found: (process: FrpProcess) => void,
  notFound: () => void,
): (() => void) => {
  const named = namedProcess({ child, pid });
  const itself = identifyProcess(pid);
  // Without /proc (macOS, Windows) the command's name is all there is.
  const direct = itself === undefined ? named : asFrp(itself);
  if (direct !== undefined) {
    if (runsService(direct.args)) found(direct);
    else notFound();
    return () => {};
  }

  const giveUpAt = Date.now() + (named === undefined ? SEARCH_MILLIS : SCRIPT_SEARCH_MILLIS);
  let timer: NodeJS.Timeout | undefined;
  const search = (delay: number): void => {
    timer = setTimeout(() => {
      const process = findInTree(pid, (candidate) => frpRoleOf(candidate.executable) !== undefined);
      const mayComeYet = Date.now() < giveUpAt && child.exitCode === null && child.signalCode === null;
      const frp = process === undefined ? named : asFrp(process);
      if (process === undefined && mayComeYet) search(delay * 1.5);
      else if (frp !== undefined && runsService(frp.args)) found(frp);
      else notFound();
    }, delay).unref();
  };
  search(FIRST_DELAY_MILLIS);
  return () => clearTimeout(timer);
};

const asFrp = (process: ProcessIdentity): FrpProcess | undefined => {
  const role = frpRoleOf(process.executable);
  return role && { ...process, role };
};

const namedProcess = ({ child, pid }: FrpSpawn): FrpProcess | undefined => {
  const { spawnfile: executable, spawnargs } = child;
  return asFrp({ pid, executable, args: spawnargs.slice(1), workingFolder: process.cwd() });
};
