import type { FrpServerClient } from '../frp/api/FrpApi.js';
import type { ClientIdentity, FrpProxy } from './FrpProxy.js';
import type { ClientSessionSnapshot, DisconnectReason } from './FrpSnapshot.js';
import { wasBefore } from './wasBefore.js';

/** Who logged in, as far as it was told. */
export interface Login {
  readonly time: number | undefined;
  readonly address: string | undefined;
  readonly version: string | undefined;
  readonly hostname: string | undefined;
}

/** A login that the log told. */
export interface AttemptedLogin extends Login {
  readonly time: number;
}

/** frps's API tells the time of a login in whole seconds, the log in milliseconds. */
const SAME_LOGIN_MILLIS = 1_500;

const UNKNOWN: ClientIdentity = Object.freeze({ user: undefined, clientId: undefined });

/** One session of one client on frps, from its login to its end. */
export class ClientSession {
  readonly runId: string;
  readonly login: Login;
  readonly #proxies = new Set<FrpProxy>();
  #identity: ClientIdentity = UNKNOWN;
  #endedAt: number | undefined;
  #reason: DisconnectReason | undefined;
  #toldByLog: boolean;
  #snapshot: ClientSessionSnapshot | undefined;
  /** Why it will end, where a line has said so before its end. */
  endsBecause: DisconnectReason | undefined;
  /** Answers of the API, one after the other, that did not list it. */
  missingAnswers = 0;

  constructor(runId: string, login: Login, toldByLog: boolean) {
    this.runId = runId;
    this.login = login;
    this.#toldByLog = toldByLog;
  }

  /** Whether the log told of its login, or only the API (as yet). */
  get toldByLog(): boolean {
    return this.#toldByLog;
  }

  /** The log tells of its login: the API was quicker. */
  confirmedByLog(): void {
    this.#toldByLog = true;
    this.#snapshot = undefined;
  }

  get identity(): ClientIdentity {
    return this.#identity;
  }

  get endedAt(): number | undefined {
    return this.#endedAt;
  }

  get reason(): DisconnectReason {
    return this.#reason ?? 'unknown';
  }

  /** Whether it had logged in when something was asked. */
  isOlderThan(time: number): boolean {
    return this.login.time === undefined || wasBefore(this.login.time, time);
  }

  /** Whether a login at that time is the one that it began with. */
  isToldOf(time: number): boolean {
    return this.login.time !== undefined && Math.abs(time - this.login.time) <= SAME_LOGIN_MILLIS;
  }

  /** Whether the API's session of this run id is a later one. */
  isBefore({ connectedAt }: FrpServerClient): boolean {
    return connectedAt !== undefined && this.login.time !== undefined && !this.isToldOf(connectedAt);
  }

  /** The proxies that it has registered and not removed. */
  get proxies(): readonly FrpProxy[] {
    return [...this.#proxies];
  }

  registered(proxy: FrpProxy): void {
    if (this.#proxies.has(proxy)) return;
    this.#proxies.add(proxy);
    this.#snapshot = undefined;
  }

  removed(proxy: FrpProxy): void {
    if (this.#proxies.delete(proxy)) this.#snapshot = undefined;
  }

  /** The API tells whose it is. */
  identified(client: FrpServerClient): void {
    const [user, clientId] = [client.user || undefined, client.clientId || undefined];
    if (this.#identity.user === user && this.#identity.clientId === clientId) return;
    this.#identity = Object.freeze({ user, clientId });
    for (const proxy of this.#proxies) proxy.setOwner(this.#identity);
    this.#snapshot = undefined;
  }

  end(time: number, reason: DisconnectReason): void {
    this.#endedAt = time;
    this.#reason = this.endsBecause ?? reason;
    this.#proxies.clear();
    this.#snapshot = undefined;
  }

  snapshot(): ClientSessionSnapshot {
    const { time: connectedSince, address, version, hostname } = this.login;
    this.#snapshot ??= Object.freeze({
      runId: this.runId,
      ...this.#identity,
      version,
      hostname,
      address,
      connectedSince,
      disconnectedAt: this.#endedAt,
      disconnectReason: this.#reason,
      proxies: this.#toldByLog ? this.#proxies.size : undefined,
    });
    return this.#snapshot;
  }
}
