import type { SocketReading } from '../../model/FrpSignal.js';
import type { SourceReport } from '../Source.js';
import { connectionsOfClient } from './connectionsOfClient.js';
import type { Interest } from './Interest.js';
import type { SsLine } from './parseSsLine.js';
import { isUnclear, readSocket } from './readSocket.js';
import type { SocketTarget } from './SocketWatch.js';
import { visitorsOfServer } from './visitorsOfServer.js';

/** What a socket that has ended is to a process. */
export type Claim = 'open' | 'own' | 'unknown' | undefined;

/** An end is told some 2 ms after it came; so much later it was lost, or the process still holds a socket that is dead. */
const END_TOLD_MILLIS = 1_000;

interface SampleOptions {
  /** When the kernel was asked. */
  readonly askedAt: number;
  readonly hasEnded: (id: string) => boolean;
  readonly isAll: boolean;
  readonly tellsEnds: boolean;
}

/** The end of a connection whose counts are not clear yet. */
export interface UnclearEnd {
  readonly line: SsLine;
  readonly tell: (closedFirst: boolean) => void;
}

/** The connections of one process. */
export class TargetSockets {
  readonly #target: SocketTarget;
  readonly #interest: Interest;
  #open = new Map<string, SocketReading>();
  /** Open ones that samples do not list any more, since when: their ends are on the way, or will not be told. */
  #missing: ReadonlyMap<string, number> = new Map();
  #said = '';

  constructor(target: SocketTarget) {
    this.#target = target;
    this.#interest = target.frp.role === 'server' ? visitorsOfServer(target) : connectionsOfClient(target);
  }

  get pid(): number {
    return this.#target.frp.pid;
  }

  /**
   * Looks again at what is of interest.
   *
   * @throws as {@link Interest.find}
   */
  find(): Promise<SourceReport> {
    return this.#interest.find();
  }

  /** Adds the ports of interest; those of open connections are until they end, whatever became of the proxy. */
  addPorts(ports: { readonly local: Set<number>; readonly peer: Set<number> }): void {
    for (const port of this.#interest.ports.local) ports.local.add(port);
    for (const port of this.#interest.ports.peer) ports.peer.add(port);
    for (const { hop, port, peer } of this.#open.values()) {
      if (hop === 'visitor') ports.local.add(port);
      else ports.peer.add(Number(peer.slice(peer.lastIndexOf(':') + 1)));
    }
  }

  /**
   * Tells which connections are open.
   *
   * @param hasEnded whether a socket's end was told, maybe since it was listed
   * @param isAll whether `lines` are all; otherwise one that is missing may be among the rest
   * @param tellsEnds whether all ends since the last sample were told
   * @returns those that have ended and whose end was not told, nor will be
   * @throws as {@link Interest.owned}, and nothing has changed then
   */
  async sample(
    lines: readonly SsLine[],
    { askedAt, hasEnded, isAll, ...ends }: SampleOptions,
  ): Promise<readonly string[]> {
    const tellsEnds = ends.tellsEnds || !isAll;
    const counting = lines.filter(({ hasCounters, state }) => hasCounters && state !== 'SYN-SENT');
    // The process has closed it, and counted it: only the other end has not read all yet. Its end will come.
    const closing = new Set(counting.filter(({ inode }) => inode === 0).map(({ id }) => id));
    const open = counting.filter(({ id }) => !closing.has(id));
    const known = open.filter(({ id }) => this.#open.has(id));
    const owned = await this.#interest.owned(
      open.filter((line) => !this.#open.has(line.id) && this.#interest.peerOf(line) !== undefined),
    );
    const sockets = [...known, ...owned].filter(({ id }) => !hasEnded(id)).map((line) => this.#read(line));
    const before = this.#open;
    this.#open = new Map(sockets.map((socket) => [socket.id, socket]));
    const missing = [...before.values()].filter(({ id }) => !this.#open.has(id));
    const now = performance.now();
    const missingSince = ({ id }: SocketReading): number => this.#missing.get(id) ?? now;
    // Where ends are told, one that is missing is left to its end for a while.
    const isOver = (socket: SocketReading): boolean =>
      !tellsEnds || (isAll && !closing.has(socket.id) && now >= missingSince(socket) + END_TOLD_MILLIS);
    const over = missing.filter(isOver);
    const awaited = missing.filter((socket) => !isOver(socket));
    for (const socket of awaited) this.#open.set(socket.id, socket);
    if (tellsEnds) for (const socket of over) this.#emitClosed(socket, Date.now() - (now - missingSince(socket)));
    this.#missing = new Map(awaited.map((socket) => [socket.id, missingSince(socket)]));
    this.#target.emit({
      kind: 'sockets.sampled',
      time: askedAt,
      target: this.#target.target,
      sockets,
      tellsEnds,
      ports: [...this.#interest.ports.local],
    });
    return over.map(({ id }) => id);
  }

  claimOf(line: SsLine): Claim {
    if (this.#open.has(line.id)) return 'open';
    const peer = this.#interest.peerOf(line);
    if (peer === undefined) return undefined;
    const owned = this.#interest.ownedAtEnd(line);
    return owned === 'yes' ? 'own' : owned === 'no' ? undefined : 'unknown';
  }

  /**
   * A connection of this process has ended: tells its last counts.
   *
   * @returns how to do that, where it takes to know first whether the process closed before the other end did
   */
  end(line: SsLine): UnclearEnd | undefined {
    const { hop } = this.#interest;
    const last = this.#open.get(line.id);
    const peer = this.#peerOf(line);
    const time = Date.now();
    this.#open.delete(line.id);
    const tell = (closedFirst: boolean): void =>
      this.#emitClosed(atLeast(last, readSocket(line, hop, peer, closedFirst)), time);
    if (isUnclear(line, hop)) return { line, tell };
    tell(false);
    return undefined;
  }

  drop(reason: 'limit' | 'not_attributed', count: number): void {
    this.#target.emit({
      kind: 'items.dropped',
      time: Date.now(),
      target: this.#target.target,
      item: 'socket',
      reason,
      count,
    });
  }

  /** Once per change. */
  report(report: SourceReport): void {
    const said = JSON.stringify(report);
    if (said === this.#said) return;
    this.#said = said;
    this.#target.report(report);
  }

  #emitClosed(socket: SocketReading, time: number): void {
    this.#target.emit({ kind: 'socket.closed', time, target: this.#target.target, socket });
  }

  #read(line: SsLine): SocketReading {
    return atLeast(this.#open.get(line.id), readSocket(line, this.#interest.hop, this.#peerOf(line)));
  }

  #peerOf(line: SsLine): string {
    return this.#open.get(line.id)?.peer ?? this.#interest.peerOf(line) ?? line.peer;
  }
}

/** Never less than before: a socket that the process itself resets has lost its peer and its counts when it ends. */
const atLeast = (last: SocketReading | undefined, next: SocketReading): SocketReading =>
  last === undefined
    ? next
    : {
        ...next,
        in: Math.max(last.in, next.in),
        out: Math.max(last.out, next.out),
        segmentsIn: Math.max(last.segmentsIn, next.segmentsIn),
        segmentsOut: Math.max(last.segmentsOut, next.segmentsOut),
        roundTrip: next.roundTrip ?? last.roundTrip,
      };
