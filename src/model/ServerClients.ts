import type { FrpServerClient } from '../frp/api/FrpApi.js';
import { FAILURES, LOGIN_REFUSALS } from '../frp/errorType.js';
import type { AttemptedLogin, ClientSession } from './ClientSession.js';
import { ClientSessions } from './ClientSessions.js';
import { type FrpEvent, type FrpFailure, NO_EVENTS } from './FrpEvent.js';
import type { FrpProxy } from './FrpProxy.js';
import type { ClientSessionSnapshot, DisconnectReason, RefusedLogin, ServerSnapshot } from './FrpSnapshot.js';
import type { Subject } from './Subject.js';
import { Tally } from './Tally.js';

const DISCONNECT_REASONS = ['closed', 'replaced', 'heartbeat_timeout'] as const satisfies readonly DisconnectReason[];
/** Of these the attempt is logged; a plugin's come before (server/service.go). */
const OWN_REFUSALS: ReadonlySet<string> = new Set(LOGIN_REFUSALS);
/** Refused logins kept for the snapshot. */
const MAX_REFUSED_LOGINS = 20;
/** The API may be asked between a line and our reading it: where the log is read it has the first word. */
const MISSING_ANSWERS = { withLog: 2, alone: 1 } as const;

/** A session, and what happened by finding it. */
export interface FoundSession {
  readonly session?: ClientSession;
  readonly events: readonly FrpEvent[];
}

/** The clients of frps: who logs in, who is refused and why, who leaves and why. */
export class ServerClients {
  readonly #subject: Subject;
  readonly #proxyLost: (proxy: FrpProxy, time: number) => FrpEvent[];
  readonly #sessions = new ClientSessions();
  readonly #logins: Tally;
  readonly #disconnects: Tally;
  #refusedLogins: readonly RefusedLogin[] = Object.freeze([]);

  /** @param proxyLost what becomes of the proxies of a session that ends */
  constructor(subject: Subject, proxyLost: (proxy: FrpProxy, time: number) => FrpEvent[]) {
    this.#subject = subject;
    const { isNews } = subject;
    this.#logins = new Tally({ success: true, failures: FAILURES.login, isNews });
    this.#disconnects = new Tally({ success: false, failures: DISCONNECT_REASONS, isNews });
    this.#proxyLost = proxyLost;
  }

  /** How many are connected. */
  get count(): number {
    return this.#sessions.count;
  }

  /** How many sessions were left out because of the limit. */
  get refusedSessions(): number {
    return this.#sessions.refused;
  }

  attempted(runId: string | undefined, login: AttemptedLogin): void {
    if (runId === undefined) return;
    const session = this.#sessions.get(runId);
    if (session === undefined || session.toldByLog || !session.isToldOf(login.time)) {
      this.#sessions.attempted(runId, login);
    } else {
      session.confirmedByLog();
      this.#logins.add();
    }
  }

