import { type Connection, NO_SOCKET_COUNTS } from './Connection.js';
import { type ConnectionSignal, Connections, join } from './Connections.js';
import { type FrpEvent, NO_EVENTS } from './FrpEvent.js';
import type { FrpProxy } from './FrpProxy.js';
import type { Subject } from './Subject.js';
import { wasBefore } from './wasBefore.js';

/** A line and the end of its connection are told some milliseconds apart; a log that is read slowly may take longer. */
const WAIT_MILLIS = 10_000;
/** Lines without a connection, and connections without a line, that are kept meanwhile. */
const MAX_WAITING = 100_000;
/** Probes whose connection was not seen. */
const MAX_PROBES = 1_000;

/** A user connection that frps has logged and that is not seen yet. */
interface Line {
  readonly proxy: FrpProxy;
  readonly time: number;
  /** Of the client's session that carries it. */
  readonly runId: string | undefined;
  isOwn: boolean;
}

/**
 * The connections of visitors to frps: whose they are. frps logs each with its address; a connection without such a line (of
 * before we came, or the log is not read) is the proxy's that alone listens on its port. Line, first sight and end come in
 * any order.
 */
export class ServerConnections {
  readonly #subject: Subject;
  readonly #connections = new Connections({
    identify: (connection) => this.#identify(connection),
    ended: (connection) => this.#ended(connection),
  });
  /** By the visitor's address; the newest line of each. */
  readonly #lines = new Map<string, Line>();
  /** Of which no line is known. */
  readonly #unlined = new Map<string, Connection>();
  /** Those that have ended without a line, in that order. */
  readonly #waiting = new Set<Connection>();
  /** Addresses of probes of which nothing else was seen yet. */
  readonly #probes = new Set<string>();
  readonly #byPort = new Map<number, Set<FrpProxy>>();
  #events: FrpEvent[] = [];

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** How many were left out because of the limit. */
  get refused(): number {
    return this.#connections.refused;
  }

  /** A proxy's visitors connect to this port. */
  listens(proxy: FrpProxy, port: number | undefined): void {
    if (port === undefined || proxy.port === port) return;
    this.forgotten(proxy);
    proxy.port = port;
    const listening = this.#byPort.get(port) ?? new Set();
    this.#byPort.set(port, listening.add(proxy));
  }

  /** A proxy is known no more. */
  forgotten(proxy: FrpProxy): void {
    const listening = proxy.port === undefined ? undefined : this.#byPort.get(proxy.port);
    if (proxy.port === undefined || !listening?.delete(proxy)) return;
    if (listening.size === 0) this.#byPort.delete(proxy.port);
  }

  /**
   * frps has logged a user connection.
   *
   * @returns whether it is one more to count, and what has ended by it
   */
  logged(proxy: FrpProxy, loggedAddress: string, time: number): { isNews: boolean; events: readonly FrpEvent[] } {
    if (!proxy.counts.mayHaveSockets) return { isNews: true, events: NO_EVENTS };
    const address = peerOf(loggedAddress);
    const connection = this.#unlined.get(address);
    const isOwn = this.#probes.delete(address) || connection?.isOwn === true;
    const line = { proxy, time, runId: proxy.session?.runId, isOwn };
    // What was written before we came may be of a visitor that had the same address earlier: the last one will have it.
    if (connection === undefined || !this.#subject.isNews() || !fits(connection, proxy)) {
      remember(this.#lines, address, line);
      return { isNews: !isOwn, events: NO_EVENTS };
    }
    const isNews = !isOwn && !connection.isCounted;
    this.#setLine(connection, line);
    if (connection.proxy === undefined) {
      join(connection, proxy);
      if (connection.endedAt !== undefined) proxy.counts.left();
    }
    if (this.#waiting.delete(connection)) this.#over(connection);
    return { isNews, events: this.#takeEvents() };
  }

  /** @param seenFromStart whether nothing was open before we came */
  saw(signal: Exclude<ConnectionSignal, { kind: 'probe.ended' }>, seenFromStart: boolean): readonly FrpEvent[] {
    switch (signal.kind) {
      case 'sockets.sampled':
        this.#connections.sampled(signal, seenFromStart);
        this.#dropLinesBefore(signal.time - WAIT_MILLIS);
        break;
      case 'socket.closed':
        this.#connections.closed(signal, seenFromStart);
        break;
      case 'probe.started':
        this.#probeStarted(peerOf(signal.address));
        break;
      default:
        signal satisfies never;
    }
    this.#waitNoLongerThan(signal.time - WAIT_MILLIS);
    return this.#takeEvents();
  }

  /** The process is gone. */
  stopped(time: number): readonly FrpEvent[] {
    this.#connections.stopped(time);
    this.#waitNoLongerThan(Number.POSITIVE_INFINITY);
    this.#lines.clear();
    this.#unlined.clear();
    return this.#takeEvents();
  }

  #identify(connection: Connection): FrpProxy | undefined {
    const { peer } = connection.reading;
    if (!this.#subject.isNews()) return undefined;
    const line = this.#takeLine(connection);
    if (line !== undefined) return line.proxy;
    this.#unlined.set(peer, connection);
    connection.isOwn ||= this.#probes.has(peer);
    const proxy = this.#aloneOn(connection.reading.port);
    const isNew = connection.before === NO_SOCKET_COUNTS && !connection.isOwn;
    if (proxy !== undefined && isNew && proxy.counts.areCountedBySockets) {
      proxy.counts.connected(connection.seenAt);
      connection.isCounted = true;
    }
    return proxy;
  }

  /** Its line, where that came first. */
  #takeLine(connection: Connection): Line | undefined {
    const { peer } = connection.reading;
    const line = this.#lines.get(peer);
    if (line === undefined || !fits(connection, line.proxy)) return undefined;
    this.#lines.delete(peer);
    this.#setLine(connection, line);
    return line;
  }

  #setLine(connection: Connection, { time, runId, isOwn }: Line): void {
    connection.startedAt = time;
    connection.runId = runId;
    connection.isOwn ||= isOwn;
    connection.isCounted = true;
    this.#forgetUnlined(connection);
  }

  #ended(connection: Connection): void {
    if (connection.startedAt === undefined) this.#takeLine(connection); // of before we came, maybe
    if (connection.startedAt === undefined && this.#subject.seesLog()) {
      this.#waiting.add(connection);
      if (this.#waiting.size > MAX_WAITING) this.#overWithoutLine(first(this.#waiting));
    } else {
      this.#forgetUnlined(connection);
      this.#over(connection);
    }
  }

  #over(connection: Connection): void {
    const { proxy, startedAt: startTime, endedAt: time, runId, isOwn, hasExactEnd, reading } = connection;
    if (proxy === undefined || isOwn) return;
    proxy.counts.connectionOver(connection);
    if (startTime === undefined || time === undefined || !hasExactEnd) return;
    this.#events.push({
      ...this.#subject.identity(),
      kind: 'proxy.connection.ended',
      time,
      startTime,
      proxy: proxy.name,
      proxyType: proxy.type,
      address: reading.peer,
      io: Object.freeze({ in: reading.in, out: reading.out }),
      runId,
    });
  }

  /** What comes through a probe is no visitor's; what came from it already, was counted as one. */
  #probeStarted(address: string): void {
    const line = this.#lines.get(address);
    const connection = this.#unlined.get(address) ?? this.#openFrom(address);
    const seen = line ?? connection;
    if (seen === undefined) {
      this.#probes.add(address);
      if (this.#probes.size > MAX_PROBES) this.#probes.delete(first(this.#probes) ?? '');
      return;
    }
    const wasCounted = line !== undefined || connection?.isCounted === true;
    if (wasCounted && !seen.isOwn) (line ?? connection)?.proxy?.counts.countedProbe();
    seen.isOwn = true;
  }

  #openFrom(address: string): Connection | undefined {
    for (const connection of this.#connections) if (connection.reading.peer === address) return connection;
    return undefined;
  }

  #aloneOn(port: number): FrpProxy | undefined {
    const listening = this.#byPort.get(port);
    let alone: FrpProxy | undefined;
    for (const proxy of listening ?? []) {
      if (this.#subject.proxies.get(proxy.name) !== proxy) listening?.delete(proxy);
      else if (!proxy.active || proxy.type !== 'tcp') continue;
      else if (alone !== undefined || proxy.isInGroup) return undefined;
      else alone = proxy;
    }
    return alone;
  }

  /** A connection that began before a look and is not open in it, has ended, and its end was told. */
  #dropLinesBefore(time: number): void {
    for (const [address, line] of this.#lines) {
      if (line.time < time && !this.#unlined.has(address)) this.#lines.delete(address);
    }
  }

  #waitNoLongerThan(time: number): void {
    for (const connection of this.#waiting) {
      if (!wasBefore(connection.endedAt ?? 0, time)) return;
      this.#overWithoutLine(connection);
    }
  }

  #overWithoutLine(connection: Connection | undefined): void {
    if (connection === undefined) return;
    this.#waiting.delete(connection);
    this.#forgetUnlined(connection);
    this.#over(connection);
  }

  #forgetUnlined(connection: Connection): void {
    const { peer } = connection.reading;
    if (this.#unlined.get(peer) === connection) this.#unlined.delete(peer);
  }

  #takeEvents(): readonly FrpEvent[] {
    if (this.#events.length === 0) return NO_EVENTS;
    const events = this.#events;
    this.#events = [];
    return events;
  }
}

/** A visitor's address as the kernel has it: frps may log an IPv4 visitor in IPv6, and the zone of a link-local one. */
export const peerOf = (address: string): string =>
  address.replace(/^\[::ffff:([\d.]+)\]/i, '$1').replace(/%[^\]]*(?=\])/, '');

/** A line is not of a connection to another proxy's port, though the address is the same. */
const fits = ({ proxy: known, reading: { port } }: Connection, proxy: FrpProxy): boolean =>
  (known ?? proxy) === proxy && (proxy.port === undefined || proxy.port === port);

const first = <Item>(items: Iterable<Item>): Item | undefined => {
  for (const item of items) return item;
  return undefined;
};

/** The newest stay. */
const remember = (lines: Map<string, Line>, address: string, line: Line): void => {
  lines.delete(address);
  lines.set(address, line);
  if (lines.size > MAX_WAITING) lines.delete(first(lines.keys()) ?? '');
};
