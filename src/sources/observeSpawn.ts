import { constants } from 'node:os';
import { LineSplitter } from './LineSplitter.js';
import { locateFrp } from './locateFrp.js';
import { type ObservedProcess, type ObserveOptions, observeProcess, type ProcessEnd } from './observeProcess.js';
import type { Source } from './Source.js';
import { tapStdout } from './tapStdout.js';
import type { FrpSpawn } from './watchSpawns.js';

const MAX_LINE_LENGTH = 16_384;
/** Lines kept while it is not known yet which process below a shell wrote them. */
const MAX_EARLY_LINES = 1_000;
/** How long the last lines of an ended process may take to come through its pipe. */
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
  let end: ProcessEnd | undefined;
  let shellEnd: ProcessEnd | undefined;
  let outputOver = child.stdout === null;
  let lastLines: NodeJS.Timeout | undefined;
  let stopSearch = (): void => {};

  const output = new LineSplitter({
    maxLength: MAX_LINE_LENGTH,
    onLine: (text) => {
      if (observed !== undefined) observed.log(text);
      else if (early.length < MAX_EARLY_LINES) early.push(text);
    },
    onCut: (dropped) => observed?.logCut(dropped),
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
    if (observedPid === undefined || observedPid === child.pid) finishAfterLastLines(exit);
    else void shellExited(exit);
  };
  /** A shell may leave frp running: the end is its own only if frp is gone now. */
  const shellExited = async (exit: ProcessEnd): Promise<void> => {
    shellEnd = exit;
    await observed?.refresh();
    shellEnd = undefined;
  };
  const finishAfterLastLines = (how: ProcessEnd): void => {
    end = how;
    finishIfOver();
    if (!outputOver) lastLines = setTimeout(guard(finish), LAST_LINES_MILLIS).unref();
  };
  const finishIfOver = (): void => {
    if (end !== undefined && outputOver) finish();
  };
  const finish = (): void => {
    release();
    observed?.ended(end ?? { time: Date.now() });
    onEnd();
  };
  const release = (): void => {
    stopSearch();
    clearTimeout(lastLines);
    tap?.stop();
    child.off('exit', exited);
  };

  const tap = child.stdout === null ? undefined : tapStdout(child.stdout, guard(onChunk));
  const exited = guard(onExit);
  child.once('exit', exited);
  stopSearch = locateFrp(
    spawn,
    guard((frp) => {
      const onGone = guard(() => finishAfterLastLines(shellEnd ?? { time: Date.now() }));
      observedPid = frp.pid;
      observed = observeProcess(frp, { ...options, hasOutput: child.stdout !== null, onGone });
      for (const text of early) observed.log(text);
      early = [];
    }),
    guard(finish),
  );

  return {
    stop: () => {
      release();
      observed?.stop();
    },
    refresh: async () => observed?.refresh(),
  };
};

/** A shell passes on the end of the command below it: 128 and the signal's number. */
const describeExit = (code: number | null, signal: NodeJS.Signals | null): Omit<ProcessEnd, 'time'> => {
  if (signal !== null) return { exitSignal: signal };
  const passedOn = Object.entries(constants.signals).find(([, number]) => code === 128 + number)?.[0];
  return passedOn === undefined ? { exitCode: code ?? undefined } : { exitSignal: passedOn };
};
