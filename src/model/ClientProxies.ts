import type { FrpClientProxy } from '../frp/api/FrpApi.js';
import type { FrpConfig } from '../frp/config/FrpConfig.js';
import { errorTypeOf } from '../frp/errorType.js';
import type { ClientLogMeaning } from '../frp/log/FrpLogMeaning.js';
import { ClientConnections } from './ClientConnections.js';
import type { ConnectionSignal } from './Connections.js';
import { type FrpEvent, type FrpFailure, failureOf, NO_EVENTS, type ProxyLifeEvent } from './FrpEvent.js';
import type { ClientIdentity, FrpProxy } from './FrpProxy.js';
import { ProxyNames } from './ProxyNames.js';
import { probed } from './probed.js';
import type { Subject } from './Subject.js';

// The answer to a start that frpc did not wait for any more (client/proxy/proxy_wrapper.go): nothing failed.
const HARMLESS_START_ERROR = 'status not wait start';

const CHECK_FAILED: FrpFailure = { type: 'health_check', message: "frpc's health check failed" };

/** Answers, one after the other, that do not list a proxy, until it is removed: the log, if it is read, says so first. */
const MISSING_ANSWERS = { withLog: 2, alone: 1 } as const;

type ProxyMeaning = Extract<ClientLogMeaning, { readonly proxy: string } | { readonly proxies: readonly string[] }>;

