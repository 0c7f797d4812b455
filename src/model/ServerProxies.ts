import type { FrpServerProxy } from '../frp/api/FrpApi.js';
import type { ClientSession } from './ClientSession.js';
import type { ConnectionSignal } from './Connections.js';
import { type FrpEvent, type FrpFailure, NO_EVENTS, type ProxyLifeEvent } from './FrpEvent.js';
import type { FrpProxy } from './FrpProxy.js';
import { probed } from './probed.js';
import type { ServerClients } from './ServerClients.js';
import { ServerConnections } from './ServerConnections.js';
import type { Subject } from './Subject.js';

/** Answers that do not list a proxy, until it is not there whatever the log says. */
const MISSING_ANSWERS = 2;
/** frps logs the port of a proxy just before its start. */
const MAX_PORTS = 1_000;

/** Which answer of frps's API it is. */
export interface AnswerContext {
  /** When it was asked. */
  readonly time: number;
  readonly answeredAt: number;
  /** Whether frps has counted nothing of what it lists first now before we knew it. */
  readonly startsAtZero: boolean;
  /** Whether frps's midnight lies between the last answer and this one. */
  readonly newDay: boolean;
  /** Whether frps has no other proxies than these. */
  readonly isComplete: boolean;
}

/** A line of the log about one proxy. */
export interface ProxyLine {
  readonly name: string;
  /** Of the session that wrote it. */
  readonly runId: string | undefined;
  readonly time: number;
}

/** The proxies that frps serves, as its log and its API tell of them. */
export class ServerProxies {
  readonly #subject: Subject;
  readonly #connections: ServerConnections;
  /** Of proxies that are about to start. */
  readonly #ports = new Map<string, number>();
  /** What the last answer listed and is not kept here: offline, or beyond the limit. */
  #notKept: ReadonlyMap<string, FrpServerProxy> = new Map();
  #foreignLines = 0;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.#connections = new ServerConnections(subject);
    subject.proxies.whenForgotten((proxy) => this.#connections.forgotten(proxy));
  }

  /** How many connections were left out because of the limit. */
  get refusedConnections(): number {
    return this.#connections.refused;
  }

  /** How many lines about a proxy were not of its session, and not believed. */
  get foreignLines(): number {
    return this.#foreignLines;
  }