  refused(error: FrpFailure, time: number): FrpEvent {
    const { address, version, hostname } = (OWN_REFUSALS.has(error.type) && this.#sessions.refusedAttempt()) || {};
    this.#logins.add(error.type);
    const refused = { time, address, version, hostname, errorType: error.type, message: error.message };
    this.#refusedLogins = Object.freeze([...this.#refusedLogins, Object.freeze(refused)].slice(-MAX_REFUSED_LOGINS));
    return { ...this.#subject.identity(), kind: 'server.login.rejected', time, error, address };
  }

  /** The session that a line is of. frps logs no successful login: the first line of the session shows it. */
  sessionOf(runId: string | undefined, time: number): FoundSession {
    if (runId === undefined) return { events: NO_EVENTS };
    if (this.#sessions.isPending(runId)) return this.#succeeded(runId, time);
    return { session: this.#sessions.get(runId) ?? this.#sessions.found(runId), events: NO_EVENTS };
  }

  /** Time has passed: a login that nobody refused is accepted, though frps logs nothing of it. */
  settle(time: number): FrpEvent[] {
    return this.#subject.isNews() ? this.#acceptUnrefused(time) : []; // its refusal may be the next line
  }

  /** The last line that is no news was read: the logins that it leaves open are none either. */
  historyRead(time: number): void {
    this.#acceptUnrefused(time);
  }

  /** The session will end, and a line has said why. */
  willEnd(runId: string | undefined, reason: DisconnectReason): void {
    const session = runId === undefined ? undefined : this.#sessions.get(runId);
    if (session !== undefined) session.endsBecause = reason;
  }

  exited(runId: string | undefined, time: number): readonly FrpEvent[] {
    const known = runId === undefined ? undefined : this.#sessions.get(runId);
    const { session, events } = known ? { session: known, events: NO_EVENTS } : this.sessionOf(runId, time);
    return session === undefined ? events : [...events, ...this.#ended(session, time, 'closed')];
  }

  /** The API lists them all. */
  listed(clients: readonly FrpServerClient[], time: number): FrpEvent[] {
    const online = new Map(
      clients.filter(({ online, runId }) => online && runId !== '').map((client) => [client.runId, client]),
    );
    const endedSince = this.#sessions.endedSince(time);
    const events = [...this.#sessions].flatMap((session) =>
      this.#isOver(session, online.get(session.runId), time) ? this.#ended(session, time, 'unknown') : [],
    );
    for (const [runId, client] of online) {
      const known = this.#sessions.get(runId);
      const accepted = known === undefined ? this.#sessions.accepted(runId) : undefined;
      if (known === undefined && accepted === undefined && endedSince.has(runId)) continue; // it was still there then
      const session = known ?? accepted ?? this.#sessions.found(runId, client);
      session.identified(client);
      if (accepted !== undefined) events.push(this.#loggedIn(accepted, time));
      else if (known === undefined) events.push(this.#connected(session, time));
    }
    return events;
  }

  /** The process is gone. */
  stopped(time: number): FrpEvent[] {
    return this.#sessions.allEnded(time, 'server_stopped').map((session) => this.#disconnected(session, time));
  }

  forgetGoneBefore(time: number): void {
    this.#sessions.forgetGoneBefore(time);
  }

  snapshot(): {
    readonly clients: readonly ClientSessionSnapshot[];
    readonly refusedLogins: readonly RefusedLogin[];
    readonly logins: ServerSnapshot['logins'];
    readonly disconnects: ServerSnapshot['disconnects'];
  } {
    return {
      clients: this.#sessions.snapshot(),
      refusedLogins: this.#refusedLogins,
      logins: this.#subject.told(this.#logins),
      disconnects: Object.freeze(
        this.#disconnects
          .snapshot()
          .map(({ errorType, count }) => Object.freeze({ reason: errorType as DisconnectReason, count })),
      ),
    };
  }

  #isOver(session: ClientSession, client: FrpServerClient | undefined, time: number): boolean {
    const seesLog = this.#subject.seesLog();
    session.missingAnswers = client === undefined && session.isOlderThan(time) ? session.missingAnswers + 1 : 0;
    const isMissing = session.missingAnswers >= (seesLog ? MISSING_ANSWERS.withLog : MISSING_ANSWERS.alone);
    // It logged in again between two answers, with the same run id: the log tells that better.
    const isAnother = !seesLog && client !== undefined && session.isBefore(client);
    return isMissing || isAnother;
  }

  #acceptUnrefused(time: number): FrpEvent[] {
    return this.#sessions.unrefusedBy(time).flatMap((runId) => this.#succeeded(runId, time).events);
  }

  /** The login that was pending is accepted. One before it with that run id has ended by then, if that was not read. */
  #succeeded(runId: string, time: number): FoundSession {
    const before = this.#sessions.get(runId);
    const ended = before === undefined ? NO_EVENTS : this.#ended(before, time, 'replaced');
    const session = this.#sessions.accepted(runId);
    return session === undefined ? { events: ended } : { session, events: [...ended, this.#loggedIn(session, time)] };
  }

  #loggedIn(session: ClientSession, time: number): FrpEvent {
    this.#logins.add();
    return this.#connected(session, time);
  }

  #ended(session: ClientSession, time: number, reason: DisconnectReason): FrpEvent[] {
    const lost = session.proxies.flatMap((proxy) => this.#proxyLost(proxy, time));
    this.#sessions.ended(session.runId, time, reason);
    return [...lost, this.#disconnected(session, time)];
  }

  #connected({ runId, login: { address } }: ClientSession, time: number): FrpEvent {
    return { ...this.#subject.identity(), kind: 'server.client.connected', time, runId, address };
  }

  #disconnected({ runId, login, reason }: ClientSession, time: number): FrpEvent {
    this.#disconnects.add(reason);
    const session = { runId, reason, address: login.address, startTime: login.time };
    return { ...this.#subject.identity(), ...session, kind: 'server.client.disconnected', time };
  }
}
