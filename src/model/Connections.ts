import { type Connection, NO_SOCKET_COUNTS, newConnection } from './Connection.js';
import type { FrpProxy } from './FrpProxy.js';
import type { ProbeEnded, ProbeStarted, SocketClosed, SocketReading, SocketsSampled } from './FrpSignal.js';

/** What is seen of connections, and what probes say of theirs. */
export type ConnectionSignal = SocketsSampled | SocketClosed | ProbeStarted | ProbeEnded;

/** Open ones known of one process. */
const MAX_OPEN = 200_000;

/** What is of one role. */
export interface ConnectionsOfRole {
  /** Whose a connection is, as far as it can be known now; also whether it is ours, when it began, whether it is counted. */
  readonly identify: (connection: Connection) => FrpProxy | undefined;
  /** It has ended, and its last counts are taken. */
  readonly ended: (connection: Connection) => void;
}

/** The TCP connections of one frps or frpc, from when they are first seen to their end. */
export class Connections {
  readonly #role: ConnectionsOfRole;
  readonly #open = new Map<string, Connection>();
  #samples = 0;
  #refused = 0;
  #refusedInSample = 0;

  constructor(role: ConnectionsOfRole) {
    this.#role = role;
  }

  /** How many were left out because of the limit. */
  get refused(): number {
    return this.#refused;
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#open.values();
  }

  /** @param seenFromStart whether nothing was open before we came */
  sampled({ time, sockets, tellsEnds }: SocketsSampled, seenFromStart: boolean): void {
    this.#samples += 1;
    const wereBefore = this.#samples === 1 && !seenFromStart;
    let refused = 0;
    for (const reading of sockets) {
      const connection = this.#open.get(reading.id) ?? this.#add(reading, time, wereBefore);
      if (connection === undefined) {
        refused += 1;
        continue;
      }
      connection.sample = this.#samples;
      read(connection, reading, time);
      this.#tell(connection);
    }
    // Those that were too many at the last look are not counted again.
    this.#refused += Math.max(0, refused - this.#refusedInSample);
    this.#refusedInSample = refused;
    if (tellsEnds) return;
    for (const connection of this.#open.values()) {
      if (connection.sample !== this.#samples) this.#end(connection, time);
    }
  }

  /** @param seenFromStart whether nothing was open before we came */
  closed({ time, socket }: SocketClosed, seenFromStart: boolean): void {
    const wereBefore = this.#samples === 0 && !seenFromStart;
    const connection = this.#open.get(socket.id) ?? newConnection(socket, time, wereBefore ? socket : NO_SOCKET_COUNTS);
    connection.hasExactEnd = true;
    read(connection, socket, time);
    this.#end(connection, time);
  }

  /** The process is gone, and all of them with it. */
  stopped(time: number): void {
    for (const connection of this.#open.values()) this.#end(connection, time);
  }

  #add(reading: SocketReading, time: number, wasBefore: boolean): Connection | undefined {
    if (this.#open.size >= MAX_OPEN) return undefined;
    const connection = newConnection(reading, time, wasBefore ? reading : NO_SOCKET_COUNTS);
    this.#open.set(reading.id, connection);
    return connection;
  }

  #tell(connection: Connection): void {
    const proxy = connection.proxy ?? this.#role.identify(connection);
    if (proxy !== undefined && connection.proxy === undefined) join(connection, proxy);
    else proxy?.counts.saw(connection);
  }

  #end(connection: Connection, time: number): void {
    this.#open.delete(connection.id);
    connection.endedAt = time;
    this.#tell(connection);
    connection.proxy?.counts.left();
    this.#role.ended(connection);
  }
}

/** It is known whose a connection is that was not known before. */
export const join = (connection: Connection, proxy: FrpProxy): void => {
  connection.proxy = proxy;
  proxy.counts.joined(connection);
  proxy.counts.saw(connection);
};

const read = (connection: Connection, reading: SocketReading, time: number): void => {
  const { roundTrip } = connection.reading;
  const lacksIt = reading.roundTrip === undefined && roundTrip !== undefined;
  connection.reading = lacksIt ? { ...reading, roundTrip } : reading;
  connection.seenAt = time;
};
