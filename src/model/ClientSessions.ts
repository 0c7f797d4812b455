import type { FrpServerClient } from '../frp/api/FrpApi.js';
import { type AttemptedLogin, ClientSession, type Login } from './ClientSession.js';
import type { ClientSessionSnapshot, DisconnectReason } from './FrpSnapshot.js';

/** Logins whose outcome frps has not shown yet; frps logs an attempt before it checks the token. */
const MAX_PENDING = 1_000;
/** Sessions known at a time; further ones are counted, not kept. */
const MAX_ACTIVE = 100_000;
/** Ended sessions kept for the snapshot. */
const MAX_ENDED = 1_000;
/** A refusal follows its attempt at once, unless a plugin is asked; frpc gives up after 10 s (client/control_session.go). */
const REFUSED_WITHIN_MILLIS = 10_000;

/**
 * The clients' sessions on one frps, by run id. A client keeps its run id over its reconnects: then the new session replaces
 * the old one, and frps logs the end of the old one between the new one's attempt and its first line.
 */
export class ClientSessions {
  readonly #pending = new Map<string, AttemptedLogin>();
  readonly #active = new Map<string, ClientSession>();
  #ended: ClientSession[] = [];
  #refused = 0;

  /** How many are connected. */
  get count(): number {
    return this.#active.size;
  }

  /** How many were left out because of the limit. */
  get refused(): number {
    return this.#refused;
  }

  get(runId: string): ClientSession | undefined {
    return this.#active.get(runId);
  }

  /** A client tries to log in. */
  attempted(runId: string, login: AttemptedLogin): void {
    this.#pending.delete(runId);
    this.#pending.set(runId, login);
    const [oldest] = this.#pending.keys();
    if (this.#pending.size > MAX_PENDING && oldest !== undefined) this.#pending.delete(oldest);
  }

  /**
   * The attempt that is refused now: the refusal names nobody, and follows its attempt. Only for a refusal of which the
   * attempt is logged.
   */
  refusedAttempt(): Login | undefined {
    const [runId, login] = [...this.#pending].at(-1) ?? [];
    if (runId !== undefined) this.#pending.delete(runId);
    return login;
  }

  /** Whether a client has tried to log in, and frps has not shown the outcome. */
  isPending(runId: string): boolean {
    return this.#pending.has(runId);
  }

  /** A line or an answer shows the session: the login that was pending is accepted by that. */
  accepted(runId: string): ClientSession | undefined {
    const login = this.#pending.get(runId);
    if (login === undefined) return undefined;
    this.#pending.delete(runId);
    return this.#add(new ClientSession(runId, login, true));
  }

  /** The run ids of the logins that no refusal has followed by then. */
  unrefusedBy(time: number): string[] {
    return [...this.#pending].filter(([, login]) => login.time < time - REFUSED_WITHIN_MILLIS).map(([runId]) => runId);
  }

  /** A session of which the login was not seen: it was there before us, or the API tells it first. */
  found(runId: string, client?: FrpServerClient): ClientSession {
    const { connectedAt: time } = client ?? {};
    const [address, version, hostname] = [client?.address, client?.version, client?.hostname].map(
      (told) => told || undefined,
    );
    return this.#add(new ClientSession(runId, { time, address, version, hostname }, client === undefined));
  }

  /** @returns the session that is over now */
  ended(runId: string, time: number, reason: DisconnectReason): ClientSession | undefined {
    const session = this.#active.get(runId);
    if (session === undefined) return undefined;
    session.end(time, reason);
    this.#active.delete(runId);
    this.#ended.push(session);
    if (this.#ended.length > MAX_ENDED) this.#ended.shift();
    return session;
  }

  /** frps is gone, and all sessions with it. */
  allEnded(time: number, reason: DisconnectReason): ClientSession[] {
    this.#pending.clear();
    return [...this.#active.keys()].flatMap((runId) => this.ended(runId, time, reason) ?? []);
  }

  [Symbol.iterator](): IterableIterator<ClientSession> {
    return this.#active.values();
  }

  /** The run ids of the sessions that have ended at a time or later. */
  endedSince(time: number): ReadonlySet<string> {
    return new Set(this.#ended.filter((session) => !endedBefore(session, time)).map(({ runId }) => runId));
  }

  forgetGoneBefore(time: number): void {
    if (this.#ended.some((session) => endedBefore(session, time)))
      this.#ended = this.#ended.filter((session) => !endedBefore(session, time));
  }

  snapshot(): readonly ClientSessionSnapshot[] {
    return Object.freeze([...this.#active.values(), ...this.#ended].map((session) => session.snapshot()));
  }

  #add(session: ClientSession): ClientSession {
    if (this.#active.size < MAX_ACTIVE) this.#active.set(session.runId, session);
    else this.#refused += 1;
    return session;
  }
}

const endedBefore = ({ endedAt }: ClientSession, time: number): boolean => endedAt !== undefined && endedAt < time;
