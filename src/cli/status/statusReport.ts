import type { FrpRole } from '../../frp/FrpRole.js';
import type { SourceKind, SourceState } from '../../model/FrpSignal.js';
import type {
  ClientSessionSnapshot,
  ClientSnapshot,
  FrpSnapshot,
  HistogramSnapshot,
  InstanceSnapshot,
  ProxySnapshot,
  ProxyState,
  ServerSnapshot,
  TallySnapshot,
} from '../../model/FrpSnapshot.js';

/**
 * What `frp-otel status --json` prints, one object on one line for each look. Times are ISO 8601 in UTC; what no source
 * tells is null. Fields may be added to it; none changes its meaning or goes away but with a major version.
 */
export interface StatusReport {
  readonly time: string;
  /** Seconds between the two looks that the rates are of; null after the first one. */
  readonly ratesOverSeconds: number | null;
  readonly instances: readonly InstanceStatus[];
}

/** One frps or frpc. */
export interface InstanceStatus {
  readonly name: string;
  readonly role: FrpRole;
  /** `host:port` of its server, or the name that was given to it. */
  readonly serverName: string;
  readonly version: string | null;
  readonly pid: number | null;
  /**
   * False when it is gone, stopped, or its API does not answer (any more) or, without a process, refuses connections; null where
   * nothing tells.
   */
  readonly up: boolean | null;
  /** Whether its process is stopped by a signal (state T). */
  readonly stopped: boolean | null;
  /** When its process started. */
  readonly since: string | null;
  readonly restarts: number;
  /** Of an frps, else null. */
  readonly server: ServerStatus | null;
  /** Of an frpc, else null. */
  readonly session: SessionStatus | null;
  readonly proxies: readonly ProxyStatus[];
  readonly sources: readonly {
    readonly source: SourceKind;
    readonly state: SourceState;
    readonly reason: string | null;
  }[];
}

export interface ServerStatus {
  readonly activeClients: number | null;
  readonly logins: Attempts;
  /** Those that are connected, then those that have left within the last hour. */
  readonly clients: readonly ClientStatus[];
  /** Proxies that it did not take, the last 20 times. */
  readonly refusedStarts: readonly RefusedStartStatus[];
}

export interface RefusedStartStatus {
  readonly time: string;
  readonly proxy: string;
  readonly type: string;
  readonly errorType: string;
  readonly message: string;
}

/** A client as its frps sees it. */
export interface ClientStatus {
  readonly runId: string;
  readonly user: string | null;
  readonly clientId: string | null;
  readonly hostname: string | null;
  readonly version: string | null;
  readonly address: string | null;
  readonly connected: boolean;
  /** When it connected, or when it left. */
  readonly since: string | null;
  /** Why it left. */
  readonly disconnectReason: string | null;
  readonly proxies: number | null;
}

/** An frpc's session with its frps. */
export interface SessionStatus {
  readonly connected: boolean | null;
  readonly since: string | null;
  readonly logins: Attempts;
  readonly reconnects: number | null;
}

/** Since frp's start, as its log has it; see {@link TotalsSince}. */
export interface Attempts {
  readonly total: number | null;
  readonly failed: number | null;
}

/** A tunnel as this instance sees it. */
export interface ProxyStatus {
  readonly name: string;
  /** Null while it is not known. */
  readonly type: string | null;
  readonly state: ProxyState;
  readonly up: boolean;
  /** Since when it is up. */
  readonly since: string | null;
  readonly activeConnections: number | null;
  readonly connections: Attempts;
  /** `in` is from the visitor to the service. */
  readonly bytes: InAndOut | null;
  readonly bytesPerSecond: InAndOut | null;
  /** Mean of the connections that have ended. */
  readonly roundTripSeconds: number | null;
  readonly lastError: { readonly time: string; readonly type: string; readonly message: string } | null;
}

interface InAndOut {
  readonly in: number;
  readonly out: number;
}

/** What was seen at one look. */
export interface Seen {
  readonly snapshot: FrpSnapshot;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonicTime: number;
}

/** What the kernel alone counts, it tells from our start on: in a single report that is no total of frp's, and left out. */
export type TotalsSince = 'frp start' | 'our start';

export interface ReportOptions {
  /** The look that the rates are counted from. */
  readonly before?: Seen | undefined;
  /** @default 'our start' */
  readonly totalsSince?: TotalsSince;
}

export const statusReport = (seen: Seen, { before, totalsSince = 'our start' }: ReportOptions = {}): StatusReport => {
  const seconds = before && (seen.monotonicTime - before.monotonicTime) / 1000;
  const rates: Rates = { seconds, before: proxiesByKey(before?.snapshot) };
  const all = seen.snapshot.instances.filter(isThere);
  return {
    time: isoTime(seen.time) as string,
    ratesOverSeconds: seconds ?? null,
    instances: all.map((instance) => instanceStatus(instance, rates, totalsSince)),
  };
};

/** States in which a proxy serves its visitors. */
const UP_STATES: ReadonlySet<ProxyState> = new Set<ProxyState>(['online', 'running']);

interface Rates {
  readonly seconds: number | undefined;
  readonly before: ReadonlyMap<string, ProxySnapshot>;
}

/** What was removed on purpose is of no interest any more. */
const isThere = ({ endedAt }: { readonly endedAt: number | undefined }): boolean => endedAt === undefined;

