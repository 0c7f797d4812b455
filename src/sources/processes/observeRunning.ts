import { type ObserveOptions, observeProcess } from '../observeProcess.js';
import type { Emit, Source } from '../Source.js';
import type { FrpProcess } from './FrpProcess.js';
import { startTicksOf } from './procfs.js';

/** How long the last lines of an ended process may take to be read and delivered: what was started in its place waits for them. */
const LAST_LINES_MILLIS = 2_000;

/**
 * Observes a process that others started, until it ends. How it ended its parent alone learns: its end has neither exit code
 * nor signal.
 *
 * @param onEnd called once when nothing more will come
 */
export const observeRunning = (frp: FrpProcess, options: ObserveOptions & { readonly onEnd: () => void }): Source => {
  let goneAt: number | undefined;
  let finished: Promise<void> | undefined;
  const onGone = (): Promise<void> => {
    finished ??= finish(Date.now());
    return finished;
  };
  const finish = async (time: number): Promise<void> => {
    goneAt = time;
    observed.ending({ time });
    await within(LAST_LINES_MILLIS, observed.refresh());
    observed.ended({ time });
    options.onEnd();
  };
  // Started again within an interval, another process answers at the same address: what it counts is not to be charged to this one.
  const emit: Emit = (signal) => {
    const isAnswer = signal.kind === 'server.api.answered' || signal.kind === 'client.api.answered';
    if (isAnswer && !isThere(frp)) void onGone();
    else options.emit(signal);
  };
  const observed = observeProcess(frp, {
    ...options,
    emit,
    hasOutput: false,
    hasRoom: () => true,
    seenFromStart: frp.seenFromStart ?? false,
    onGone: () => void onGone(),
  });
  frp.onGone?.(onGone);
  return {
    stop: () => {
      if (goneAt !== undefined) observed.ended({ time: goneAt });
      observed.stop();
    },
    refresh: observed.refresh,
  };
};

const isThere = ({ pid, startTicks }: FrpProcess): boolean => {
  try {
    return startTicks === undefined || startTicksOf(pid) === startTicks;
  } catch {
    return true; // EMFILE and the like do not tell
  }
};

const within = async (millis: number, work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, millis).unref();
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
};
