import type { FrpTraffic } from '../frp/api/FrpApi.js';
import { FAILURES } from '../frp/errorType.js';
import type { FrpRole } from '../frp/FrpRole.js';
import { type Connection, NO_SOCKET_COUNTS } from './Connection.js';
import type { ProxySnapshot, TallySnapshot } from './FrpSnapshot.js';
import { firstTold, leads } from './factSources.js';
import { OutcomeHistogram } from './OutcomeHistogram.js';
import { type CountedByFrps, ProxyIo } from './ProxyIo.js';
import { ProxySockets } from './ProxySockets.js';
import type { ProxySources, SocketsSeen } from './ProxySources.js';
import { NO_COUNTS, Tally } from './Tally.js';

/** Types of which frps logs no user connection (server/proxy/{http,udp,xtcp}.go), and frpc none that failed. */
const UNLOGGED_CONNECTIONS: Readonly<Record<FrpRole, ReadonlySet<string>>> = {
  server: new Set(['http', 'udp', 'xtcp']),
  client: new Set(['udp', 'sudp']),
};

/** Types whose user connections are sockets of frps that its log names by their address. */
const JOINED_ON_SERVER: ReadonlySet<string> = new Set(['tcp', 'https', 'tcpmux']);

const ALL_COUNTED: FrpTraffic = Object.freeze({ in: 0, out: 0 });
/** A visitor's CONNECT, which is seldom longer, and frps's answer `200 OK` (pkg/util/tcpmux/httpconnect.go). */
const UNCOUNTED_OF_TCPMUX: FrpTraffic = Object.freeze({ in: 1_024, out: 38 });

/** Seconds; those of `http.client.request.duration`. */
export const PROBE_BOUNDARIES = Object.freeze([
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]);

/** Whose counts they are. */
interface CountedProxy {
  readonly role: FrpRole;
  readonly type: () => string;
  readonly sources: ProxySources;
  readonly changed: () => void;
}

/** The part of a proxy's snapshot that is told here. */
export type CountsSnapshot = Pick<
  ProxySnapshot,
  | 'io'
  | 'segments'
  | 'activeConnections'
  | 'connectionDuration'
  | 'roundTrip'
  | 'probeDuration'
  | 'connections'
  | 'lastActivity'
>;

/** What one proxy has carried, as frp and the kernel tell it. */
export class ProxyCounts {
  readonly #proxy: CountedProxy;
  readonly #io = new ProxyIo();
  readonly #sockets = new ProxySockets();
  readonly #probes = new OutcomeHistogram(PROBE_BOUNDARIES);
  readonly #connections: Tally;
  /** Connections counted when they came and failed afterwards, or were found to be probes of ours. */
  #countedTooMany = 0;
  /** From the API. */
  #activeConnections: number | undefined;
  #lastActivity: number | undefined;
  #hasService = false;

  constructor(proxy: CountedProxy) {
    this.#proxy = proxy;
    this.#connections = newTally(proxy);
  }

  /** Whether frps's own count of its bytes was ever read. */
  get areCountedByFrps(): boolean {
    return this.#io.isCountedByFrps;
  }

