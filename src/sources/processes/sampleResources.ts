import type { TargetId } from '../../model/FrpSignal.js';
import { repeat } from '../repeat.js';
import type { Emit, Source } from '../Source.js';
import { sampleProcess } from './procfs.js';

/**
 * Samples a process's resources from /proc.
 *
 * @param onGone called once when there is no such process any more
 */
export const sampleResources = ({
  target,
  pid,
  intervalMillis,
  emit,
  onGone,
}: {
  target: TargetId;
  pid: number;
  intervalMillis: number;
  emit: Emit;
  onGone: () => void;
}): Source => {
  const report = (state: 'ok' | 'off', reason?: string): void =>
    emit({ kind: 'source.changed', time: Date.now(), target, source: 'process', state, reason });

  if (process.platform !== 'linux') {
    report('off', `process metrics are read from /proc, which ${process.platform} does not have`);
    return { stop: () => {} };
  }

  let startTicks: number | undefined;
  return repeat(async () => {
    const sample = await sampleProcess(pid);
    if (sample === undefined || (startTicks !== undefined && sample.startTicks !== startTicks)) {
      onGone();
      return undefined;
    }
    if (startTicks === undefined) report('ok');
    startTicks = sample.startTicks;
    emit({ kind: 'process.sampled', time: Date.now(), target, resources: sample.resources });
    return intervalMillis;
  });
};
