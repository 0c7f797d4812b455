import type { FrpTraffic } from '../frp/api/FrpApi.js';
import { hasFallen } from '../frp/api/hasFallen.js';
import type { FrpConfig } from '../frp/config/FrpConfig.js';
import { FAILURES } from '../frp/errorType.js';
import type { ServerLogMeaning } from '../frp/log/FrpLogMeaning.js';
import type { ConnectionSignal } from './Connections.js';
import { type FrpEvent, failureOf, NO_EVENTS } from './FrpEvent.js';
import type { ServerApiAnswered } from './FrpSignal.js';
import type { ProcessSnapshot, RefusedStart, ServerSnapshot } from './FrpSnapshot.js';
import { firstTold } from './factSources.js';
import { ServerCapacity, type ServerLimits } from './ServerCapacity.js';
import { ServerClients } from './ServerClients.js';
import { ServerProxies } from './ServerProxies.js';
import type { Subject } from './Subject.js';
import { Tally } from './Tally.js';

/** Refused proxies kept for the snapshot. */
const MAX_REFUSED_STARTS = 20;

/** What frps says of itself, its clients and its proxies. */
export class ServerState {
  readonly #subject: Subject;
  readonly #clients: ServerClients;
  readonly #proxies: ServerProxies;
  readonly #capacity: ServerCapacity;
  readonly #proxyStarts: Tally;
  readonly #errors: Tally;
  #refusedStarts: readonly RefusedStart[] = Object.freeze([]);
  #lastTotals: FrpTraffic | undefined;
  /** Whether an answer has shown what frps had counted before: what it lists first after that is new. */
  #hasBaseline = false;
  #activeClients: number | undefined;
  #activeProxies: Readonly<Record<string, number>> | undefined;
  #dashboardRequests = 0;

  constructor(subject: Subject, limits: ServerLimits) {
    this.#subject = subject;
    this.#capacity = new ServerCapacity(subject, limits);
    const { isNews } = subject;
    this.#proxyStarts = new Tally({ success: true, failures: FAILURES.proxyStart, isNews });
    this.#errors = new Tally({ success: false, failures: FAILURES.server, isNews });
    this.#proxies = new ServerProxies(subject);
    this.#clients = new ServerClients(subject, (proxy, time) => this.#proxies.lost(proxy, time));
  }

  /** It starts, or goes on as a new process. */
  started(config: FrpConfig | undefined): void {
    this.#capacity.started(config);
  }

