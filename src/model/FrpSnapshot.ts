import type { FrpClientPhase } from '../frp/api/FrpApi.js';
import type { FrpRole } from '../frp/FrpRole.js';
import type { ProcessResources, SourceKind, SourceState } from './FrpSignal.js';

/** A monotonic count, split by `error.type`; undefined there means success. */
export interface TallyEntry {
  readonly errorType: string | undefined;
  readonly count: number;
}

export type TallySnapshot = readonly TallyEntry[];

/** Counts per bucket; one more than there are boundaries, which are inclusive upper bounds. */
export interface HistogramSnapshot {
  readonly boundaries: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** A histogram per `error.type`, in no order; undefined there means success. */
export type OutcomeHistogramSnapshot = readonly {
  readonly errorType: string | undefined;
  readonly histogram: HistogramSnapshot;
}[];

/** The life of a subject's series: it begins at `since`; with `endedAt` it was removed on purpose. */
export interface SubjectLife {
  /** Milliseconds since the Unix epoch: its counters count from here. */
  readonly since: number;
  readonly endedAt: number | undefined;
}

/** `unknown`: only the API told of the end. */
export type DisconnectReason = 'closed' | 'replaced' | 'heartbeat_timeout' | 'server_stopped' | 'unknown';

/** One session of a client on frps; what no source told is undefined. */
export interface ClientSessionSnapshot {
  readonly runId: string;
  /** From the API (frps >= 0.67). */
  readonly user: string | undefined;
  readonly clientId: string | undefined;
  readonly version: string | undefined;
  readonly hostname: string | undefined;
  /** Where it came from: for snapshots and spans, never on a metric. */
  readonly address: string | undefined;
  readonly connectedSince: number | undefined;
  readonly disconnectedAt: number | undefined;
  readonly disconnectReason: DisconnectReason | undefined;
  /** Its proxies that are online; undefined where only the API tells of it. */
  readonly proxies: number | undefined;
}

export interface RefusedLogin {
  readonly time: number;
  readonly address: string | undefined;
  readonly version: string | undefined;
  readonly hostname: string | undefined;
  readonly errorType: string;
  /** frp's own words. */
  readonly message: string;
}

/** A proxy that frps did not take. Its name may be that of another one that runs. */
export interface RefusedStart {
  readonly time: number;
  readonly proxy: string;
  readonly type: string;
  readonly errorType: string;
  /** frp's own words. */
  readonly message: string;
}

export interface ServerSnapshot {
  /** From the API, else counted from the log where frps was seen from its start; undefined where neither can tell. */
  readonly activeClients: number | undefined;
  readonly activeProxies: Readonly<Record<string, number>> | undefined;
  /** The most that were connected at a time since it is observed; undefined before `activeClients` was ever known. */
  readonly peakClients: number | undefined;
  /** `activeClients` as a share of the limit that the user gave; frps has none, so it may be over 1. */
  readonly clientUtilization: number | undefined;
  /** Used as a share of allowed, 0 to 1: of the ports of tcp or of udp, whichever is fuller. Undefined without `allowPorts`. */
  readonly portUtilization: number | undefined;
  /** Where clients log in, and whether the dashboard with its API is on, as its config has it; undefined without its config. */
  readonly bindPort: number | undefined;
  readonly dashboard: { readonly enabled: boolean; readonly port: number | undefined } | undefined;
  /** Those that are connected, then those of the retention that are not; bounded. */
  readonly clients: readonly ClientSessionSnapshot[];
  /** The last ones. */
  readonly refusedLogins: readonly RefusedLogin[];
  /** The last ones; told by the log alone. */
  readonly refusedStarts: readonly RefusedStart[];
  /** These four are told by the log alone, and empty or undefined without it. */
  readonly logins: TallySnapshot;
  readonly disconnects: readonly { readonly reason: DisconnectReason; readonly count: number }[];
  readonly proxyStarts: TallySnapshot;
  /** Requests to the dashboard and API other than our own. */
  readonly dashboardRequests: number | undefined;
  /** Everything that failed: refused logins and proxies, and frps's own faults. */
  readonly errors: TallySnapshot;
}

export interface ClientSnapshot {
  /** Undefined where neither log nor API tells. */
  readonly connected: boolean | undefined;
  readonly connectedSince: number | undefined;
  readonly runId: string | undefined;
  readonly logins: TallySnapshot;
  readonly reconnects: number | undefined;
  /** Seconds. */
  readonly loginDuration: readonly { readonly errorType: string | undefined; readonly histogram: HistogramSnapshot }[];
  readonly configReloads: TallySnapshot;
  /** Everything that failed but what is of one proxy. */
  readonly errors: TallySnapshot;
}

/** frps: online, offline. frpc: its own phases (client/proxy/proxy_wrapper.go). */
export type ProxyState = 'online' | 'offline' | FrpClientPhase;

export interface ProxySnapshot extends SubjectLife {
  readonly role: FrpRole;
  readonly name: string;
  /** tcp udp http https tcpmux stcp sudp xtcp; empty while unknown. */
  readonly type: string;
  readonly state: ProxyState;
  /** Whose it is: of a server as its API tells (frps >= 0.67), of a client as its config has it. */
  readonly user: string | undefined;
  readonly clientId: string | undefined;
  /** The load-balancing group that it is a member of: of a server as its API tells, of a client as its config has it. */
  readonly group: string | undefined;
  readonly startedAt: number | undefined;
  /** Bytes, `in` = visitor to service. Undefined where the role has no source that knows. */
  readonly io: { readonly in: number; readonly out: number } | undefined;
  /** TCP segments of its connections, where the kernel's counts are read. */
  readonly segments: { readonly in: number; readonly out: number } | undefined;
  readonly activeConnections: number | undefined;
  /** Seconds, of connections of which beginning and end were told; undefined before the first. */
  readonly connectionDuration: HistogramSnapshot | undefined;
  /** Seconds, once per connection: of a server to the visitors, of a client to the service. */
  readonly roundTrip: HistogramSnapshot | undefined;
  /** Seconds. */
  readonly probeDuration: OutcomeHistogramSnapshot;
  /** Empty where no source tells of them. */
  readonly connections: TallySnapshot;
  /** All that failed, by class. */
  readonly errors: TallySnapshot;
  readonly lastError: { readonly time: number; readonly type: string; readonly message: string } | undefined;
  /** Of the last user connection or failure seen. */
  readonly lastActivity: number | undefined;
}

export interface ProcessSnapshot {
  /** Undefined where only its log or its API is observed. */
  readonly pid: number | undefined;
  /**
   * False when it is gone, stopped (state T), or its API once answered and now does not; undefined where neither a process nor
   * an API tells.
   */
  readonly up: boolean | undefined;
  readonly startedAt: number;
  readonly restarts: number;
  readonly resources: ProcessResources | undefined;
  /** Share of all CPUs between the last two samples, 0 to 1. */
  readonly cpuUtilization: number | undefined;
  /** Seconds of CPU. This and what follows is counted over all runs of the instance since it is observed. */
  readonly cpuTime: { readonly user: number; readonly system: number | undefined } | undefined;
  readonly diskIo?: ProcessResources['diskIo'];
  readonly contextSwitches?: ProcessResources['contextSwitches'];
  readonly pagingFaults?: ProcessResources['pagingFaults'];
}

export interface SourceSnapshot {
  readonly source: SourceKind;
  readonly state: SourceState;
  readonly reason: string | undefined;
}

/** One observed frps or frpc, over its restarts. */
export interface InstanceSnapshot extends SubjectLife {
  readonly name: string;
  readonly role: FrpRole;
  readonly serverName: string;
  /** frps's version, once its API told it; frpc tells its own to nobody. */
  readonly version: string | undefined;
  readonly process: ProcessSnapshot;
  readonly server: ServerSnapshot | undefined;
  readonly client: ClientSnapshot | undefined;
  readonly proxies: readonly ProxySnapshot[];
  readonly sources: readonly SourceSnapshot[];
  /** Undefined where its log is not read. */
  readonly logLines: { readonly known: number; readonly unknown: number } | undefined;
  readonly dropped: readonly { readonly item: string; readonly reason: string; readonly count: number }[];
}

/** All that is known, frozen: safe to keep and to share. */
export interface FrpSnapshot {
  readonly instances: readonly InstanceSnapshot[];
}