/** The proxies that frpc runs, as its log and its API tell of them. */
export class ClientProxies {
  readonly #subject: Subject;
  readonly #connections = new ClientConnections((name, time) => this.#withConnection(name, time));
  #names = new ProxyNames(undefined);
  #owner: ClientIdentity = { user: undefined, clientId: undefined };
  #events: FrpEvent[] = [];

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  configured(config: FrpConfig | undefined): void {
    this.#names = new ProxyNames(config);
    this.#connections.configured(config);
    this.#owner = { user: config?.user || undefined, clientId: config?.clientID || undefined };
    for (const proxy of this.#subject.proxies) this.#configure(proxy);
  }

  /** How many connections were left out because of the limit. */
  get refusedConnections(): number {
    return this.#connections.refused;
  }

  /** Whether it has any to run: a client of visitors only has none. */
  get areExpected(): boolean {
    return this.#names.size > 0 || [...this.#subject.proxies].some(({ goneAt }) => goneAt === undefined);
  }

  read(meaning: ProxyMeaning, time: number): readonly FrpEvent[] {
    switch (meaning.kind) {
      case 'proxies.added':
        return this.#names.listed(meaning.proxies).flatMap((name) => this.#proxyAdded(this.#stateOf(name, time), time));
      case 'proxies.removed':
        return this.#names
          .listed(meaning.proxies)
          .flatMap((name) => this.#proxyRemoved(this.#subject.proxies.get(this.#names.qualified(name)), time));
      case 'proxy.running':
        return this.#proxyRunning(this.#proxy(meaning.proxy, time), time, 'log');
      case 'proxy.start.failed':
        if (meaning.error.startsWith(HARMLESS_START_ERROR)) return NO_EVENTS;
        return this.#proxyStartFailed(this.#stateOf(meaning.proxy, time), failureOf(meaning), time, 'log');
      case 'proxy.check.failed':
        return this.#checkFailed(this.#stateOf(meaning.proxy, time), time, 'log');
      case 'proxy.check.recovered':
        return this.#checkPassed(meaning.proxy, time);
      case 'local.connect.failed': {
        const proxy = this.#proxy(meaning.proxy, time);
        proxy?.connectionFailed(time, failureOf(meaning));
        return proxy ? [this.#proxyFailed(proxy, failureOf(meaning), 'connection', time)] : NO_EVENTS;
      }
      case 'proxy.fault':
      case 'proxy.check.error': {
        const proxy = this.#proxy(meaning.proxy, time);
        if (proxy === undefined) return NO_EVENTS;
        const error = failureOf(meaning);
        proxy.failed(time, error);
        // Of a service that was never there, frpc logs each check and no change (client/health/health.go).
        const isFirstCheck = meaning.kind === 'proxy.check.error' && proxy.state === 'new';
        const checked = isFirstCheck ? this.#checkedInVain(proxy, error, time) : NO_EVENTS;
        return [this.#proxyFailed(proxy, error, 'other', time), ...checked];
      }
      default:
        return meaning satisfies never;
    }
  }

  /**
   * Takes frpc's status, which is not empty.
   *
   * @param how `found` at the first look at a frpc that ran before we came
   */
  answered(
    answers: readonly FrpClientProxy[],
    {
      time,
      isComplete,
      how,
    }: { readonly time: number; readonly isComplete: boolean; readonly how: 'started' | 'found' },
  ): FrpEvent[] {
    const { proxies } = this.#subject;
    const events: FrpEvent[] = [];
    for (const answer of answers) {
      const proxy = this.#known(this.#names.qualified(answer.name), answer.type, time);
      if (proxy === undefined) continue;
      proxy.listedAt = time;
      proxy.missingAnswers = 0;
      const { state } = proxy;
      if (proxy.isNew || proxy.settledBefore(time)) events.push(...this.#proxyAnswered(proxy, answer, time, how));
      if (proxy.state !== state) proxy.toldByApi(time);
    }
    if (!isComplete) return events;
    const least = this.#subject.seesLog() ? MISSING_ANSWERS.withLog : MISSING_ANSWERS.alone;
    const missing = [...proxies].filter((proxy) => proxy.goneAt === undefined && proxy.listedAt !== time);
    for (const proxy of missing) if (proxy.settledBefore(time)) proxy.missingAnswers += 1;
    const removed = missing.filter(({ missingAnswers }) => missingAnswers >= least);
    return [...events, ...removed.flatMap((proxy) => this.#proxyRemoved(proxy, time))];
  }

  /** @param seenFromStart whether there was no connection before we came */
  saw(signal: ConnectionSignal, seenFromStart: boolean): readonly FrpEvent[] {
    switch (signal.kind) {
      case 'sockets.sampled':
      case 'socket.closed':
        this.#connections.saw(signal, seenFromStart);
        return this.#events.splice(0);
      case 'probe.started':
        return NO_EVENTS; // frpc does not know its visitors
      case 'probe.ended':
        return probed(this.#subject, this.#subject.proxies.get(this.#names.qualified(signal.proxy)), signal);
      default:
        return signal satisfies never;
    }
  }

  /** The process is gone. */
  stopped(time: number): void {
    this.#connections.stopped(time);
  }

  /** The session is lost, and all of them with it. */
  lost(time: number): FrpEvent[] {
    const living = [...this.#subject.proxies].filter((proxy) => proxy.goneAt === undefined);
    const running = living.filter((proxy) => proxy.active);
    for (const proxy of living) proxy.lost(time);
    return running.map((proxy) => this.#proxyEvent('proxy.disconnected', proxy, time));
  }

  #proxyAnswered(
    proxy: FrpProxy,
    { phase, error }: FrpClientProxy,
    time: number,
    how: 'started' | 'found',
  ): FrpEvent[] {
    switch (phase) {
      case 'running':
        return proxy.active ? [] : this.#proxyRunning(proxy, time, 'api', how);
      case 'start_error': {
        if (proxy.state === phase) return [];
        const created = this.#proxyCreated(proxy, time);
        const failure = { type: errorTypeOf(error), message: error };
        return [...created, ...this.#proxyStartFailed(proxy, failure, time, 'api')];
      }
      case 'check_failed':
        if (proxy.state === phase) return [];
        return [...this.#proxyCreated(proxy, time), ...this.#checkFailed(proxy, time, 'api')];
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

  #proxyRunning(
    proxy: FrpProxy | undefined,
    time: number,
    toldBy: 'log' | 'api',
    how: 'started' | 'found' = 'started',
  ): FrpEvent[] {
    if (proxy === undefined) return [];
    if (toldBy === 'log' && (proxy.confirmed(time) || proxy.isToldSince(time))) return []; // the API was quicker
    const startTime = toldBy === 'log' ? proxy.startingSince : undefined;
    const created = toldBy === 'api' ? this.#proxyCreated(proxy, time) : [];
    proxy[how](time, toldBy);
    proxy.checks.passed('frpc');
    return [...created, { ...this.#proxyEvent('proxy.connected', proxy, time), startTime }];
  }

  #proxyStartFailed(proxy: FrpProxy | undefined, error: FrpFailure, time: number, toldBy: 'log' | 'api'): FrpEvent[] {
    if (proxy === undefined) return [];
    const startTime = toldBy === 'log' ? proxy.startingSince : undefined; // the API tells when we asked, not when it was
    proxy.startFailed(time, error);
    return [{ ...this.#proxyFailed(proxy, error, 'start', time), startTime }];
  }

  /** frpc closes it on frps, until its service is back. Its log has told what failed, and that was counted. */
  #checkFailed(proxy: FrpProxy | undefined, time: number, toldBy: 'log' | 'api'): FrpEvent[] {
    if (proxy === undefined) return [];
    const disconnected = proxy.active ? [this.#proxyEvent('proxy.disconnected', proxy, time)] : [];
    proxy.waiting(time, 'check_failed');
    if (toldBy === 'api') proxy.failed(time, CHECK_FAILED);
    const failed = this.#proxyFailed(proxy, CHECK_FAILED, 'health_check', time);
    return [...disconnected, failed, ...this.#checkedInVain(proxy, CHECK_FAILED, time)];
  }

  #checkPassed(printedName: string, time: number): readonly FrpEvent[] {
    const proxy = this.#stateOf(printedName, time);
    proxy?.checks.passed('frpc');
    proxy?.waiting(time, 'wait_start');
    return NO_EVENTS;
  }

  #checkedInVain(proxy: FrpProxy, error: FrpFailure, time: number): FrpEvent[] {
    if (!proxy.checks.failed('frpc')) return [];
    return [{ ...this.#proxyEvent('health.check.failed', proxy, time), check: 'frpc', error }];
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
    return this.#known(name, this.#names.typeOf(name), time);
  }

  #known(name: string, type: string, time: number): FrpProxy | undefined {
    const isKnown = this.#subject.proxies.get(name) !== undefined;
    const proxy = this.#subject.proxies.getOrAdd(name, type, time);
    if (!isKnown && proxy !== undefined) this.#configure(proxy);
    return proxy;
  }

  #configure(proxy: FrpProxy): void {
    const config = this.#names.configOf(proxy.name);
    proxy.counts.setService(this.#connections.isAlone(this.#names.bare(proxy.name)));
    proxy.setOwner(this.#owner);
    if (config !== undefined) proxy.setGroup(config.group); // one that was taken out ends under the attributes that it had
  }

  /** A proxy that no other source has told of shows by its connection that it runs. */
  #withConnection(bareName: string, time: number): FrpProxy | undefined {
    if (!this.#subject.isNews()) return undefined; // its log may have said more by now
    const name = this.#names.qualified(bareName);
    const known = this.#subject.proxies.get(name);
    if (known !== undefined) return known;
    const proxy = this.#known(name, this.#names.typeOf(name), time);
    this.#events.push(...this.#proxyRunning(proxy, time, 'api'));
    return proxy;
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
