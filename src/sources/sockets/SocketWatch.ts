import { readlinkSync } from 'node:fs';
import type { FrpConfig } from '../../frp/config/FrpConfig.js';
import type { TargetId } from '../../model/FrpSignal.js';
import type { FrpProcess } from '../processes/FrpProcess.js';
import type { Emit, Source, SourceReport } from '../Source.js';
import { NetworkSockets } from './NetworkSockets.js';

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

/** Connections of one target under observation. */
export interface WatchedSockets extends Required<Source> {
  /** Proxies have come: looks again soon, so that the ends of their first connections are told. */
  readonly look: () => void;
}

const OWN_NETWORK = 'own';

/**
 * The TCP connections of all observed processes: one `ss` (iproute2) per interval for all of one network, one more for their
 * ends. Linux only.
 */
export class SocketWatch {
  readonly #options: Required<SocketWatchOptions>;
  readonly #networks = new Map<string, NetworkSockets>();

  constructor(options: SocketWatchOptions) {
    this.#options = { maxCpuShare: 0.01, ...options };
  }

  /** Stopping it ends what is done for this target only, with the ends that were told so far; a refresh samples now. */
  watch(target: SocketTarget): WatchedSockets {
    if (process.platform !== 'linux') {
      target.report(['off', `connections are read with ss of iproute2, which ${process.platform} does not have`]);
      return { stop: () => {}, refresh: async () => {}, look: () => {} };
    }
    const key = networkOf(target.frp);
    const network = this.#networks.get(key) ?? new NetworkSockets(key !== OWN_NETWORK, this.#options);
    this.#networks.set(key, network);
    const source = network.add(target);
    return {
      refresh: source.refresh,
      look: source.look,
      stop: () => {
        source.stop();
        if (!network.isEmpty) return;
        network.stop();
        if (this.#networks.get(key) === network) this.#networks.delete(key);
      },
    };
  }

  /** Ends all. */
  stop(): void {
    for (const network of this.#networks.values()) network.stop();
    this.#networks.clear();
  }
}

/** Which network it is in; one that cannot be told from others is taken for one of its own. */
const networkOf = ({ pid, hasOtherNetwork }: FrpProcess): string => {
  if (!hasOtherNetwork) return OWN_NETWORK;
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return `of ${pid}`;
  }
};
