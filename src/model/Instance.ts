import { LEVELS_WITH_INFO } from '../frp/config/logLevels.js';
import type { ClientLogMeaning, ServerLogMeaning } from '../frp/log/FrpLogMeaning.js';
import { ClientState } from './ClientState.js';
import { DroppedCounts } from './DroppedCounts.js';
import { type FrpEvent, type FrpEventSubject, NO_EVENTS } from './FrpEvent.js';
import type { FrpModelOptions } from './FrpModel.js';
import type {
  FrpSignal,
  LogLineRead,
  ProcessEnding,
  ProcessExited,
  ProcessStarted,
  SourceChanged,
  TargetId,
} from './FrpSignal.js';
import type { InstanceSnapshot, TallySnapshot } from './FrpSnapshot.js';
import { type GoneBefore, wasGoneBefore } from './goneBefore.js';
import { ProcessState } from './ProcessState.js';
import { ProxySet } from './ProxySet.js';
import type { SocketsSeen } from './ProxySources.js';
import { describeExit, stoppedOnPurpose } from './processExit.js';
import { ServerState } from './ServerState.js';
import { serverNameOf } from './serverNameOf.js';
import { NO_COUNTS, type Tally } from './Tally.js';

type LifeSnapshot = Pick<InstanceSnapshot, 'server' | 'client' | 'proxies' | 'logLines'>;

/** While the history of one that was just found is read, the picture is not whole. */
const NOTHING_YET: LifeSnapshot = Object.freeze({
  server: undefined,
  client: undefined,
  proxies: Object.freeze([]),
  logLines: undefined,
});

/** One observed frps or frpc, over its restarts. */
export class Instance {
  readonly name: string;
  readonly #role: ProcessStarted['role'];
  readonly #since: number;
  readonly #serverNameGiven: string | undefined;
  readonly #proxies: ProxySet;
  readonly #process: ProcessState;
  readonly #server: ServerState | undefined;
  readonly #client: ClientState | undefined;
  readonly #sources = new Map<SourceChanged['source'], SourceChanged>();
  readonly #dropped = new DroppedCounts();
  readonly #logLines = { known: 0, unknown: 0 };
  #started: ProcessStarted;
  #identity: FrpEventSubject;
  #version: string | undefined;
  #endedAt: number | undefined;
  #lostAt: number | undefined;
  #ending: ProcessEnding | undefined;
  #logIsRead = true;
  #socketsSeen: SocketsSeen = 'none';
  /** Whether a line at level info was read of the present process. */
  #hasLoggedInfo = false;
  /** Whether its log, where it is read, has told of everything since the present process began. */
  #toldFromStart: boolean;
  /** Whether lines are read that were written before we came, or were told as those of the process before. */
  #readsHistory = false;
  #isResumed = false;

  constructor(
    name: string,
    started: ProcessStarted,
    { maxProxies, serverName, ...limits }: Omit<FrpModelOptions, 'retentionMillis'>,
  ) {
    this.name = name;
    this.#role = started.role;
    this.#since = started.time;
    this.#serverNameGiven = serverName;
    const seesLog = (): boolean => this.#logIsRead && this.#logsInfo();
    const isNews = (): boolean => !this.#readsHistory;
    this.#proxies = new ProxySet(started.role, maxProxies, { seesLog, isNews, seesSockets: () => this.#socketsSeen });
    this.#process = new ProcessState(started);
    this.#started = started;
    this.#toldFromStart = started.seenFromStart;
    this.#identity = this.#identify(started);
    const subject = {
      proxies: this.#proxies,
      identity: () => this.#identity,
      seesLog,
      toldFromStart: () => this.#toldFromStart,
      isNews,
      told: (tally: Tally) => this.#told(tally),
    };
    this.#server = started.role === 'server' ? new ServerState(subject, limits) : undefined;
    this.#client = started.role === 'client' ? new ClientState(subject) : undefined;
    this.#server?.started(started.config);
    this.#client?.configured(started.config);
  }

  get identity(): FrpEventSubject {
    return this.#identity;
  }

  /** The process that it is now. */
  get target(): TargetId {
    return this.#started.target;
  }

