import type { FrpClientPhase } from '../frp/api/FrpApi.js';
import { PROXY_FAILURES } from '../frp/errorType.js';
import type { FrpRole } from '../frp/FrpRole.js';
import type { FrpFailure } from './FrpEvent.js';
import type { ProxySnapshot, ProxyState } from './FrpSnapshot.js';
import { type GoneBefore, wasGoneBefore } from './goneBefore.js';
import { HealthChecks } from './HealthChecks.js';
import { ProxyCounts } from './ProxyCounts.js';
import type { CountedByFrps } from './ProxyIo.js';
import type { ProxySources } from './ProxySources.js';
import { Tally } from './Tally.js';
import { wasBefore } from './wasBefore.js';

/** Who a client says that it is; undefined is what it does not say, or is not told. */
export interface ClientIdentity {
  readonly user: string | undefined;
  readonly clientId: string | undefined;
}

/** The session of the client that has registered a proxy. */
export interface ProxyOwner {
  readonly runId: string;
  readonly identity: ClientIdentity;
  readonly removed: (proxy: FrpProxy) => void;
}

export interface FrpProxyOptions {
  readonly role: FrpRole;
  readonly name: string;
  /** Empty while unknown. */
  readonly type: string;
  /** When it was first heard of. */
  readonly time: number;
  readonly sources: ProxySources;
  /** Called when it is lost or removed. */
  readonly onGone?: (proxy: FrpProxy) => void;
}

const MAX_GROUP_LENGTH = 255;

/** One tunnel as one role sees it, over all its sessions. */
export class FrpProxy {
  readonly name: string;
  /** What it has carried. */
  readonly counts: ProxyCounts;
  readonly checks = new HealthChecks();
  readonly #role: FrpRole;
  readonly #sources: ProxySources;
  readonly #onGone: ((proxy: FrpProxy) => void) | undefined;
  #since: number;
  #type: string;
  #user: string | undefined;
  #clientId: string | undefined;
  #group: string | undefined;
  #state: ProxyState;
  #startedAt: number | undefined;
  #endedAt: number | undefined;
  #lostAt: number | undefined;
  #stateSince: number;
  #removalAsked = false;
  #everStarted = false;
  /** When the API was asked that told its present state, until the log tells the same. */
  #toldByApiAt: number | undefined;
  #lastError: ProxySnapshot['lastError'];
  readonly #errors: Tally;
  #snapshot: ProxySnapshot | undefined;
  /** When the attempt to start it that is under way began. */
  startingSince: number | undefined;
  /** Answers of the API, one after the other, that did not list it. */
  missingAnswers = 0;
  /** When the last answer of the API was asked that listed it. */
  listedAt: number | undefined;
  /** On frps: the session it belongs to. */
  session: ProxyOwner | undefined;
  /** On frps: where its visitors connect to. */
  port: number | undefined;