  read(meaning: ServerLogMeaning, time: number, runId: string | undefined): readonly FrpEvent[] {
    const events = this.#read(meaning, time, runId);
    if (events.length === 0) return events; // as most lines
    const isOutOfFiles = 'errorType' in meaning && meaning.errorType === 'file_descriptors';
    return [...events, ...(isOutOfFiles ? this.#capacity.outOfFiles(time) : NO_EVENTS), ...this.#countClients(time)];
  }

  #read(meaning: ServerLogMeaning, time: number, runId: string | undefined): readonly FrpEvent[] {
    switch (meaning.kind) {
      case 'proxy.user.connection':
        return this.#proxies.userConnected({ name: meaning.proxy, runId, time }, meaning.address, this.#clients);
      case 'proxy.listening':
        this.#proxies.listening(meaning.proxy, meaning.port);
        return NO_EVENTS;
      case 'api.request':
        if (this.#subject.isNews()) this.#dashboardRequests += 1;
        return NO_EVENTS;
      case 'api.response':
      case 'note':
        return NO_EVENTS;
      case 'server.started':
        return [{ ...this.#subject.identity(), kind: 'server.started', time }];
      case 'client.login': {
        const { address } = meaning;
        // Empty where the client did not say.
        const [version, hostname] = [meaning.version || undefined, meaning.hostname || undefined];
        this.#clients.attempted(runId, { time, address, version, hostname });
        return NO_EVENTS;
      }
      case 'client.login.refused':
        this.#errors.add(meaning.errorType);
        return [this.#clients.refused(failureOf(meaning), time)];
      case 'client.replaced':
        this.#clients.willEnd(runId, 'replaced');
        return NO_EVENTS;
      case 'client.heartbeat.timeout':
        this.#clients.willEnd(runId, 'heartbeat_timeout');
        return NO_EVENTS;
      case 'client.exit':
        return this.#clients.exited(runId, time);
      case 'proxy.started': {
        this.#proxyStarts.add();
        const { session, events } = this.#clients.sessionOf(runId, time);
        return [...events, ...this.#proxies.started({ name: meaning.proxy, runId, time }, meaning.type, session)];
      }
      case 'proxy.start.refused': {
        const { proxy, type: proxyType } = meaning;
        const error = failureOf(meaning);
        this.#proxyStarts.add(error.type);
        this.#errors.add(error.type);
        this.#keepRefused({ time, proxy, type: proxyType, errorType: error.type, message: error.message });
        const { events } = this.#clients.sessionOf(runId, time);
        // The name may belong to a living proxy of another client: its state is not touched.
        const refused = { proxy, proxyType, error, phase: 'start', startTime: undefined } as const;
        return [...events, { ...this.#subject.identity(), ...refused, kind: 'proxy.error', time }];
      }
      case 'proxy.user.rejected':
      case 'proxy.connection.failed':
        return this.#proxies.connectionFailed({ name: meaning.proxy, runId, time }, failureOf(meaning));
      case 'proxy.fault':
        return this.#proxies.failed({ name: meaning.proxy, runId, time }, failureOf(meaning));
      case 'fault':
        this.#errors.add(meaning.errorType);
        return [{ ...this.#subject.identity(), kind: 'server.error', time, error: failureOf(meaning) }];
      case 'proxy.closing':
        this.#proxies.closing({ name: meaning.proxy, runId, time });
        return NO_EVENTS;
      case 'proxy.removed':
        return this.#proxies.removed({ name: meaning.proxy, runId, time });
      default:
        return meaning satisfies never;
    }
  }

  /** @param seenFromStart whether this frps had counted nothing when it was first seen */
  answered(
    { time, answeredAt, info, proxies, isComplete, clients }: ServerApiAnswered,
    seenFromStart: boolean,
  ): FrpEvent[] {
    const startsAtZero = seenFromStart || this.#hasBaseline;
    this.#hasBaseline = true;
    const newDay = hasFallen(this.#lastTotals, info.today);
    this.#lastTotals = info.today;
    this.#activeClients = info.clientCounts;
    this.#activeProxies = Object.freeze({ ...info.proxyTypeCount });
    const events = [
      ...this.#clients.settle(time),
      ...(clients === undefined ? [] : this.#clients.listed(clients, time)),
      ...this.#proxies.answered(proxies, { time, answeredAt, startsAtZero, newDay, isComplete }),
    ];
    // What was there before we came is no news; that it is too much is.
    return [...(startsAtZero ? events : []), ...this.#countClients(time)];
  }

  /** Takes what is seen of connections. */
  saw(signal: ConnectionSignal, seenFromStart: boolean): readonly FrpEvent[] {
    return this.#proxies.saw(signal, seenFromStart);
  }

  /** What was left out, and why. */
  get dropped(): readonly { readonly item: string; readonly reason: string; readonly count: number }[] {
    return [
      { item: 'socket', reason: 'limit', count: this.#proxies.refusedConnections },
      { item: 'client', reason: 'limit', count: this.#clients.refusedSessions },
      { item: 'log_line', reason: 'foreign_session', count: this.#proxies.foreignLines },
    ];
  }

  /** The API does not answer (any more): what it told of the present is past. */
  apiFellSilent(): void {
    this.#activeClients = undefined;
    this.#activeProxies = undefined;
    for (const proxy of this.#subject.proxies) proxy.counts.apiFellSilent();
  }

  /** Time has passed, and the operating system has told what frps uses. */
  sampled(process: ProcessSnapshot, time: number): FrpEvent[] {
    return [...this.#clients.settle(time), ...this.#countClients(time), ...this.#capacity.sampled(process, time)];
  }

  /** The process is gone: what it served is lost, or over when it was stopped on purpose. */
  stopped(time: number, exit: string): FrpEvent[] {
    this.#activeClients = this.#activeClients === undefined ? undefined : 0;
    this.#activeProxies = this.#activeProxies && zeroed(this.#activeProxies);
    this.#lastTotals = undefined;
    return [
      ...this.#proxies.stopped(time),
      ...this.#clients.stopped(time),
      { ...this.#subject.identity(), kind: 'server.stopped', time, exit },
    ];
  }

  /** The last line that is no news was read. */
  historyRead(time: number): void {
    this.#clients.historyRead(time);
  }

  forgetGoneBefore(time: number): void {
    this.#clients.forgetGoneBefore(time);
  }

  snapshot(): ServerSnapshot {
    const seesLog = this.#subject.seesLog();
    const activeClients = this.#activeNow();
    const activeProxies = firstTold<'proxies online now', Readonly<Record<string, number>>>('proxies online now', {
      api: this.#activeProxies,
      log: this.#countsItself() ? this.#proxies.count() : undefined,
    });
    const { clients, refusedLogins, logins, disconnects } = this.#clients.snapshot();
    return Object.freeze({
      activeClients,
      activeProxies,
      ...this.#capacity.snapshot(activeClients, activeProxies && this.#subject.proxies),
      clients,
      refusedLogins,
      refusedStarts: this.#refusedStarts,
      logins,
      disconnects: seesLog ? disconnects : Object.freeze([]),
      proxyStarts: this.#subject.told(this.#proxyStarts),
      dashboardRequests: seesLog ? this.#dashboardRequests : undefined,
      errors: this.#subject.told(this.#errors),
    });
  }

  #countClients(time: number): readonly FrpEvent[] {
    return this.#capacity.clients(this.#activeNow(), time);
  }

  #activeNow(): number | undefined {
    return firstTold<'clients connected now', number>('clients connected now', {
      api: this.#activeClients,
      log: this.#countsItself() ? this.#clients.count : undefined,
    });
  }

  /** Whether the log has told of every client and proxy that there is. */
  #countsItself(): boolean {
    return this.#subject.seesLog() && this.#subject.toldFromStart();
  }

  #keepRefused(start: RefusedStart): void {
    this.#refusedStarts = Object.freeze([...this.#refusedStarts, Object.freeze(start)].slice(-MAX_REFUSED_STARTS));
  }
}

const zeroed = (counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.freeze(Object.fromEntries(Object.keys(counts).map((type) => [type, 0])));