  /** When its process was lost or stopped; undefined while it runs. */
  get goneAt(): number | undefined {
    return this.#endedAt ?? this.#lostAt;
  }

  /** Whether a process that starts now is this instance started again. */
  isResumedBy({ role, hostName, configPath, user }: ProcessStarted): boolean {
    const hasEnded = this.goneAt !== undefined || this.#ending !== undefined;
    const before = this.#started;
    // Containers have a host name each, and the same path in all of them; anybody can name a path.
    const isSame = before.role === role && before.hostName === hostName && before.configPath === configPath;
    return hasEnded && isSame && (before.user === undefined || user === undefined || before.user === user);
  }

  /** Goes on as a new process; one that is still ending has ended by that. */
  resume(started: ProcessStarted): FrpEvent[] {
    const events = this.#ending === undefined ? [] : this.#exited(this.#ending);
    this.#started = started;
    this.#isResumed = true;
    this.#toldFromStart = started.seenFromStart;
    this.#identity = this.#identify(started);
    this.#endedAt = undefined;
    this.#lostAt = undefined;
    this.#sources.clear();
    this.#version = undefined;
    this.#hasLoggedInfo = false;
    this.#process.restarted(started);
    this.#server?.started(started.config);
    this.#client?.restarted(started.config);
    for (const proxy of this.#proxies) proxy.serverRestarted();
    return events;
  }

  /**
   * Takes a signal of the process that it is now. A process before it has no more say, and one that is gone neither: an API
   * request that was under way may end after it.
   */
  apply(signal: Exclude<FrpSignal, ProcessStarted>): readonly FrpEvent[] {
    if (signal.target !== this.#started.target || this.goneAt !== undefined) return [];
    switch (signal.kind) {
      case 'process.sampled':
        this.#process.sampled(signal);
        return this.#server?.sampled(this.#process.snapshot(), signal.time) ?? [];
      case 'config.read': // frps reads its own once
        this.#client?.configured(signal.config);
        return [];
      case 'process.ending':
        this.#ending = signal;
        return [];
      case 'process.exited':
        return this.#exited(signal);
      case 'log.line':
        return this.#read(signal);
      case 'log.history.read':
        this.#historyRead(signal.time);
        return NO_EVENTS;
      case 'sockets.sampled':
      case 'socket.closed':
      case 'probe.started':
      case 'probe.ended':
        return (this.#server ?? this.#client)?.saw(signal, this.#started.seenFromStart) ?? NO_EVENTS;
      case 'server.api.answered':
        this.#version = signal.info.version;
        this.#process.apiAnswered();
        return this.#server?.answered(signal, this.#started.seenFromStart) ?? [];
      case 'client.api.answered':
        this.#process.apiAnswered();
        return this.#client?.answered(signal) ?? [];
      case 'source.changed':
        this.#sourceChanged(signal);
        return [];
      case 'items.dropped':
        this.#dropped.add(signal);
        return [];
      default:
        return signal satisfies never;
    }
  }

  wasGoneBefore(before: GoneBefore): boolean {
    return wasGoneBefore({ lostAt: this.#lostAt, endedAt: this.#endedAt }, before);
  }

  forgetGoneBefore(before: GoneBefore): void {
    this.#proxies.forgetGoneBefore(before);
    this.#server?.forgetGoneBefore(before.lost);
  }

  snapshot(): InstanceSnapshot {
    return Object.freeze({
      name: this.name,
      role: this.#role,
      serverName: this.#identity.serverName,
      version: this.#version,
      since: this.#since,
      endedAt: this.#endedAt,
      process: this.#process.snapshot(),
      ...(this.#readsHistory && !this.#isResumed ? NOTHING_YET : this.#lifeSnapshot()),
      sources: Object.freeze(
        Array.from(this.#sources.values(), ({ source, state, reason }) => Object.freeze({ source, state, reason })),
      ),
      dropped: this.#dropped.snapshot([
        { item: 'proxy', reason: 'limit', count: this.#proxies.refused },
        ...[
          { item: 'proxy_history', reason: 'limit', count: this.#proxies.evicted },
          ...((this.#server ?? this.#client)?.dropped ?? []),
        ].filter(({ count }) => count > 0),
      ]),
    });
  }

  #lifeSnapshot(): LifeSnapshot {
    const hasReadLines = this.#logIsRead || this.#logLines.known + this.#logLines.unknown > 0;
    return {
      server: this.#server?.snapshot(),
      client: this.#client?.snapshot(),
      proxies: Object.freeze(Array.from(this.#proxies, (proxy) => proxy.snapshot())),
      logLines: hasReadLines ? Object.freeze({ ...this.#logLines }) : undefined,
    };
  }

  /** What the log told so far is the state to begin with. */
  #historyRead(time: number): void {
    this.#server?.historyRead(time);
    this.#readsHistory = false;
    if (this.#isResumed) return;
    this.#proxies.forgetRemoved();
    for (const proxy of this.#proxies) proxy.countsSince(time);
  }

  #sourceChanged(signal: SourceChanged): void {
    this.#sources.set(signal.source, signal);
    if (signal.source === 'api') {
      this.#process.apiChanged(signal);
      if (signal.state !== 'ok') (this.#server ?? this.#client)?.apiFellSilent();
    }
    if (signal.source !== 'log' && signal.source !== 'sockets') return;
    // What is degraded does not tell all that happens: its silence proves nothing, unless it tells at least what fails.
    const gives = signal.state === 'ok' || (signal.state === 'degraded' && signal.givesSome === true);
    if (signal.source === 'log') this.#logIsRead = gives;
    else this.#socketsSeen = signal.state === 'ok' ? 'all' : gives ? 'some' : 'none';
    for (const proxy of this.#proxies) proxy.sourcesChanged();
  }

  #read({ time, line, meaning, replayed }: LogLineRead): readonly FrpEvent[] {
    if (replayed) this.#readsHistory = true;
    if (!this.#readsHistory) this.#logLines[meaning === undefined ? 'unknown' : 'known'] += 1;
    if (!this.#hasLoggedInfo && line?.level === 'I') this.#loggedInfo();
    if (meaning === undefined) return NO_EVENTS;
    if (meaning.kind === 'server.started') this.#toldFromStart = true; // its history reaches back to it
    // The grammar has one table per role, so a meaning is always of the instance's own.
    return this.#server !== undefined
      ? this.#server.read(meaning as ServerLogMeaning, time, line?.runId)
      : (this.#client?.read(meaning as ClientLogMeaning, time) ?? []);
  }

  #told(tally: Tally): TallySnapshot {
    if (!this.#logIsRead) return NO_COUNTS;
    if (this.#logsInfo()) return tally.snapshot();
    return this.#started.config === undefined ? NO_COUNTS : tally.failures(); // it may log to a file
  }

  #loggedInfo(): void {
    this.#hasLoggedInfo = true;
    for (const proxy of this.#proxies) proxy.sourcesChanged();
  }

  /** Whether its log tells what goes well, too: without its config, its first such line shows it. */
  #logsInfo(): boolean {
    const { config } = this.#started;
    return config === undefined ? this.#hasLoggedInfo : LEVELS_WITH_INFO.has(config.log.level);
  }

  #exited(signal: ProcessExited | ProcessEnding): FrpEvent[] {
    const { time } = signal;
    if (this.#readsHistory) this.#historyRead(time);
    this.#ending = undefined;
    const onPurpose = stoppedOnPurpose(signal) && !(signal.exitCode === 0 && this.#client?.failedToLogIn);
    this.#process.exited();
    this.#sources.clear(); // there is nothing left to look at
    const events = this.#server?.stopped(time, describeExit(signal)) ?? this.#client?.stopped(time) ?? [];
    for (const proxy of this.#proxies) {
      if (onPurpose || proxy.wasRemoved) proxy.ended(time);
      else proxy.lost(time);
    }
    if (onPurpose) this.#endedAt = time;
    else this.#lostAt = time;
    return events;
  }

  #identify({ role, pid, hostName, config }: ProcessStarted): FrpEventSubject {
    const serverName = this.#serverNameGiven ?? serverNameOf(config, hostName);
    return Object.freeze({ role, instance: this.name, serverName, pid });
  }
}
