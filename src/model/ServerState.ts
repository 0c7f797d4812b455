import type { FrpServerProxy } from '../frp/api/FrpApi.js';
import { FAILURES } from '../frp/errorType.js';
import type { ServerLogMeaning } from '../frp/log/FrpLogMeaning.js';
import { type FrpEvent, failureOf } from './FrpEvent.js';
import type { FrpProxy } from './FrpProxy.js';
import type { ServerApiAnswered } from './FrpSignal.js';
import type { ServerSnapshot } from './FrpSnapshot.js';
import type { Subject } from './Subject.js';
import { Tally } from './Tally.js';

/** Logins whose outcome frps has not shown yet; frps logs an attempt before it checks the token. */
const PENDING_LOGINS_LIMIT = 1000;

/** What frps says of itself and its clients. */
export class ServerState {
  readonly #subject: Subject;
  readonly #logins = new Tally({ success: true, failures: FAILURES.login });
  readonly #proxyStarts = new Tally({ success: true, failures: FAILURES.proxyStart });
  readonly #pendingLogins = new Map<string, { address: string }>();
  /** What the last answer listed and is not kept here: offline, or beyond the limit. */
  #notKept: ReadonlyMap<string, FrpServerProxy> = new Map();
  #activeClients: number | undefined;
  #activeProxies: Readonly<Record<string, number>> | undefined;
  #dashboardRequests = 0;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  read(meaning: ServerLogMeaning, time: number, runId: string | undefined): FrpEvent[] {
    const { proxies } = this.#subject;
    const identity = this.#subject.identity();
    switch (meaning.kind) {
      case 'server.started':
        return [{ ...identity, kind: 'server.started', time }];
      case 'client.login':
        this.#loginAttempted(runId, meaning.address);
        return [];
      case 'client.login.refused':
        return [this.#loginRefused(meaning.error, time)];
      case 'client.exit':
        return [...this.#loginAccepted(runId, time), ...this.#clientLost(runId, time)];
      case 'proxy.started': {
        this.#proxyStarts.add();
        const proxy = proxies.getOrAdd(meaning.proxy, meaning.type, time);
        return [...this.#loginAccepted(runId, time), ...(proxy ? this.#proxyStarted(proxy, time, runId) : [])];
      }
      case 'proxy.start.refused': {
        const { proxy, type: proxyType } = meaning;
        const error = failureOf(meaning.error);
        this.#proxyStarts.add(error.type);
        const accepted = this.#loginAccepted(runId, time);
        // The name may belong to a living proxy of another client: its state is not touched.
        const refused = { ...identity, proxy, proxyType, error, phase: 'start', startTime: undefined } as const;
        return [...accepted, { ...refused, kind: 'proxy.error', time }];
      }
      case 'proxy.user.connection':
        return this.#userConnected(proxies.getOrAdd(meaning.proxy, '', time), time, runId);
      case 'proxy.closing':
        // Whether its client removed it or was lost, the next line tells.
        proxies.get(meaning.proxy)?.lost(time);
        return [];
      case 'proxy.removed': {
        const proxy = proxies.get(meaning.proxy);
        proxy?.removed(time);
        return proxy ? [this.#proxyEvent('proxy.closed', proxy, time)] : [];
      }
      case 'api.request':
        this.#dashboardRequests += 1;
        return [];
      case 'api.response':
      case 'note':
      case 'client.replaced':
      case 'client.heartbeat.timeout':
      case 'proxy.listening':
      case 'proxy.user.rejected':
      case 'proxy.connection.failed':
      case 'proxy.fault':
      case 'fault':
        return [];
      default:
        return meaning satisfies never;
    }
  }

  /** @param startsAtZero whether frps has counted nothing before this instance was first seen */
  answered({ time, info, proxies: answers }: ServerApiAnswered, startsAtZero: boolean): FrpEvent[] {
    const firstAnswer = this.#activeClients === undefined;
    this.#activeClients = info.clientCounts;
    this.#activeProxies = Object.freeze({ ...info.proxyTypeCount });
    const { proxies } = this.#subject;
    const events = answers.flatMap((answer) => {
      // frps lists what went offline for up to a week: what was never seen alive is not a lost proxy.
      const known = proxies.get(answer.name) !== undefined;
      if (!known && !answer.online) return [];
      const proxy = proxies.getOrAdd(answer.name, answer.type, time);
      if (proxy === undefined) return [];
      const notKept = this.#notKept.get(answer.name);
      if (notKept !== undefined) proxy.polled(time, notKept, false); // counted before it is ours: the baseline
      proxy.polled(time, answer, startsAtZero || !firstAnswer);
      if (known && (answer.online === proxy.active || !proxy.settledBefore(time))) return [];
      if (answer.online) return this.#proxyStarted(proxy, time, undefined);
      proxy.lost(time);
      proxy.runId = undefined; // its client's exit, when the log comes to it, is no news
      return [this.#proxyEvent('proxy.disconnected', proxy, time)];
    });
    this.#notKept = new Map(
      answers.filter(({ name }) => proxies.get(name) === undefined).map((answer) => [answer.name, answer]),
    );
    this.#endUnlisted(answers, time);
    return events;
  }

  /** The process is gone: what it served is lost, or over when it was stopped on purpose. */
  stopped(time: number, exit: string): FrpEvent[] {
    const { proxies } = this.#subject;
    const identity = this.#subject.identity();
    const active = [...proxies].filter((proxy) => proxy.active);
    this.#activeClients = this.#activeClients === undefined ? undefined : 0;
    this.#activeProxies = this.#activeProxies && zeroed(this.#activeProxies);
    this.#pendingLogins.clear();
    this.#notKept = new Map();
    return [
      ...active.map((proxy) => this.#proxyEvent('proxy.disconnected', proxy, time)),
      { ...identity, kind: 'server.stopped', time, exit },
    ];
  }

  snapshot(): ServerSnapshot {
    return Object.freeze({
      activeClients: this.#activeClients,
      activeProxies: this.#activeProxies,
      logins: this.#logins.snapshot(),
      proxyStarts: this.#proxyStarts.snapshot(),
      dashboardRequests: this.#dashboardRequests,
    });
  }

  /** Pruned by an operator, or after 7 days (pkg/metrics/mem/server.go): frps counts nothing more for it. */
  #endUnlisted(answers: readonly FrpServerProxy[], time: number): void {
    const listed = new Set(answers.map(({ name }) => name));
    for (const proxy of this.#subject.proxies) {
      if (proxy.wasRemoved && !listed.has(proxy.name) && proxy.settledBefore(time)) proxy.ended(time);
    }
  }

  #loginAttempted(runId: string | undefined, address: string): void {
    if (runId === undefined) return;
    this.#pendingLogins.delete(runId);
    this.#pendingLogins.set(runId, { address });
    const [oldest] = this.#pendingLogins.keys();
    if (this.#pendingLogins.size > PENDING_LOGINS_LIMIT && oldest !== undefined) this.#pendingLogins.delete(oldest);
  }

  /** frps logs no success: the first line of the session shows it. */
  #loginAccepted(runId: string | undefined, time: number): FrpEvent[] {
    const pending = runId === undefined ? undefined : this.#pendingLogins.get(runId);
    if (runId === undefined || pending === undefined) return [];
    this.#pendingLogins.delete(runId);
    this.#logins.add();
    const { address } = pending;
    return [{ ...this.#subject.identity(), kind: 'server.client.connected', time, runId, address }];
  }

  /** The refusal names nobody: it follows the attempt that it refuses. */
  #loginRefused(message: string, time: number): FrpEvent {
    const [runId, pending] = [...this.#pendingLogins].at(-1) ?? [];
    if (runId !== undefined) this.#pendingLogins.delete(runId);
    const error = failureOf(message);
    this.#logins.add(error.type);
    return { ...this.#subject.identity(), kind: 'server.login.rejected', time, error, address: pending?.address };
  }

  #userConnected(proxy: FrpProxy | undefined, time: number, runId: string | undefined): FrpEvent[] {
    if (proxy === undefined) return [];
    // One that was online before we came shows it so.
    const started = proxy.active ? [] : this.#proxyStarted(proxy, time, runId);
    proxy.connected(time);
    return started;
  }

  #clientLost(runId: string | undefined, time: number): FrpEvent[] {
    if (runId === undefined) return [];
    const mine = [...this.#subject.proxies].filter((proxy) => proxy.runId === runId && !proxy.wasRemoved);
    for (const proxy of mine) {
      proxy.lost(time);
      proxy.runId = undefined;
    }
    return [
      ...mine.map((proxy) => this.#proxyEvent('proxy.disconnected', proxy, time)),
      { ...this.#subject.identity(), kind: 'server.client.disconnected', time, runId },
    ];
  }

  #proxyStarted(proxy: FrpProxy, time: number, runId: string | undefined): FrpEvent[] {
    const { isNew } = proxy;
    proxy.started(time);
    proxy.runId = runId ?? proxy.runId;
    const connected = { ...this.#proxyEvent('proxy.connected', proxy, time), startTime: undefined };
    return isNew ? [this.#proxyEvent('proxy.created', proxy, time), connected] : [connected];
  }

  #proxyEvent<Kind extends 'proxy.created' | 'proxy.connected' | 'proxy.disconnected' | 'proxy.closed'>(
    kind: Kind,
    proxy: FrpProxy,
    time: number,
  ) {
    return { ...this.#subject.identity(), kind, time, proxy: proxy.name, proxyType: proxy.type };
  }
}

const zeroed = (counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.freeze(Object.fromEntries(Object.keys(counts).map((type) => [type, 0])));
