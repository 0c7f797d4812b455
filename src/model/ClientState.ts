import type { FrpConfig } from '../frp/config/FrpConfig.js';
import { FAILURES } from '../frp/errorType.js';
import type { ClientLogMeaning } from '../frp/log/FrpLogMeaning.js';
import { ClientProxies } from './ClientProxies.js';
import type { ConnectionSignal } from './Connections.js';
import { type ClientEvent, type FrpEvent, type FrpFailure, failureOf, NO_EVENTS } from './FrpEvent.js';
import type { ClientApiAnswered } from './FrpSignal.js';
import type { ClientSnapshot } from './FrpSnapshot.js';
import { OutcomeHistogram } from './OutcomeHistogram.js';
import type { Subject } from './Subject.js';
import { Tally } from './Tally.js';
import { wasBefore } from './wasBefore.js';

/** Seconds; frpc gives up a login after 10 s (client/control_session.go). */
export const LOGIN_DURATION_BOUNDARIES = Object.freeze([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);

const EXITED: FrpFailure = { type: 'process_exited', message: 'frpc exited before the login ended' };

/**
 * Answers, one after the other, that tell of another session than is known, until they are believed: where the log is read
 * it has the first word. Status is empty for a moment between the login and its first proxy.
 */
const CONTRARY_ANSWERS = { withLog: 2, alone: 1 } as const;

/** What frpc says of its session and its proxies. */
export class ClientState {
  readonly #subject: Subject;
  readonly #proxies: ClientProxies;
  readonly #logins: Tally;
  readonly #loginDuration = new OutcomeHistogram(LOGIN_DURATION_BOUNDARIES);
  readonly #configReloads: Tally;
  readonly #errors: Tally;
  #config: FrpConfig | undefined;
  #loginStartedAt: number | undefined;
  #connectedSince: number | undefined;
  #runId: string | undefined;
  #everConnected = false;
  #reconnects = 0;
  /** Whether the API, or the end of the process, has told of the session. */
  #sessionTold = false;
  /** Whether the log has: of a process that we found, it may not reach back to the login. */
  #sessionLogged = false;
  /** Whether the API has ever listed a proxy: then it would have told of reconnects. */
  #everListed = false;
  #contraryAnswers = 0;
  #loginFailedLast = false;

  constructor(subject: Subject) {
    this.#subject = subject;
    const { isNews } = subject;
    this.#logins = new Tally({ success: true, failures: FAILURES.connect, isNews });
    this.#configReloads = new Tally({ success: true, failures: FAILURES.reload, isNews });
    this.#errors = new Tally({ success: false, failures: FAILURES.client, isNews });
    this.#proxies = new ClientProxies(subject);
  }

  /** Whether its last attempt to log in has failed: frpc 0.52 then ends by itself, with exit code 0. */
  get failedToLogIn(): boolean {
    return this.#loginFailedLast;
  }

  configured(config: FrpConfig | undefined): void {
    this.#config = config;
    this.#proxies.configured(config);
  }

  /** It goes on as a new process, of whose session nothing is known. */
  restarted(config: FrpConfig | undefined): void {
    this.#sessionTold = false;
    this.#sessionLogged = false;
    this.configured(config);
  }

  read(meaning: ClientLogMeaning, time: number): readonly FrpEvent[] {
    switch (meaning.kind) {
      case 'login.started': {
        this.#sessionLogged = true;
        // frpc says nothing when it loses its session; the next attempt shows it.
        const lost = this.#disconnected(time, 'unknown');
        this.#loginStartedAt = time;
        return lost;
      }
      case 'login.succeeded':
        return [this.#loggedIn(meaning.runId, time)];
      case 'login.failed':
        return [this.#loginFailed(failureOf(meaning), time)];
      case 'heartbeat.timeout':
        this.#sessionLogged = true;
        this.#errors.add('heartbeat_timeout');
        return this.#disconnected(time, 'heartbeat_timeout');
      case 'proxies.added':
      case 'proxies.removed':
      case 'proxy.running':
      case 'proxy.start.failed':
      case 'proxy.check.failed':
      case 'proxy.check.recovered':
      case 'proxy.check.error':
      case 'local.connect.failed':
      case 'proxy.fault':
        return this.#proxies.read(meaning, time);
      case 'config.reloaded':
        this.#configReloads.add();
        return [{ ...this.#subject.identity(), kind: 'client.config.reloaded', time, error: undefined }];
      case 'config.reload.failed':
        this.#configReloads.add(meaning.errorType);
        this.#errors.add(meaning.errorType);
        return [{ ...this.#subject.identity(), kind: 'client.config.reloaded', time, error: failureOf(meaning) }];
      case 'fault':
        this.#errors.add(meaning.errorType);
        return NO_EVENTS;
      case 'note':
      case 'api.request':
      case 'api.response':
        return NO_EVENTS;
      default:
        return meaning satisfies never;
    }
  }

  /**
   * Takes frpc's status. frpc lists nothing while it has no session, and all proxies that it is to run while it has one.
   */
  answered({ time, proxies, isComplete }: ClientApiAnswered): FrpEvent[] {
    const toldFromStart = this.#subject.toldFromStart();
    if (proxies.length === 0) return isComplete ? this.#answeredEmpty(time) : [];
    const isFound = !toldFromStart && !this.#everListed;
    this.#sessionTold = true;
    this.#everListed = true;
    const logWillTell = this.#subject.seesLog() && (toldFromStart || this.#everConnected);
    if (this.#connectedSince !== undefined) this.#contraryAnswers = 0;
    const isNews = this.#connectedSince === undefined && this.#isContraryEnough(logWillTell);
    const events = [
      ...(isNews ? [this.#loggedIn(undefined, time)] : []),
      ...this.#proxies.answered(proxies, { time, isComplete, how: isFound ? 'found' : 'started' }),
    ];
    return isFound ? [] : events; // what was there before we came is no news
  }

  /** Takes what is seen of connections. */
  saw(signal: ConnectionSignal, seenFromStart: boolean): readonly FrpEvent[] {
    return this.#proxies.saw(signal, seenFromStart);
  }

  /** What was left out, and why. */
  get dropped(): readonly { readonly item: string; readonly reason: string; readonly count: number }[] {
    return [{ item: 'socket', reason: 'limit', count: this.#proxies.refusedConnections }];
  }

  /** Its API, which alone may tell of the session, does not answer (any more). */
  apiFellSilent(): void {
    this.#sessionTold = false;
  }

  /** The process is gone. */
  stopped(time: number): FrpEvent[] {
    this.#sessionTold = true;
    const unfinished = this.#loginStartedAt === undefined ? [] : [this.#loginFailed(EXITED, time)];
    this.#proxies.stopped(time);
    return [...unfinished, ...this.#disconnected(time, 'process_exited')];
  }

  snapshot(): ClientSnapshot {
    const seesLog = this.#subject.seesLog();
    const tells = this.#sessionTold || (seesLog && (this.#subject.toldFromStart() || this.#sessionLogged));
    return Object.freeze({
      connected: tells ? this.#connectedSince !== undefined : undefined,
      connectedSince: tells ? this.#connectedSince : undefined,
      runId: this.#runId,
      logins: this.#subject.told(this.#logins),
      reconnects: seesLog || this.#everListed ? this.#reconnects : undefined,
      loginDuration: this.#loginDuration.snapshot(),
      configReloads: this.#subject.told(this.#configReloads),
      errors: this.#subject.told(this.#errors),
    });
  }

  #loggedIn(runId: string | undefined, time: number): ClientEvent {
    // Without a run id it is the API that tells: of the login itself it knows nothing.
    const startTime = runId === undefined ? undefined : this.#loginEnded(undefined, time);
    this.#loginFailedLast = false;
    if (this.#everConnected && this.#subject.isNews()) this.#reconnects += 1;
    this.#everConnected = true;
    this.#contraryAnswers = 0;
    this.#connectedSince = time;
    this.#runId = runId;
    return { ...this.#subject.identity(), kind: 'client.connected', time, runId, startTime, server: this.#server() };
  }

  #loginFailed(error: FrpFailure, time: number): ClientEvent {
    const startTime = this.#loginEnded(error.type, time);
    this.#loginFailedLast = true;
    this.#errors.add(error.type);
    return { ...this.#subject.identity(), kind: 'client.login.failed', time, error, startTime, server: this.#server() };
  }

  #server(): { address: string; port: number } | undefined {
    return this.#config && { address: this.#config.serverAddr, port: this.#config.serverPort };
  }

  #loginEnded(errorType: string | undefined, time: number): number | undefined {
    const startTime = this.#loginStartedAt;
    this.#sessionLogged = true;
    this.#loginStartedAt = undefined;
    this.#logins.add(errorType);
    if (startTime !== undefined && this.#subject.isNews()) {
      this.#loginDuration.record(Math.max(0, time - startTime) / 1000, errorType);
    }
    return startTime;
  }

  #disconnected(time: number, reason: 'heartbeat_timeout' | 'process_exited' | 'unknown'): FrpEvent[] {
    const startTime = this.#connectedSince;
    if (startTime === undefined) return [];
    this.#contraryAnswers = 0;
    this.#connectedSince = undefined;
    this.#runId = undefined;
    return [
      ...this.#proxies.lost(time),
      { ...this.#subject.identity(), kind: 'client.disconnected', time, reason, startTime },
    ];
  }

  #answeredEmpty(time: number): FrpEvent[] {
    if (!this.#proxies.areExpected) return []; // a client of visitors only has none to list
    this.#sessionTold = true;
    if (this.#connectedSince === undefined) this.#contraryAnswers = 0;
    if (this.#connectedSince === undefined || !wasBefore(this.#connectedSince, time)) return [];
    return this.#isContraryEnough(this.#subject.seesLog()) ? this.#disconnected(time, 'unknown') : [];
  }

  #isContraryEnough(logWillTell: boolean): boolean {
    this.#contraryAnswers += 1;
    return this.#contraryAnswers >= (logWillTell ? CONTRARY_ANSWERS.withLog : CONTRARY_ANSWERS.alone);
  }
}
