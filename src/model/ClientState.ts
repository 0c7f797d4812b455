import type { FrpConfig } from '../frp/config/FrpConfig.js';
import { FAILURES } from '../frp/errorType.js';
import type { ClientLogMeaning } from '../frp/log/FrpLogMeaning.js';
import { type FrpEvent, type FrpFailure, failureOf } from './FrpEvent.js';
import type { FrpProxy } from './FrpProxy.js';
import type { ClientSnapshot } from './FrpSnapshot.js';
import { Histogram } from './Histogram.js';
import type { Subject } from './Subject.js';
import { Tally } from './Tally.js';

/** Seconds; frpc gives up a login after 10 s (client/control_session.go). */
const LOGIN_DURATION_BOUNDARIES = Object.freeze([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);

// The answer to a start that frpc did not wait for any more (client/proxy/proxy_wrapper.go): nothing failed.
const HARMLESS_START_ERROR = 'status not wait start';

const EXITED: FrpFailure = { type: 'process_exited', message: 'frpc exited before the login ended' };

/** What frpc says of its session and its proxies. */
export class ClientState {
  readonly #subject: Subject;
  readonly #logins = new Tally({ success: true, failures: FAILURES.connect });
  readonly #loginDuration = new Map<string | undefined, Histogram>();
  #config: FrpConfig | undefined;
  #loginStartedAt: number | undefined;
  #connectedSince: number | undefined;
  #runId: string | undefined;
  #everConnected = false;
  #reconnects = 0;
  #configReloads = 0;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  configured(config: FrpConfig | undefined): void {
    this.#config = config;
  }

  read(meaning: ClientLogMeaning, time: number): FrpEvent[] {
    const identity = this.#subject.identity();
    switch (meaning.kind) {
      case 'login.started': {
        // frpc says nothing when it loses its session; the next attempt shows it.
        const lost = this.#disconnected(time);
        this.#loginStartedAt = time;
        return lost;
      }
      case 'login.succeeded':
        return [this.#loggedIn(meaning.runId, time)];
      case 'login.failed':
        return [this.#loginFailed(failureOf(meaning.error), time)];
      case 'proxies.added':
        return this.#listed(meaning.proxies).flatMap((name) => this.#proxyAdded(name, time));
      case 'proxies.removed':
        return this.#listed(meaning.proxies).flatMap((name) => this.#proxyRemoved(name, time));
      case 'proxy.running': {
        const proxy = this.#proxy(meaning.proxy, time);
        if (proxy === undefined) return [];
        const { startingSince: startTime } = proxy;
        proxy.started(time);
        return [{ ...identity, ...subjectOf(proxy), kind: 'proxy.connected', time, startTime }];
      }
      case 'proxy.start.failed': {
        if (meaning.error.startsWith(HARMLESS_START_ERROR)) return [];
        const proxy = this.#proxy(meaning.proxy, time);
        if (proxy === undefined) return [];
        const { startingSince: startTime } = proxy;
        const error = proxy.startFailed(time, meaning.error);
        return [{ ...identity, ...subjectOf(proxy), kind: 'proxy.error', time, error, phase: 'start', startTime }];
      }
      case 'local.connect.failed': {
        const proxy = this.#proxy(meaning.proxy, time);
        if (proxy === undefined) return [];
        const failed = { error: proxy.connectionFailed(time, meaning.error), phase: 'connection' } as const;
        return [{ ...identity, ...subjectOf(proxy), kind: 'proxy.error', time, ...failed, startTime: undefined }];
      }
      case 'config.reloaded':
        this.#configReloads += 1;
        return [{ ...identity, kind: 'client.config.reloaded', time }];
      case 'note':
      case 'heartbeat.timeout':
      case 'proxy.check.failed':
      case 'proxy.check.recovered':
      case 'config.reload.failed':
      case 'api.request':
      case 'api.response':
      case 'proxy.fault':
      case 'fault':
        return [];
      default:
        return meaning satisfies never;
    }
  }

  /** The process is gone. */
  stopped(time: number): FrpEvent[] {
    const unfinished = this.#loginStartedAt === undefined ? [] : [this.#loginFailed(EXITED, time)];
    return [...unfinished, ...this.#disconnected(time)];
  }

  snapshot(): ClientSnapshot {
    return Object.freeze({
      connected: this.#connectedSince !== undefined,
      connectedSince: this.#connectedSince,
      runId: this.#runId,
      logins: this.#logins.snapshot(),
      reconnects: this.#reconnects,
      loginDuration: Object.freeze(
        [...this.#loginDuration].map(([errorType, histogram]) =>
          Object.freeze({ errorType, histogram: histogram.snapshot() }),
        ),
      ),
      configReloads: this.#configReloads,
    });
  }

  #loggedIn(runId: string, time: number): FrpEvent {
    const startTime = this.#loginEnded(undefined, time);
    if (this.#everConnected) this.#reconnects += 1;
    this.#everConnected = true;
    this.#connectedSince = time;
    this.#runId = runId;
    return { ...this.#subject.identity(), kind: 'client.connected', time, runId, startTime, server: this.#server() };
  }

  #loginFailed(error: FrpFailure, time: number): FrpEvent {
    const startTime = this.#loginEnded(error.type, time);
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

  #disconnected(time: number): FrpEvent[] {
    if (this.#connectedSince === undefined) return [];
    this.#connectedSince = undefined;
    this.#runId = undefined;
    const { proxies } = this.#subject;
    const identity = this.#subject.identity();
    const living = [...proxies].filter((proxy) => proxy.goneAt === undefined);
    const running = living.filter((proxy) => proxy.active);
    for (const proxy of living) proxy.lost(time);
    return [
      ...running.map((proxy) => ({ ...identity, ...subjectOf(proxy), kind: 'proxy.disconnected' as const, time })),
      { ...identity, kind: 'client.disconnected', time },
    ];
  }

  #proxyAdded(printedName: string, time: number): FrpEvent[] {
    const proxy = this.#proxy(printedName, time);
    if (proxy === undefined) return [];
    const { isNew } = proxy;
    proxy.starting(time);
    return isNew ? [{ ...this.#subject.identity(), ...subjectOf(proxy), kind: 'proxy.created', time }] : [];
  }

  #proxyRemoved(printedName: string, time: number): FrpEvent[] {
    const proxy = this.#subject.proxies.get(this.#qualified(printedName));
    if (proxy === undefined) return [];
    proxy.removed(time);
    return [{ ...this.#subject.identity(), ...subjectOf(proxy), kind: 'proxy.closed', time }];
  }

  #proxy(printedName: string, time: number): FrpProxy | undefined {
    const name = this.#qualified(printedName);
    const type = this.#config?.proxies.find((proxy) => this.#prefix + proxy.name === name)?.type;
    return this.#subject.proxies.getOrAdd(name, type ?? '', time);
  }

  get #prefix(): string {
    return this.#config?.user ? `${this.#config.user}.` : '';
  }

  /** frps knows `user.name`; frpc prints the bare name from 0.68 on, which may begin like the other, and `user.name` before. */
  #qualified(printedName: string): string {
    const isBare = this.#config?.proxies.some((proxy) => proxy.name === printedName) ?? false;
    return !isBare && printedName.startsWith(this.#prefix) ? printedName : this.#prefix + printedName;
  }

  /** A printed list has blanks between the names, and a name may hold blanks: the config tells which do. */
  #listed(words: readonly string[]): string[] {
    const spaced = (this.#config?.proxies ?? [])
      .flatMap(({ name }) => (name.includes(' ') ? [name, this.#prefix + name] : []))
      .sort((a, b) => b.length - a.length);
    const found: string[] = [];
    let rest = ` ${words.join(' ')} `;
    for (const name of spaced) {
      if (!rest.includes(` ${name} `)) continue;
      found.push(name);
      rest = rest.replace(` ${name} `, ' ');
    }
    return [...found, ...rest.split(' ').filter((word) => word !== '')];
  }
}

const subjectOf = (proxy: FrpProxy): { proxy: string; proxyType: string } => ({
  proxy: proxy.name,
  proxyType: proxy.type,
});
