import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { type ObservedProcess, type ObserveOptions, observeProcess, type ProcessEnd } from '../observeProcess.js';
import type { Source } from '../Source.js';
import { ChildOutput } from './ChildOutput.js';
import { type FrpSearch, locateFrp } from './locateFrp.js';
import type { FrpSpawn } from './watchSpawns.js';

/** How long the last lines of an ended process may take to come through its pipe, and its shell to pass on how it ended. */
const LAST_LINES_MILLIS = 200;

/**
 * Observes the frp that a spawned command is or starts, until it ends.
 *
 * @param guard wraps what runs on the program's stack, so that a fault of ours stays ours
 * @param onEnd called once when nothing more will come
 */
export const observeSpawn = (
  spawn: FrpSpawn,
  options: ObserveOptions & {
    readonly guard: <Args extends unknown[]>(callback: (...args: Args) => void) => (...args: Args) => void;
    readonly onEnd: () => void;
  },
): Source => {
  const { guard, onEnd } = options;
  const { child } = spawn;
  let search: FrpSearch | undefined;
  let observed: ObservedProcess | undefined;
  let end: ProcessEnd | undefined;
  let shellEnd: ProcessEnd | undefined;
  let lastLines: NodeJS.Timeout | undefined;
  let over = false;

  const isItself = (): boolean => observed === undefined || observed.pid === child.pid;

  const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
    const exit = { time: Date.now(), ...describeExit(code, signal) };
    if (observed === undefined) search?.settle();
    if (end !== undefined) {
      end = { ...exit, time: end.time }; // frp below a shell, which has just passed on how it ended
      finishIfOver();
    } else if (isItself()) finishAfterLastLines(exit);
    else void shellExited(exit);
  };
  /** /proc has no such process any more. */
  const onGone = (): void => {
    const time = Date.now();
    if (!isItself()) finishAfterLastLines(shellEnd ?? { time });
    // Not reaped yet: then its exit event is still to come, and tells how.
    else if (hasExited(child)) finishAfterLastLines({ time, ...describeExit(child.exitCode, child.signalCode) });
  };
  /** A shell may leave frp running: the end is its own only if frp is gone now. */
  const shellExited = async (exit: ProcessEnd): Promise<void> => {
    shellEnd = exit;
    await observed?.refresh();
    shellEnd = undefined;
  };

  const finishAfterLastLines = (how: ProcessEnd): void => {
    if (over || end !== undefined) return;
    end = how;
    observed?.ending(how);
    finishIfOver();
    if (!over) lastLines = setTimeout(guard(finish), LAST_LINES_MILLIS).unref();
  };
  const finishIfOver = (): void => {
    if (end !== undefined && output.isOver && hasExited(child)) finish();
  };
  const finish = (): void => {
    if (over) return;
    over = true;
    release();
    observed?.ended(end ?? { time: Date.now() });
    queueMicrotask(guard(onEnd)); // later: the search may be over before the caller has the source
  };
  const release = (): void => {
    search?.stop();
    clearTimeout(lastLines);
    output.stop();
    child.off('exit', exited);
  };

  const output = new ChildOutput(child.stdout, guard, finishIfOver);
  const exited = guard(onExit);
  child.once('exit', exited);
  search = locateFrp(
    spawn,
    guard((frp) => {
      observed = observeProcess(frp, {
        ...options,
        hasOutput: output.isReadable,
        hasRoom: () => output.hasRoom,
        seenFromStart: spawn.seenFromStart ?? true,
        spawned: spawn.call && { ...spawn.call, executable: path.basename(frp.executable) },
        onGone: guard(onGone),
      });
      output.giveTo(observed);
    }),
    guard(finish),
  );

  return {
    stop: () => {
      if (end !== undefined) finish();
      over = true;
      release();
      observed?.stop();
    },
    refresh: async () => observed?.refresh(),
  };
};

const hasExited = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** A shell passes on the end of the command below it: 128 and the signal's number. */
const describeExit = (code: number | null, signal: NodeJS.Signals | null): Omit<ProcessEnd, 'time'> => {
  if (signal !== null) return { exitSignal: signal };
  const passedOn = Object.entries(constants.signals).find(([, number]) => code === 128 + number)?.[0];
  return passedOn === undefined ? { exitCode: code ?? undefined } : { exitSignal: passedOn };
};
