import type { Source, SourceReport } from '../Source.js';
import type { Checkpoints } from './Checkpoints.js';
import type { LogOrigin } from './readLog.js';

export interface TailOptions {
  /** Where we find it; another than its name in a container. */
  readonly path: string;
  /** As frp names it, absolute. */
  readonly name: string;
  /**
   * Where to begin without a checkpoint. `here`: at its present end, for a process that starts now. `start`: with the first
   * line of the process. `history`: at its present end, after what the process has written so far was replayed.
   */
  readonly from: 'here' | 'start' | 'history';
  /** Lines before are of a process before it. */
  readonly processStartedAt: number | undefined;
  readonly checkpoints: Checkpoints | undefined;
  /** Resolves when all lines handed on so far are exported; false when some could not be. */
  readonly delivered: () => Promise<boolean>;
  readonly onLine: (text: string, origin: LogOrigin) => void;
  /** The history was replayed: what comes now is news. Called once with `history`, before the first line that is news. */
  readonly onHistoryRead: () => void;
  readonly onCut: (droppedChars: number) => void;
  readonly report: (report: SourceReport) => void;
}

/** Reads a log file as it grows, over its rotation. */
export const tailFile = (_options: TailOptions): Source => ({ stop: () => {} });
