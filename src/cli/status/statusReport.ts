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
  /** False when it is gone, stopped, or its API does not answer; null where there is neither a process nor an API to look at. */
  readonly up: boolean | null;
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

/** Since frp's start, as its log has it. */
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

/** @param before the look that the rates are counted from */
export const statusReport = (seen: Seen, before?: Seen): StatusReport => {
  const seconds = before && (seen.monotonicTime - before.monotonicTime) / 1000;
  const rates: Rates = { seconds, before: proxiesByKey(before?.snapshot) };
  return {
    time: isoTime(seen.time) as string,
    ratesOverSeconds: seconds ?? null,
    instances: seen.snapshot.instances.filter(isThere).map((instance) => instanceStatus(instance, rates)),
  };
};

/** States in which a proxy serves its visitors. */
const UP_STATES: ReadonlySet<ProxyState> = new Set<ProxyState>(['online', 'running']);

/** 0: everything is up. 1: something is down. 3: there is no frps and no frpc. */
export const exitCodeOf = ({ instances }: StatusReport): 0 | 1 | 3 => {
  if (instances.length === 0) return 3;
  const isUp = instances.every(
    ({ up, session, proxies }) => up !== false && session?.connected !== false && proxies.every((proxy) => proxy.up),
  );
  return isUp ? 0 : 1;
};

interface Rates {
  readonly seconds: number | undefined;
  readonly before: ReadonlyMap<string, ProxySnapshot>;
}

/** What was removed on purpose is of no interest any more. */
const isThere = ({ endedAt }: { readonly endedAt: number | undefined }): boolean => endedAt === undefined;

const instanceStatus = (instance: InstanceSnapshot, rates: Rates): InstanceStatus => {
  const { name, role, serverName, version, process, server, client, proxies, sources } = instance;
  const up = process.up ?? null;
  return {
    name,
    role,
    serverName,
    version: version ?? null,
    pid: process.pid ?? null,
    up,
    // Without a process it is since when we look.
    since: isoTime(process.pid === undefined ? undefined : process.startedAt),
    restarts: process.restarts,
    server: server === undefined ? null : serverStatus(server),
    session: client === undefined ? null : sessionStatus(client),
    proxies: proxies.filter(isThere).map((proxy) => proxyStatus(proxy, up !== false, rateOf(name, proxy, rates))),
    sources: sources.map(({ source, state, reason = null }) => ({ source, state, reason })),
  };
};

const serverStatus = ({ activeClients, logins, clients }: ServerSnapshot): ServerStatus => ({
  activeClients: activeClients ?? null,
  logins: attempts(logins),
  clients: clients.map(clientStatus),
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

/** Without a count of those that went well (an frpc's log tells the failed ones only) all of them are not known. */
const attempts = (tally: TallySnapshot): Attempts => {
  const sum = (entries: TallySnapshot): number => entries.reduce((total, { count }) => total + count, 0);
  const failures = tally.filter(({ errorType }) => errorType !== undefined);
  return {
    total: failures.length === tally.length ? null : sum(tally),
    failed: tally.length === 0 ? null : sum(failures),
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