  started({ name, runId, time }: ProxyLine, type: string, session: ClientSession | undefined): readonly FrpEvent[] {
    const known = this.#subject.proxies.get(name);
    if (known?.active && this.#isForeign(known, runId)) return NO_EVENTS;
    const proxy = this.#subject.proxies.getOrAdd(name, type, time);
    if (proxy === undefined) return NO_EVENTS;
    this.#connections.listens(proxy, this.#ports.get(name));
    this.#ports.delete(name);
    return this.#startedByLog(proxy, time, session);
  }

  /** Where the visitors of a proxy connect to, which is about to start. */
  listening(name: string, port: string): void {
    if (this.#ports.size >= MAX_PORTS) this.#ports.clear(); // none of them was of a proxy that starts
    this.#ports.set(name, Number(port));
  }

  /** @param clients know the session that the line is of, for a proxy of which the start was not seen */
  userConnected(
    { name, runId, time }: ProxyLine,
    address: string,
    clients: Pick<ServerClients, 'sessionOf'>,
  ): readonly FrpEvent[] {
    const proxy = this.#subject.proxies.getOrAdd(name, '', time);
    if (proxy === undefined || this.#isForeign(proxy, runId)) return NO_EVENTS;
    if (proxy.active) return this.#connected(proxy, address, time);
    // One that was online before we came shows it so.
    const { session, events } = clients.sessionOf(runId, time);
    const started = this.#startedByLog(proxy, time, session, 'found');
    return [...events, ...started, ...this.#connected(proxy, address, time)];
  }

  /** @param seenFromStart whether there was no connection before we came */
  saw(signal: ConnectionSignal, seenFromStart: boolean): readonly FrpEvent[] {
    if (signal.kind !== 'probe.ended') return this.#connections.saw(signal, seenFromStart);
    return probed(this.#subject, this.#subject.proxies.get(signal.proxy), signal);
  }

  connectionFailed({ name, runId, time }: ProxyLine, error: FrpFailure): readonly FrpEvent[] {
    const proxy = this.#owned(name, runId);
    proxy?.connectionFailed(time, error);
    return proxy === undefined ? NO_EVENTS : [this.#failed(proxy, error, 'connection', time)];
  }

  failed({ name, runId, time }: ProxyLine, error: FrpFailure): readonly FrpEvent[] {
    const proxy = this.#owned(name, runId);
    proxy?.failed(time, error);
    return proxy === undefined ? NO_EVENTS : [this.#failed(proxy, error, 'other', time)];
  }

  /** Whether its client removed it or was lost, the next line tells. */
  closing({ name, runId, time }: ProxyLine): void {
    this.#owned(name, runId)?.lost(time);
  }

  removed({ name, runId, time }: ProxyLine): readonly FrpEvent[] {
    const proxy = this.#owned(name, runId);
    if (proxy === undefined) return NO_EVENTS;
    leaveSession(proxy);
    proxy.removed(time);
    return [this.#event('proxy.closed', proxy, time)];
  }

  /** It goes with its session: then the end of the session, when the log comes to it, is no news of it. */
  lost(proxy: FrpProxy, time: number): FrpEvent[] {
    leaveSession(proxy);
    if (proxy.wasRemoved) return [];
    proxy.lost(time);
    return [this.#event('proxy.disconnected', proxy, time)];
  }

  answered(answers: readonly FrpServerProxy[], context: AnswerContext): FrpEvent[] {
    const { time, answeredAt, startsAtZero, newDay, isComplete } = context;
    const { proxies } = this.#subject;
    const events: FrpEvent[] = [];
    for (const answer of answers) {
      // frps lists what went offline for up to a week: what was never seen alive is not a lost proxy.
      const isKnown = proxies.get(answer.name) !== undefined;
      const proxy = isKnown || answer.online ? proxies.getOrAdd(answer.name, answer.type, time) : undefined;
      if (proxy === undefined) continue;
      const notKept = this.#notKept.get(answer.name);
      if (notKept !== undefined) proxy.polled({ answer: notKept, startsAtZero: false, askedAt: time, answeredAt }); // the baseline
      proxy.polled({ answer, startsAtZero, newDay, askedAt: time, answeredAt });
      this.#connections.listens(proxy, answer.remotePort);
      if (answer.online || answer.group) proxy.setGroup(answer.group); // frps has no config of who is offline
      proxy.setOwner({ user: answer.user || undefined, clientId: answer.clientId || undefined });
      proxy.missingAnswers = 0;
      proxy.listedAt = time;
      if (!isKnown || (answer.online !== proxy.active && proxy.settledBefore(time))) {
        const how = isKnown || startsAtZero ? 'started' : 'found';
        events.push(...(answer.online ? this.#started(proxy, time, 'api', how) : this.lost(proxy, time)));
      }
    }
    this.#notKept = new Map(
      answers.filter(({ name }) => proxies.get(name) === undefined).map((answer) => [answer.name, answer]),
    );
    return isComplete ? [...events, ...this.#unlisted(time)] : events;
  }

  /** The process is gone. */
  stopped(time: number): FrpEvent[] {
    this.#notKept = new Map();
    const active = [...this.#subject.proxies].filter((proxy) => proxy.active);
    const ended = this.#connections.stopped(time);
    return [...ended, ...active.map((proxy) => this.#event('proxy.disconnected', proxy, time))];
  }

  /** How many are online, by type; undefined when some are not known here. */
  count(): Readonly<Record<string, number>> | undefined {
    const { proxies } = this.#subject;
    if (proxies.refused > 0) return undefined;
    const counts: Record<string, number> = {};
    for (const { type, active } of proxies) if (type !== '') counts[type] = (counts[type] ?? 0) + (active ? 1 : 0);
    return Object.freeze(counts);
  }

  /** Offline and pruned, by an operator or after 7 days (pkg/metrics/mem/server.go): frps has forgotten its counts. */
  #unlisted(time: number): FrpEvent[] {
    const events: FrpEvent[] = [];
    for (const proxy of this.#subject.proxies) {
      if (proxy.listedAt === time || !proxy.settledBefore(time)) continue;
      proxy.missingAnswers += 1;
      // Where the log is read it has the first word on what went offline, but it can be forged.
      if (proxy.active && this.#subject.seesLog() && proxy.missingAnswers < MISSING_ANSWERS) continue;
      if (proxy.active) events.push(...this.lost(proxy, time));
      proxy.counts.pruned();
      if (proxy.wasRemoved) proxy.ended(time);
    }
    return events;
  }

  #connected(proxy: FrpProxy, address: string, time: number): readonly FrpEvent[] {
    const { isNews, events } = this.#connections.logged(proxy, address, time);
    if (isNews) proxy.counts.connected(time);
    return events;
  }

  #owned(name: string, runId: string | undefined): FrpProxy | undefined {
    const proxy = this.#subject.proxies.get(name);
    return proxy === undefined || this.#isForeign(proxy, runId) ? undefined : proxy;
  }

  /**
   * Whether a line about a proxy is of another session than the proxy's own. frp prints what strangers send it, newlines
   * as well, so they can write lines of their own; a session's run id is what they do not know (docs/frp-compatibility.md).
   */
  #isForeign(proxy: FrpProxy, runId: string | undefined): boolean {
    const isForeign = proxy.session !== undefined && proxy.session.runId !== runId;
    if (isForeign) this.#foreignLines += 1;
    return isForeign;
  }

  #startedByLog(
    proxy: FrpProxy,
    time: number,
    session: ClientSession | undefined,
    how: 'started' | 'found' = 'started',
  ): readonly FrpEvent[] {
    leaveSession(proxy); // one that is still closing its proxies takes this one down no more
    proxy.session = session;
    session?.registered(proxy);
    if (session !== undefined) proxy.setOwner(session.identity);
    return proxy.confirmed(time) ? NO_EVENTS : this.#started(proxy, time, 'log', how);
  }

  #started(proxy: FrpProxy, time: number, toldBy: 'log' | 'api', how: 'started' | 'found'): readonly FrpEvent[] {
    const { isNew } = proxy;
    proxy[how](time, toldBy);
    const connected = { ...this.#event('proxy.connected', proxy, time), startTime: undefined };
    return isNew ? [this.#event('proxy.created', proxy, time), connected] : [connected];
  }

  #failed(proxy: FrpProxy, error: FrpFailure, phase: 'connection' | 'other', time: number): FrpEvent {
    return { ...this.#event('proxy.error', proxy, time), error, phase, startTime: undefined };
  }

  #event<Kind extends ProxyLifeEvent['kind']>(kind: Kind, { name, type }: FrpProxy, time: number) {
    return { ...this.#subject.identity(), kind, time, proxy: name, proxyType: type };
  }
}

const leaveSession = (proxy: FrpProxy): void => {
  proxy.session?.removed(proxy);
  proxy.session = undefined;
};
