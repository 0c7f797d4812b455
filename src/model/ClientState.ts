import type { FrpClientProxy } from '../frp/api/FrpApi.js';
import type { FrpConfig } from '../frp/config/FrpConfig.js';
import { runningTunnels } from '../frp/config/runningTunnels.js';
import { errorTypeOf, FAILURES } from '../frp/errorType.js';
import type { ClientLogMeaning } from '../frp/log/FrpLogMeaning.js';
import { type ClientEvent, type FrpEvent, type FrpFailure, failureOf, type ProxyLifeEvent } from './FrpEvent.js';
import type { FrpProxy } from './FrpProxy.js';
import type { ClientApiAnswered } from './FrpSignal.js';
import type { ClientSnapshot } from './FrpSnapshot.js';
import { Histogram } from './Histogram.js';
import { ProxyNames } from './ProxyNames.js';
import type { Subject } from './Subject.js';
import { NO_COUNTS, Tally } from './Tally.js';

/** Seconds; frpc gives up a login after 10 s (client/control_session.go). */
const LOGIN_DURATION_BOUNDARIES = Object.freeze([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);

// The answer to a start that frpc did not wait for any more (client/proxy/proxy_wrapper.go): nothing failed.
const HARMLESS_START_ERROR = 'status not wait start';

const EXITED: FrpFailure = { type: 'process_exited', message: 'frpc exited before the login ended' };
const CHECK_FAILED: FrpFailure = { type: 'health_check', message: "frpc's health check failed" };

/**
 * Answers, one after the other, that tell of another session than is known, until they are believed: where the log is read
 * it has the first word. Status is empty for a moment between the login and its first proxy.
 */
const CONTRARY_ANSWERS = { withLog: 2, alone: 1 } as const;

/** What frpc says of its session and its proxies. */
export class ClientState {
  readonly #subject: Subject;
  readonly #logins = new Tally({ success: true, failures: FAILURES.connect });
  readonly #loginDuration = new Map<string | undefined, Histogram>();
  readonly #configReloads = new Tally({ success: true, failures: [] });
  readonly #errors = new Tally({ success: false, failures: [...FAILURES.connect, 'heartbeat_timeout'] });
  #config: FrpConfig | undefined;
  #names = new ProxyNames(undefined);
  #runsProxies = false;
  #loginStartedAt: number | undefined;
  #connectedSince: number | undefined;
  #runId: string | undefined;
  #everConnected = false;
  #reconnects = 0;
  /** Whether the API, or the end of the process, has told of the session. */
  #sessionTold = false;
  /** Whether the API has ever listed a proxy: then it would have told of reconnects. */
  #everListed = false;
  #contraryAnswers = 0;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  configured(config: FrpConfig | undefined): void {
    this.#config = config;
    this.#names = new ProxyNames(config);
    this.#runsProxies = config !== undefined && runningTunnels(config).proxies.length > 0;
  }

  read(meaning: ClientLogMeaning, time: number): readonly FrpEvent[] {
    switch (meaning.kind) {
      case 'login.started': {
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
        this.#errors.add('heartbeat_timeout');
        return this.#disconnected(time, 'heartbeat_timeout');
      case 'proxies.added':
        return this.#names.listed(meaning.proxies).flatMap((name) => this.#proxyAdded(this.#stateOf(name, time), time));
      case 'proxies.removed':
        return this.#names
          .listed(meaning.proxies)
          .flatMap((name) => this.#proxyRemoved(this.#subject.proxies.get(this.#names.qualified(name)), time));
      case 'proxy.running':
        return this.#proxyRunning(this.#proxy(meaning.proxy, time), time, 'log');
      case 'proxy.start.failed':
        if (meaning.error.startsWith(HARMLESS_START_ERROR)) return [];
        return this.#proxyStartFailed(this.#stateOf(meaning.proxy, time), failureOf(meaning), time, 'log');
      case 'proxy.check.failed':
        return this.#checkFailed(this.#stateOf(meaning.proxy, time), time);
      case 'proxy.check.recovered':
        this.#stateOf(meaning.proxy, time)?.waiting(time, 'wait_start');
        return [];
      case 'local.connect.failed': {
        const proxy = this.#proxy(meaning.proxy, time);
        proxy?.connectionFailed(time, failureOf(meaning));
        return proxy ? [this.#proxyFailed(proxy, failureOf(meaning), 'connection', time)] : [];
      }
      case 'proxy.fault': {
        const proxy = this.#proxy(meaning.proxy, time);
        proxy?.failed(time, failureOf(meaning));
        return proxy ? [this.#proxyFailed(proxy, failureOf(meaning), 'other', time)] : [];
      }
      case 'config.reloaded':
        this.#configReloads.add();
        return [{ ...this.#subject.identity(), kind: 'client.config.reloaded', time }];
      case 'config.reload.failed':
        this.#configReloads.add(meaning.errorType);
        this.#errors.add(meaning.errorType);
        return [];
      case 'fault':
        this.#errors.add(meaning.errorType);
        return [];
      case 'note':
      case 'api.request':
      case 'api.response':
        return [];
      default:
        return meaning satisfies never;
    }
  }

  /**
   * Takes frpc's status. frpc lists nothing while it has no session, and all proxies that it is to run while it has one.
   *
   * @param seenFromStart whether the log, if it is read, has told of every login
   */
  answered({ time, proxies: answers }: ClientApiAnswered, seenFromStart: boolean): FrpEvent[] {
    if (answers.length === 0) return this.#answeredEmpty(time);
    const { proxies } = this.#subject;
    const seesLog = this.#subject.seesLog();
    this.#sessionTold = true;
    this.#everListed = true;
    const logWillTell = seesLog && (seenFromStart || this.#everConnected);
    if (this.#connectedSince !== undefined) this.#contraryAnswers = 0;
    const isNews = this.#connectedSince === undefined && this.#isContraryEnough(logWillTell);
    const events: FrpEvent[] = isNews ? [this.#loggedIn(undefined, time)] : [];
    const listed = new Set<FrpProxy>();
    for (const answer of answers) {
      const proxy = proxies.getOrAdd(this.#names.qualified(answer.name), answer.type, time);
      if (proxy === undefined) continue;
      listed.add(proxy);
      const { state } = proxy;
      if (proxy.isNew || proxy.settledBefore(time)) events.push(...this.#proxyAnswered(proxy, answer, time));
      if (proxy.state !== state) proxy.toldByApi(time);
    }
    if (seesLog) return events; // it tells what was removed
    const missing = [...proxies].filter((proxy) => proxy.goneAt === undefined && !listed.has(proxy));
    return [...events, ...missing.flatMap((proxy) => this.#proxyRemoved(proxy, time))];
  }

  /** Its API, which alone may tell of the session, does not answer (any more). */
  apiFellSilent(): void {
    this.#sessionTold = false;
  }

  /** The process is gone. */
  stopped(time: number): FrpEvent[] {
    this.#sessionTold = true;
    const unfinished = this.#loginStartedAt === undefined ? [] : [this.#loginFailed(EXITED, time)];
    return [...unfinished, ...this.#disconnected(time, 'process_exited')];
  }

  snapshot(): ClientSnapshot {
    const seesLog = this.#subject.seesLog();
    const tells = seesLog || this.#sessionTold;
    return Object.freeze({
      connected: tells ? this.#connectedSince !== undefined : undefined,
      connectedSince: tells ? this.#connectedSince : undefined,
      runId: this.#runId,
      logins: seesLog ? this.#logins.snapshot() : NO_COUNTS,
      reconnects: seesLog || this.#everListed ? this.#reconnects : undefined,
      loginDuration: Object.freeze(
        [...this.#loginDuration].map(([errorType, histogram]) =>
          Object.freeze({ errorType, histogram: histogram.snapshot() }),
        ),
      ),
      configReloads: seesLog ? this.#configReloads.snapshot() : NO_COUNTS,
      errors: seesLog ? this.#errors.snapshot() : NO_COUNTS,
    });
  }

  #loggedIn(runId: string | undefined, time: number): ClientEvent {
    // Without a run id it is the API that tells: of the login itself it knows nothing.
    const startTime = runId === undefined ? undefined : this.#loginEnded(undefined, time);
    if (this.#everConnected) this.#reconnects += 1;
    this.#everConnected = true;
    this.#contraryAnswers = 0;
    this.#connectedSince = time;
    this.#runId = runId;
    return { ...this.#subject.identity(), kind: 'client.connected', time, runId, startTime, server: this.#server() };
  }

  #loginFailed(error: FrpFailure, time: number): ClientEvent {
    const startTime = this.#loginEnded(error.type, time);
    this.#errors.add(error.type);
    return { ...this.#subject.identity(), kind: 'client.login.failed', time, error, startTime, server: this.#server() };
  }

  #server(): { address: string; port: number } | undefined {
    return this.#config && { address: this.#config.serverAddr, port: this.#config.serverPort };
  }

  #loginEnded(errorType: string | undefined, time: number): number | undefined {
    const startTime = this.#loginStartedAt;
    this.#loginStartedAt = undefined;
    this.#logins.add(errorType);
    if (startTime !== undefined) this.#durationOf(errorType).record(Math.max(0, time - startTime) / 1000);
    return startTime;
  }

  #durationOf(errorType: string | undefined): Histogram {
    const known = this.#loginDuration.get(errorType);
    if (known !== undefined) return known;
    const histogram = new Histogram(LOGIN_DURATION_BOUNDARIES);
    this.#loginDuration.set(errorType, histogram);
    return histogram;
  }

  #disconnected(time: number, reason: 'heartbeat_timeout' | 'process_exited' | 'unknown'): FrpEvent[] {
    const startTime = this.#connectedSince;
    if (startTime === undefined) return [];
    this.#contraryAnswers = 0;
    this.#connectedSince = undefined;
    this.#runId = undefined;
    const living = [...this.#subject.proxies].filter((proxy) => proxy.goneAt === undefined);
    const running = living.filter((proxy) => proxy.active);
    for (const proxy of living) proxy.lost(time);
    return [
      ...running.map((proxy) => this.#proxyEvent('proxy.disconnected', proxy, time)),
      { ...this.#subject.identity(), kind: 'client.disconnected', time, reason, startTime },
    ];
  }

  #answeredEmpty(time: number): FrpEvent[] {
    const expectsSome = this.#runsProxies || [...this.#subject.proxies].some(({ goneAt }) => goneAt === undefined);
    if (!expectsSome) return []; // a client of visitors only has none to list
    this.#sessionTold = true;
    if (this.#connectedSince === undefined) this.#contraryAnswers = 0;
    if (this.#connectedSince === undefined || this.#connectedSince >= time) return [];
    return this.#isContraryEnough(this.#subject.seesLog()) ? this.#disconnected(time, 'unknown') : [];
  }

  #isContraryEnough(logWillTell: boolean): boolean {
    this.#contraryAnswers += 1;
    return this.#contraryAnswers >= (logWillTell ? CONTRARY_ANSWERS.withLog : CONTRARY_ANSWERS.alone);
  }

  #proxyAnswered(proxy: FrpProxy, { phase, error }: FrpClientProxy, time: number): FrpEvent[] {
    switch (phase) {
      case 'running':
        return proxy.active ? [] : this.#proxyRunning(proxy, time, 'api');
      case 'start_error': {
        if (proxy.state === phase) return [];
        const created = this.#proxyCreated(proxy, time);
        const failure = { type: errorTypeOf(error), message: error };
        return [...created, ...this.#proxyStartFailed(proxy, failure, time, 'api')];
      }
      case 'check_failed':
        if (proxy.state === phase) return [];
        return [...this.#proxyCreated(proxy, time), ...this.#checkFailed(proxy, time)];
      case 'new':
      case 'wait_start':
      case 'closed': {
        const created = this.#proxyCreated(proxy, time);
        proxy.waiting(time, phase);
        return created;
      }
      default:
        return phase satisfies never;
    }
  }

  #proxyAdded(proxy: FrpProxy | undefined, time: number): FrpEvent[] {
    if (proxy === undefined) return [];
    const created = this.#proxyCreated(proxy, time);
    proxy.starting(time);
    return created;
  }

  #proxyCreated(proxy: FrpProxy, time: number): ProxyLifeEvent[] {
    if (!proxy.isNew) return [];
    proxy.starting(time);
    return [this.#proxyEvent('proxy.created', proxy, time)];
  }

  #proxyRunning(proxy: FrpProxy | undefined, time: number, toldBy: 'log' | 'api'): FrpEvent[] {
    if (proxy === undefined) return [];
    if (toldBy === 'log' && (proxy.confirmed(time) || proxy.isToldSince(time))) return []; // the API was quicker
    const startTime = toldBy === 'log' ? proxy.startingSince : undefined;
    const created = toldBy === 'api' ? this.#proxyCreated(proxy, time) : [];
    proxy.started(time, toldBy);
    return [...created, { ...this.#proxyEvent('proxy.connected', proxy, time), startTime }];
  }

  #proxyStartFailed(proxy: FrpProxy | undefined, error: FrpFailure, time: number, toldBy: 'log' | 'api'): FrpEvent[] {
    if (proxy === undefined) return [];
    const startTime = toldBy === 'log' ? proxy.startingSince : undefined; // the API tells when we asked, not when it was
    proxy.startFailed(time, error);
    return [{ ...this.#proxyFailed(proxy, error, 'start', time), startTime }];
  }

  /** frpc closes it on frps, until its service is back. */
  #checkFailed(proxy: FrpProxy | undefined, time: number): FrpEvent[] {
    if (proxy === undefined) return [];
    const disconnected = proxy.active ? [this.#proxyEvent('proxy.disconnected', proxy, time)] : [];
    proxy.waiting(time, 'check_failed');
    proxy.failed(time, CHECK_FAILED);
    return [...disconnected, this.#proxyFailed(proxy, CHECK_FAILED, 'health_check', time)];
  }

  #proxyRemoved(proxy: FrpProxy | undefined, time: number): FrpEvent[] {
    if (proxy === undefined) return [];
    proxy.removed(time);
    return [this.#proxyEvent('proxy.closed', proxy, time)];
  }

  /** The proxy of a line that tells its state; none where the API was quicker and has told it. */
  #stateOf(printedName: string, time: number): FrpProxy | undefined {
    const proxy = this.#proxy(printedName, time);
    return proxy?.isToldSince(time) ? undefined : proxy;
  }

  #proxy(printedName: string, time: number): FrpProxy | undefined {
    const name = this.#names.qualified(printedName);
    return this.#subject.proxies.getOrAdd(name, this.#names.typeOf(name), time);
  }

  #proxyFailed(
    proxy: FrpProxy,
    error: FrpFailure,
    phase: 'start' | 'connection' | 'health_check' | 'other',
    time: number,
  ) {
    return { ...this.#proxyEvent('proxy.error', proxy, time), error, phase, startTime: undefined };
  }

  #proxyEvent<Kind extends ProxyLifeEvent['kind']>(kind: Kind, { name, type }: FrpProxy, time: number) {
    return { ...this.#subject.identity(), kind, time, proxy: name, proxyType: type };
  }
}
