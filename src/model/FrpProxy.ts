import type { FrpServerProxy } from '../frp/api/FrpApi.js';
import { FAILURES } from '../frp/errorType.js';
import type { FrpRole } from '../frp/FrpRole.js';
import { type FrpFailure, failureOf } from './FrpEvent.js';
import type { ProxySnapshot, ProxyState } from './FrpSnapshot.js';
import { RebuiltCounter } from './RebuiltCounter.js';
import { Tally } from './Tally.js';

/** Types for which frps logs no user connection (server/proxy/{http,udp,xtcp}.go). */
const UNLOGGED_CONNECTIONS: ReadonlySet<string> = new Set(['http', 'udp', 'xtcp']);
const NONE = Object.freeze([]);

/** One tunnel as one role sees it, over all its sessions. */
export class FrpProxy {
  readonly name: string;
  readonly #role: FrpRole;
  readonly #since: number;
  readonly #connections: Tally;
  #type: string;
  #state: ProxyState;
  #startedAt: number | undefined;
  #endedAt: number | undefined;
  #lostAt: number | undefined;
  #io: { in: RebuiltCounter; out: RebuiltCounter } | undefined;
  #activeConnections: number | undefined;
  #stateSince: number;
  #removalAsked = false;
  #everStarted = false;
  #lastError: ProxySnapshot['lastError'];
  #lastActivity: number | undefined;
  #snapshot: ProxySnapshot | undefined;
  /** When the attempt to start it that is under way began. */
  startingSince: number | undefined;
  /** On frps: the session it belongs to. */
  runId: string | undefined;

  constructor({ role, name, type, time }: { role: FrpRole; name: string; type: string; time: number }) {
    this.name = name;
    this.#role = role;
    this.#type = type;
    this.#since = time;
    this.#stateSince = time;
    this.#state = role === 'server' ? 'offline' : 'new';
    // frps logs each user connection and never a dead local service; frpc (at INFO) logs only the failures.
    this.#connections =
      role === 'server'
        ? new Tally({ success: true, failures: [] })
        : new Tally({ success: false, failures: FAILURES.localService });
  }

  get type(): string {
    return this.#type;
  }

  get active(): boolean {
    return this.#state === 'online' || this.#state === 'running';
  }

  /** When it was lost or removed; undefined while it lives. */
  get goneAt(): number | undefined {
    return this.#endedAt ?? this.#lostAt;
  }

  /** Removed on purpose, whether or not its last bytes are counted. */
  get wasRemoved(): boolean {
    return this.#removalAsked || this.#endedAt !== undefined;
  }

  /** Whether a start now creates it: it was never seen to start, or was removed since. */
  get isNew(): boolean {
    return this.wasRemoved || !this.#everStarted;
  }

  setType(type: string): void {
    if (type !== '' && type !== this.#type) {
      this.#type = type;
      this.#touch();
    }
  }

  /** An attempt to start it begins, also when it was lost or removed before. */
  starting(time: number): void {
    this.#enter('new', time);
    this.#everStarted = true;
    this.startingSince = time;
  }

  started(time: number): void {
    this.#enter(this.#role === 'server' ? 'online' : 'running', time);
    this.#everStarted = true;
    this.#startedAt = time;
  }

  startFailed(time: number, message: string): FrpFailure {
    this.#enter(this.#role === 'server' ? 'offline' : 'start_error', time);
    return this.#failed(time, message);
  }

  /** Its session or process is gone; it keeps its counters and may return. */
  lost(time: number): void {
    if (this.goneAt !== undefined) return;
    this.#stop(time);
    this.#lostAt = time;
  }

  /**
   * Its client took it away on purpose: its series end, but on a server whose API answers not before the API has counted
   * its last connection.
   */
  removed(time: number): void {
    this.#stop(time);
    if (this.#io === undefined) this.#endedAt = time;
    else {
      this.#removalAsked = true;
      this.#lostAt = time; // should the API fall silent, it ends with the retention
    }
  }

  /** Nothing more will be heard of it. It ends once: readers are told of each end. */
  ended(time: number): void {
    if (this.#endedAt !== undefined) return;
    this.#stop(time);
    this.#endedAt = time;
  }

  connected(time: number): void {
    this.#connections.add();
    this.#lastActivity = time;
    this.#touch();
  }

  connectionFailed(time: number, message: string): FrpFailure {
    const failure = this.#failed(time, message);
    this.#connections.add(failure.type);
    this.#lastActivity = time;
    return failure;
  }

  /**
   * Takes frps's counters.
   *
   * @param startsAtZero whether frps counted this proxy from 0 since we know it
   */
  polled(time: number, answer: FrpServerProxy, startsAtZero: boolean): void {
    this.#io ??= { in: new RebuiltCounter(startsAtZero), out: new RebuiltCounter(startsAtZero) };
    this.#io.in.see(answer.today.in);
    this.#io.out.see(answer.today.out);
    this.#activeConnections = answer.online ? answer.curConns : 0;
    if (this.#removalAsked && !answer.online && answer.curConns === 0) this.ended(time);
    this.#touch();
  }

  /** Whether its state can have changed by what was asked at a time: an answer may be older than the log's last word. */
  settledBefore(time: number): boolean {
    return this.#stateSince < time;
  }

  /** frps started anew and counts from 0. */
  serverRestarted(): void {
    this.#io?.in.restart();
    this.#io?.out.restart();
  }

  snapshot(): ProxySnapshot {
    this.#snapshot ??= Object.freeze({
      role: this.#role,
      name: this.name,
      type: this.#type,
      state: this.#state,
      since: this.#since,
      endedAt: this.#endedAt,
      startedAt: this.#startedAt,
      io: this.#io && Object.freeze({ in: this.#io.in.total, out: this.#io.out.total }),
      activeConnections: this.#activeConnections,
      connections: this.#seesConnections() ? this.#connections.snapshot() : NONE,
      lastError: this.#lastError,
      lastActivity: this.#lastActivity,
    });
    return this.#snapshot;
  }

  #seesConnections(): boolean {
    return this.#role === 'client' || !UNLOGGED_CONNECTIONS.has(this.#type);
  }

  #stop(time: number): void {
    this.#enter(this.#role === 'server' ? 'offline' : 'closed', time);
    if (this.#activeConnections !== undefined) this.#activeConnections = 0;
  }

  #enter(state: ProxyState, time: number): void {
    this.#state = state;
    this.#stateSince = time;
    this.#startedAt = undefined;
    this.#lostAt = undefined;
    this.#endedAt = undefined;
    this.#removalAsked = false;
    this.startingSince = undefined;
    this.#touch();
  }

  #failed(time: number, message: string): FrpFailure {
    const failure = failureOf(message);
    this.#lastError = Object.freeze({ time, ...failure });
    this.#touch();
    return failure;
  }

  #touch(): void {
    this.#snapshot = undefined;
  }
}