const instanceStatus = (instance: InstanceSnapshot, rates: Rates, totalsSince: TotalsSince): InstanceStatus => {
  const { name, role, serverName, version, process, server, client, proxies, sources } = instance;
  const up = isUp(instance);
  return {
    name,
    role,
    serverName,
    version: version ?? null,
    pid: process.pid ?? null,
    up,
    stopped: process.resources?.stopped ?? null,
    // Without a process it is since when we look.
    since: isoTime(process.pid === undefined ? undefined : process.startedAt),
    restarts: process.restarts,
    server: server === undefined ? null : serverStatus(server),
    session: client === undefined ? null : sessionStatus(client),
    proxies: proxies.filter(isThere).map((proxy) => {
      const told = totalsSince === 'our start' ? proxy : withoutCountsOfKernel(proxy, instance);
      return proxyStatus(told, up !== false, rateOf(name, proxy, rates));
    }),
    sources: sources.map(({ source, state, reason = null }) => ({ source, state, reason })),
  };
};

/** Nobody listens where its API should be, and there is no process that could still start: it does not run. */
const isUp = ({ process, sources }: InstanceSnapshot): boolean | null => {
  const isRefused = sources.some(({ source, reason }) => source === 'api' && reason?.endsWith(CONNECTION_REFUSED));
  return process.up ?? (process.pid === undefined && isRefused ? false : null);
};

/** As getBody says it. */
const CONNECTION_REFUSED = 'connection refused';

/** frps's log counts connections, and its API bytes; frpc tells of neither. */
const withoutCountsOfKernel = (proxy: ProxySnapshot, { role, version, sources }: InstanceSnapshot): ProxySnapshot => {
  const areLogged = role === 'server' && sources.some(({ source, state }) => source === 'log' && state === 'ok');
  const areBytesCounted = role === 'server' && version !== undefined; // the API has told it
  return {
    ...proxy,
    connections: areLogged ? proxy.connections : proxy.connections.filter(({ errorType }) => errorType !== undefined),
    io: areBytesCounted ? proxy.io : undefined,
  };
};

const serverStatus = ({ activeClients, logins, clients, refusedStarts }: ServerSnapshot): ServerStatus => ({
  activeClients: activeClients ?? null,
  logins: attempts(logins),
  clients: clients.map(clientStatus),
  refusedStarts: refusedStarts.map((start) => ({ ...start, time: isoTime(start.time) as string })),
});

const clientStatus = (session: ClientSessionSnapshot): ClientStatus => {
  const { runId, connectedSince, disconnectedAt, user, clientId, hostname, version, address } = session;
  const connected = disconnectedAt === undefined;
  return {
    runId,
    user: user || null,
    clientId: clientId || null,
    hostname: hostname || null,
    version: version || null,
    address: address ?? null,
    connected,
    since: isoTime(connected ? connectedSince : disconnectedAt),
    disconnectReason: session.disconnectReason ?? null,
    proxies: session.proxies ?? null,
  };
};

const sessionStatus = ({ connected, connectedSince, logins, reconnects }: ClientSnapshot): SessionStatus => ({
  connected: connected ?? null,
  since: isoTime(connected ? connectedSince : undefined),
  logins: attempts(logins),
  reconnects: reconnects ?? null,
});

/** @param isRunning whether the process that serves it is up */
const proxyStatus = (proxy: ProxySnapshot, isRunning: boolean, bytesPerSecond: InAndOut | null): ProxyStatus => {
  const { name, type, state, startedAt, connections, io, roundTrip, lastError } = proxy;
  const up = isRunning && UP_STATES.has(state);
  return {
    name,
    type: type || null,
    state,
    up,
    since: up ? isoTime(startedAt) : null,
    activeConnections: proxy.activeConnections ?? null,
    connections: attempts(connections),
    bytes: io ?? null,
    bytesPerSecond,
    roundTripSeconds: meanOf(roundTrip),
    lastError: lastError === undefined ? null : { ...lastError, time: isoTime(lastError.time) as string },
  };
};

/**
 * Without a count of those that went well (an frpc's log tells the failed ones only) all of them are not known; nor those that
 * failed where the kernel alone tells.
 */
const attempts = (tally: TallySnapshot): Attempts => {
  const sum = (entries: TallySnapshot): number => entries.reduce((total, { count }) => total + count, 0);
  const failures = tally.filter(({ errorType }) => errorType !== undefined);
  return {
    total: failures.length === tally.length ? null : sum(tally),
    failed: failures.length === 0 ? null : sum(failures),
  };
};

const meanOf = (histogram: HistogramSnapshot | undefined): number | null =>
  histogram === undefined || histogram.count === 0 ? null : histogram.sum / histogram.count;

const rateOf = (instance: string, proxy: ProxySnapshot, { seconds, before }: Rates): InAndOut | null => {
  const earlier = before.get(keyOf(instance, proxy));
  // One that began anew counts from there.
  if (!seconds || proxy.io === undefined || earlier?.io === undefined || earlier.since !== proxy.since) return null;
  return { in: (proxy.io.in - earlier.io.in) / seconds, out: (proxy.io.out - earlier.io.out) / seconds };
};

const proxiesByKey = (snapshot: FrpSnapshot | undefined): ReadonlyMap<string, ProxySnapshot> =>
  new Map(
    snapshot?.instances.flatMap(({ name, proxies }) =>
      proxies.filter(isThere).map((proxy) => [keyOf(name, proxy), proxy] as const),
    ),
  );

const keyOf = (instance: string, { role, name }: ProxySnapshot): string => JSON.stringify([instance, role, name]);

const isoTime = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString());
