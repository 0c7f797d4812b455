import type { FrpProxy } from './FrpProxy.js';
import type { SocketReading } from './FrpSignal.js';

/** What the kernel has counted of one connection. */
export type SocketCounts = Pick<SocketReading, 'in' | 'out' | 'segmentsIn' | 'segmentsOut'>;

export const NO_SOCKET_COUNTS: SocketCounts = Object.freeze({ in: 0, out: 0, segmentsIn: 0, segmentsOut: 0 });

/** What a proxy's counts hold of one connection. */
export interface ConnectionShare {
  in: number;
  out: number;
  segmentsIn: number;
  segmentsOut: number;
  /** Of how many answers of frps's API the bytes are known not to be in its count; -1 when of none. */
  answers: number;
}

/** One TCP connection: a visitor's to frps, or one of frpc to a local service. */
export interface Connection {
  readonly id: string;
  /** The last counts. */
  reading: SocketReading;
  /** When they were so. */
  seenAt: number;
  /** What had been counted when it was first seen, where it was open before we came: no traffic of ours to tell. */
  readonly before: SocketCounts;
  /** Whose it is, once that is known. */
  proxy: FrpProxy | undefined;
  readonly share: ConnectionShare;
  /** When frps logged it. */
  startedAt: number | undefined;
  /** Of the client's session that carries it. */
  runId: string | undefined;
  endedAt: number | undefined;
  /** Whether its end was told as it happened. */
  hasExactEnd: boolean;
  /** A probe of ours, and no visitor. */
  isOwn: boolean;
  /** Whether it is in the count of connections already. */
  isCounted: boolean;
  /** The last sample that had it. */
  sample: number;
}

export const newConnection = (reading: SocketReading, seenAt: number, before: SocketCounts): Connection => ({
  id: reading.id,
  reading,
  seenAt,
  before,
  proxy: undefined,
  share: { ...NO_SOCKET_COUNTS, answers: -1 },
  startedAt: undefined,
  runId: undefined,
  endedAt: undefined,
  hasExactEnd: false,
  isOwn: false,
  isCounted: false,
  sample: 0,
});