  constructor({ role, name, type, time, sources, onGone }: FrpProxyOptions) {
    this.name = name;
    this.#role = role;
    this.#onGone = onGone;
    this.#type = type;
    this.#since = time;
    this.#stateSince = time;
    this.#state = role === 'server' ? 'offline' : 'new';
    this.#errors = new Tally({ success: false, failures: PROXY_FAILURES[role], isNews: sources.isNews });
    this.#sources = sources;
    this.counts = new ProxyCounts({ role, type: () => this.#type, sources, changed: () => this.#touch() });
  }

  get type(): string {
    return this.#type;
  }

  get state(): ProxyState {
    return this.#state;
  }

  get active(): boolean {
    return this.#state === 'online' || this.#state === 'running';
  }

  /** When it was lost or removed; undefined while it lives. */
  get goneAt(): number | undefined {
    return this.#endedAt ?? this.#lostAt;
  }

  wasGoneBefore(before: GoneBefore): boolean {
    return wasGoneBefore({ lostAt: this.#lostAt, endedAt: this.wasRemoved ? this.goneAt : undefined }, before);
  }

  /** Removed on purpose, whether or not its last bytes are counted. */
  get wasRemoved(): boolean {
    return this.#removalAsked || this.#endedAt !== undefined;
  }

  /** Whether others may listen on its port with it. */
  get isInGroup(): boolean {
    return this.#group !== undefined;
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

  /** Somebody tells whose it is. Where nobody does, it is still the one's who was told last: a series keeps its attributes. */
  setOwner({ user, clientId }: ClientIdentity): void {
    if ((user === undefined && clientId === undefined) || (user === this.#user && clientId === this.#clientId)) return;
    this.#user = user;
    this.#clientId = clientId;
    this.#touch();
  }

  /** Somebody tells of which load-balancing group it is a member; undefined: of none. Very long names make no label values. */
  setGroup(group: string | undefined): void {
    const label = group?.slice(0, MAX_GROUP_LENGTH) || undefined;
    if (label === this.#group) return;
    this.#group = label;
    this.#touch();
  }

  /** An attempt to start it begins, also when it was lost or removed before. */
  starting(time: number): void {
    this.#enter('new', time);
    this.checks.passed('frpc'); // it has not run yet
    this.#everStarted = true;
    this.startingSince = time;
  }

  /** @param toldBy the API may be quicker than our reading of the log: see {@link FrpProxy.confirmed} */
  started(time: number, toldBy: 'log' | 'api'): void {
    this.#enter(this.#role === 'server' ? 'online' : 'running', time);
    this.#everStarted = true;
    this.#startedAt = time;
    if (toldBy === 'api') this.toldByApi(time);
  }

  /** It runs, and its start was not seen: since when is not known. */
  found(time: number, toldBy: 'log' | 'api'): void {
    this.started(time, toldBy);
    this.#startedAt = undefined;
  }

  /** @returns whether a start that the log tells is the one that the API has told already */
  confirmed(time: number): boolean {
    if (!this.active || this.#toldByApiAt === undefined) return false;
    this.#toldByApiAt = undefined;
    this.#startedAt = time;
    this.#touch();
    return true;
  }

  /** The API was quicker than our reading of the log. */
  toldByApi(time: number): void {
    this.#toldByApiAt = time;
  }

  /** Whether the API has told of its state since: what the log tells of that time is in it. */
  isToldSince(time: number): boolean {
    return this.#toldByApiAt !== undefined && time <= this.#toldByApiAt;
  }

  startFailed(time: number, failure: FrpFailure): void {
    this.#enter(this.#role === 'server' ? 'offline' : 'start_error', time);
    this.failed(time, failure);
  }

  /** On frpc: a phase in which it does not run. */
  waiting(time: number, phase: Exclude<FrpClientPhase, 'running'>): void {
    if (this.#state === phase) return;
    const startingSince = phase === 'wait_start' ? (this.startingSince ?? time) : undefined;
    this.#enter(phase, time);
    this.startingSince = startingSince;
  }

  /** Its session or process is gone; it keeps its counters and may return. */
  lost(time: number): void {
    if (this.goneAt !== undefined) return;
    this.#stop(time);
    this.#lostAt = time;
    this.#onGone?.(this);
  }

  /**
   * Its client took it away on purpose: its series end, but on a server whose API answers not before the API has counted
   * its last connection.
   */
  removed(time: number): void {
    this.#stop(time);
    if (!this.counts.areCountedByFrps) this.#endedAt = time;
    else {
      this.#removalAsked = true;
      this.#lostAt = time; // should the API fall silent, it ends with the retention
    }
    this.#onGone?.(this);
  }

  /** Nothing more will be heard of it. It ends once: readers are told of each end. */
  ended(time: number): void {
    if (this.#endedAt !== undefined) return;
    this.#stop(time);
    this.#endedAt = time;
    this.#onGone?.(this);
  }

  connectionFailed(time: number, failure: FrpFailure): void {
    this.failed(time, failure);
    this.counts.connectionFailed(time, failure.type);
  }

  /** Something went wrong that changes nothing in its state. */
  failed(time: number, failure: FrpFailure): void {
    this.#errors.add(failure.type);
    this.#lastError = Object.freeze({ time, ...failure });
    this.#touch();
  }

  /** Takes frps's counters. */
  polled(counted: CountedByFrps): void {
    const { answer, askedAt } = counted;
    this.counts.polled(counted);
    if (this.#removalAsked && !answer.online && answer.curConns === 0) this.ended(askedAt);
  }

  /** Whether its state can have changed by what was asked at a time: an answer may be older than the log's last word. */
  settledBefore(time: number): boolean {
    return wasBefore(this.#stateSince, time);
  }

  /** frps started anew and counts from 0. */
  serverRestarted(): void {
    this.counts.serverRestarted();
  }

  /** It was found in what is no news: it counts from here. */
  countsSince(time: number): void {
    this.#since = Math.max(this.#since, time);
    this.#touch();
  }

  /** What can be known of it has changed with its sources. */
  sourcesChanged(): void {
    this.#touch();
  }

  snapshot(): ProxySnapshot {
    this.#snapshot ??= Object.freeze({
      role: this.#role,
      name: this.name,
      type: this.#type,
      state: this.#state,
      user: this.#user,
      clientId: this.#clientId,
      group: this.#group,
      since: this.#since,
      endedAt: this.#endedAt,
      startedAt: this.#startedAt,
      ...this.counts.snapshot(),
      // That nothing failed is known where the log is read.
      errors: this.#sources.seesLog() ? this.#errors.snapshot() : this.#errors.occurred(),
      lastError: this.#lastError,
    });
    return this.#snapshot;
  }

  #stop(time: number): void {
    this.#enter(this.#role === 'server' ? 'offline' : 'closed', time);
    this.counts.stopped();
  }

  #enter(state: ProxyState, time: number): void {
    this.#state = state;
    this.#stateSince = time;
    this.#startedAt = undefined;
    this.#lostAt = undefined;
    this.#endedAt = undefined;
    this.#removalAsked = false;
    this.#toldByApiAt = undefined;
    this.startingSince = undefined;
    this.#touch();
  }

  #touch(): void {
    this.#snapshot = undefined;
  }
}
