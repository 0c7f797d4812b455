import type { SourceState, TargetId } from '../../model/FrpSignal.js';
import { repeat } from '../repeat.js';
import type { Emit, Source } from '../Source.js';
import { resourcesByPidusage } from './resourcesByPidusage.js';
import { type ReadResources, resourcesByProc } from './resourcesByProc.js';

/** On Windows each look starts a PowerShell. */
const WINDOWS_INTERVAL_MILLIS = 30_000;
const MAX_REASON = 200;

/**
 * Samples a process's resources: all of them on Linux, elsewhere CPU and memory.
 *
 * @param onGone called once when there is no such process any more
 */
export const sampleResources = ({
  target,
  pid,
  intervalMillis,
  emit,
  onGone,
  platform = process.platform,
  read = platform === 'linux' ? resourcesByProc(pid) : resourcesByPidusage(pid),
}: {
  target: TargetId;
  pid: number;
  intervalMillis: number;
  emit: Emit;
  onGone: () => void;
  platform?: NodeJS.Platform;
  read?: ReadResources;
}): Source => {
  const delay = platform === 'win32' ? Math.max(intervalMillis, WINDOWS_INTERVAL_MILLIS) : intervalMillis;
  const missing =
    platform === 'linux'
      ? undefined
      : `CPU and memory only: the rest is read from /proc, which ${platform} does not have`;
  let said: string | undefined;
  const report = (state: SourceState, reason: string | undefined): void => {
    if (said === `${state} ${reason}`) return;
    said = `${state} ${reason}`;
    emit({ kind: 'source.changed', time: Date.now(), target, source: 'process', state, reason });
  };

  return repeat(async () => {
    try {
      const resources = await read();
      if (resources === undefined) {
        onGone();
        return undefined;
      }
      report('ok', missing);
      emit({ kind: 'process.sampled', time: Date.now(), target, resources });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      report('degraded', `its resources cannot be read (${(code ?? message).slice(0, MAX_REASON)})`);
    }
    return delay;
  });
};
