import type { SourceReport } from '../Source.js';
import type { Checkpoints } from './Checkpoints.js';
import type { LogOrigin } from './readLog.js';

/** How a log is read that does not come by the pipe of a child. */
export interface LogReading {
  /**
   * Where to begin without a checkpoint. `here`: at its present end, for a process that starts now. `start`: with the first
   * line of the process. `history`: at its present end, after what the process has written so far was replayed.
   */
  readonly from: 'here' | 'start' | 'history';
  /** Lines before are of a process before it; undefined where it is not known. */
  readonly processStartedAt: number | undefined;
  readonly checkpoints: Checkpoints | undefined;
  /** Resolves when all lines handed on so far are exported; false when some could not be. */
  readonly delivered: () => Promise<boolean>;
  readonly onLine: (text: string, origin: LogOrigin) => void;
  /**
   * The history was replayed: what comes now is news. Called once with `history`, before the first line that is news; with `start`
   * where lines of the process were told as those of the one before it, and are replayed.
   */
  readonly onHistoryRead: () => void;
  readonly onCut: (droppedChars: number) => void;
  readonly report: (report: SourceReport) => void;
}