  /** Whether connections are counted by the kernel's word: where the log is read, its lines count them. */
  get areCountedBySockets(): boolean {
    const told = { log: this.#logsConnections(), sockets: this.#socketsSeen() === 'all' };
    return leads('user connections', 'sockets', told);
  }

  /** Whether its user connections are sockets of which the log has the address; not known before its type is. */
  get mayHaveSockets(): boolean {
    const type = this.#proxy.type();
    return type === '' || JOINED_ON_SERVER.has(type);
  }

  connected(time: number): void {
    if (this.#countedTooMany > 0) this.#countedTooMany -= 1;
    else this.#connections.add();
    this.#lastActivity = time;
    this.#proxy.changed();
  }

  /**
   * A connection failed. On frps it came first, by a line of its own, and was counted as one that works: since a count
   * never falls, the next one that comes is not counted in its place.
   */
  connectionFailed(time: number, errorType: string): void {
    this.#connections.add(errorType);
    if (this.#proxy.role === 'server' && this.#proxy.sources.isNews()) this.#countedTooMany += 1;
    this.#lastActivity = time;
    this.#proxy.changed();
  }

  /** One of the connections counted is a probe of ours: the next one that comes is not counted in its place. */
  countedProbe(): void {
    this.#countedTooMany += 1;
  }

  /** Takes frps's own. */
  polled(counted: CountedByFrps): void {
    const { online, curConns } = counted.answer;
    const active = online ? curConns : 0;
    const hasChanged = this.#io.counted(counted) || active !== this.#activeConnections;
    this.#activeConnections = active;
    if (hasChanged) this.#proxy.changed();
  }

  /** The API, which told of open connections, does not answer (any more). */
  apiFellSilent(): void {
    if (this.#activeConnections === undefined) return;
    this.#activeConnections = undefined;
    this.#proxy.changed();
  }

  /** The proxy does not run (any more). */
  stopped(): void {
    if (this.#activeConnections !== undefined) this.#activeConnections = 0;
  }

  /** frps started anew and counts from 0. */
  serverRestarted(): void {
    this.#io.serverRestarted();
  }

  /** frps lists it no more: should it return, its counts start from 0. */
  pruned(): void {
    this.#io.pruned();
  }

  /** On frpc: whether all its connections to some local service are this proxy's. */
  setService(isAlone: boolean): void {
    if (isAlone === this.#hasService) return;
    this.#hasService = isAlone;
    this.#proxy.changed();
  }

  /** A connection is of it. */
  joined(connection: Connection): void {
    const isNew = connection.before === NO_SOCKET_COUNTS && !connection.isOwn;
    this.#sockets.joined(connection, isNew);
    this.#io.leaveOut(connection.before);
    if (isNew) this.#lastActivity = Math.max(connection.seenAt, this.#lastActivity ?? 0);
    this.#proxy.changed();
  }

  /** A connection of it has these counts. */
  saw(connection: Connection): void {
    const { role, type } = this.#proxy;
    const uncounted = role === 'server' && type() === 'tcpmux' ? UNCOUNTED_OF_TCPMUX : ALL_COUNTED;
    const hasMoreBytes = this.#io.take(connection, uncounted);
    const hasMoreSegments = this.#sockets.take(connection);
    if (hasMoreBytes || hasMoreSegments) this.#proxy.changed();
  }

  /** A connection of it has ended. */
  left(): void {
    this.#sockets.left();
    this.#proxy.changed();
  }

  /** All that can be known of a connection that has ended is known. */
  connectionOver(connection: Connection): void {
    this.#sockets.over(connection);
    this.#proxy.changed();
  }

  /** @param seconds of a probe through it */
  probed(seconds: number, errorType: string | undefined): void {
    this.#probes.record(seconds, errorType);
    this.#proxy.changed();
  }

  snapshot(): CountsSnapshot {
    const seesSockets = this.#socketsSeen() !== 'none';
    const { told } = this.#io;
    const { segments, open, duration, roundTrip } = this.#sockets;
    return {
      io: seesSockets || this.#io.isCountedByFrps || isAny(told) ? Object.freeze({ ...told }) : undefined,
      segments: seesSockets || isAny(segments) ? Object.freeze({ ...segments }) : undefined,
      activeConnections: firstTold('connections open now', {
        api: this.#activeConnections,
        sockets: seesSockets ? open : undefined,
      }),
      connectionDuration: duration,
      roundTrip,
      probeDuration: this.#probes.snapshot(),
      connections: this.#countedConnections(),
      lastActivity: this.#lastActivity,
    };
  }

  #countedConnections(): TallySnapshot {
    const logged = this.#logsConnections() ? this.#connections.snapshot() : NO_COUNTS;
    if (this.#proxy.role === 'server') {
      return this.areCountedBySockets ? successesOf(this.#connections.snapshot()) : logged;
    }
    if (this.#socketsSeen() !== 'all') return logged;
    return Object.freeze([Object.freeze({ errorType: undefined, count: this.#sockets.opened }), ...logged]);
  }

  #logsConnections(): boolean {
    const { role, type, sources } = this.#proxy;
    return sources.seesLog() && !UNLOGGED_CONNECTIONS[role].has(type());
  }

  /** What is seen of its connections, where they can be told from those of others. */
  #socketsSeen(): SocketsSeen {
    const { role, type, sources } = this.#proxy;
    const areItsOwn = role === 'server' ? JOINED_ON_SERVER.has(type()) : this.#hasService;
    return areItsOwn ? sources.seesSockets() : 'none';
  }
}

/** frps logs each user connection and never a dead local service; frpc (at INFO) logs only the failures. */
const newTally = ({ role, sources: { isNews } }: CountedProxy): Tally =>
  role === 'server'
    ? new Tally({ success: true, failures: FAILURES.workConnection, isNews })
    : new Tally({ success: false, failures: FAILURES.localService, isNews });

const successesOf = (tally: TallySnapshot): TallySnapshot =>
  Object.freeze(tally.filter(({ errorType }) => errorType === undefined));

const isAny = (counts: FrpTraffic): boolean => counts.in + counts.out > 0;
