import { type ObserveOptions, observeProcess } from '../observeProcess.js';
import type { Source } from '../Source.js';
import type { FrpProcess } from './FrpProcess.js';

/**
 * Observes a process that others started, until it ends.
 *
 * @param watchingSince when we began to look: one that started later is seen from its start
 * @param onEnd called once when nothing more will come
 */
export const observeRunning = (
  frp: FrpProcess,
  options: ObserveOptions & { readonly watchingSince: number; readonly onEnd: () => void },
): Source => {
  const { watchingSince, onEnd } = options;
  let over = false;
  const onGone = async (): Promise<void> => {
    if (over) return;
    over = true;
    observed.ending({ time: Date.now() });
    await observed.refresh(); // its last lines
    observed.ended({ time: Date.now() });
    onEnd();
  };
  const observed = observeProcess(frp, {
    ...options,
    hasOutput: false,
    hasRoom: () => true,
    seenFromStart: frp.startedAt !== undefined && frp.startedAt >= watchingSince,
    onGone: () => void onGone(),
  });
  return { stop: observed.stop, refresh: observed.refresh };
};
