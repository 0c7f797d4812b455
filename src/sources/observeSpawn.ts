import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { LineSplitter } from './LineSplitter.js';
import { type FrpSearch, locateFrp } from './locateFrp.js';
import { type ObservedProcess, type ObserveOptions, observeProcess, type ProcessEnd } from './observeProcess.js';
import type { Source } from './Source.js';
import { tapStdout } from './tapStdout.js';
import type { FrpSpawn } from './watchSpawns.js';

const MAX_LINE_LENGTH = 16_384;
/** Lines kept while it is not known yet which process below a shell wrote them. */
const MAX_EARLY_LINES = 1_000;
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
  let observed: ObservedProcess | undefined;
  let observedPid: number | undefined;
  let early: string[] = [];
  let earlyDropped = 0;
  let earlyCut = 0;
  let end: ProcessEnd | undefined;
  let shellEnd: ProcessEnd | undefined;
  let outputOver = child.stdout === null;
  let lastLines: NodeJS.Timeout | undefined;
  let search: FrpSearch | undefined;
  let over = false;

  const output = new LineSplitter({
    maxLength: MAX_LINE_LENGTH,
    onLine: (text) => {
      if (observed !== undefined) observed.log(text);
      else if (early.length < MAX_EARLY_LINES) early.push(text);
      else earlyDropped += 1;
    },
    onCut: (dropped) => {
      if (observed !== undefined) observed.logCut(dropped);
      else earlyCut += dropped;
    },
  });
  const onChunk = (chunk: Uint8Array | null): void => {
    if (chunk !== null) {
      output.write(chunk);
      return;
    }
    output.end();
    outputOver = true;
    finishIfOver();
  };
  const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
    const exit = { time: Date.now(), ...describeExit(code, signal) };
    if (observed === undefined) search?.settle();
    if (end !== undefined) {
      end = { ...exit, time: end.time }; // frp below a shell, which has just passed on how it ended
      finishIfOver();
    } else if (observedPid === undefined || observedPid === child.pid) finishAfterLastLines(exit);
    else void shellExited(exit);
  };
  const onGone = (): void => {
    const time = Date.now();
    if (observedPid !== child.pid) finishAfterLastLines(shellEnd ?? { time });
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
    finishIfOver();
    if (!over) lastLines = setTimeout(guard(finish), LAST_LINES_MILLIS).unref();
  };
  const finishIfOver = (): void => {
    if (end !== undefined && outputOver && hasExited(child)) finish();
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
    tap?.stop();
    child.off('exit', exited);
  };

  const tap = child.stdout === null ? undefined : tapStdout(child.stdout, guard(onChunk));
  const exited = guard(onExit);
  child.once('exit', exited);
  search = locateFrp(
    spawn,
    guard((frp) => {
      observedPid = frp.pid;
      observed = observeProcess(frp, { ...options, hasOutput: child.stdout !== null, onGone: guard(onGone) });
      for (const text of early) observed.log(text);
      if (earlyCut > 0) observed.logCut(earlyCut);
      if (earlyDropped > 0) observed.linesDropped(earlyDropped);
      early = [];
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
