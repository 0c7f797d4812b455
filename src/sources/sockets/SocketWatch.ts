import type { FrpConfig } from '../../frp/config/FrpConfig.js';
import type { TargetId } from '../../model/FrpSignal.js';
import type { FrpProcess } from '../processes/FrpProcess.js';
import type { Emit, Source, SourceReport } from '../Source.js';

/** Whose connections are wanted. */
export interface SocketTarget {
  readonly target: TargetId;
  readonly frp: FrpProcess;
  /** As it is now: a reload may have changed it. */
  readonly config: () => FrpConfig | undefined;
  readonly emit: Emit;
  readonly report: (report: SourceReport) => void;
}

export interface SocketWatchOptions {
  readonly intervalMillis: number;
  /** The share of one core that sampling may take: the interval stretches with the number of sockets. @default 0.01 */
  readonly maxCpuShare?: number;
}

/** The TCP connections of all observed processes: one `ss` per interval for all of one network, one more for their ends. */
export class SocketWatch {
  constructor(_options: SocketWatchOptions) {}

  /** Stopping it ends what is done for this target only; a refresh samples now. */
  watch(_target: SocketTarget): Required<Source> {
    return { stop: () => {}, refresh: async () => {} };
  }

  /** Ends all. */
  stop(): void {}
}
