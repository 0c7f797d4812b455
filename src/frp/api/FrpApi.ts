/** Bytes, visitor to service and service to visitor. */
export interface FrpTraffic {
  readonly in: number;
  readonly out: number;
}

/** `GET /api/v2/system/info` (frps >= 0.70) or `GET /api/serverinfo` (before). */
export interface FrpServerInfo {
  readonly version: string;
  readonly clientCounts: number;
  readonly curConns: number;
  readonly proxyTypeCount: Readonly<Record<string, number>>;
  /** Of all proxies, since frps's local midnight. */
  readonly today: FrpTraffic;
}

/** One proxy as frps's API tells of it. */
export interface FrpServerProxy {
  /** As frps knows it: `user.name`. */
  readonly name: string;
  readonly type: string;
  readonly online: boolean;
  /** Open connections; frps can report a negative count (frp #2574), given here as 0. Always 0 for udp and xtcp. */
  readonly curConns: number;
  /** Of closed connections (udp: of all packets), since frps's local midnight. */
  readonly today: FrpTraffic;
  /** Of the day before; undefined unless it was asked, which is done when frps's counts fell. */
  readonly yesterday: FrpTraffic | undefined;
  /** From frps's `/metrics`: since frps started, not since midnight. Undefined where that is not read. */
  readonly sinceStart: FrpTraffic | undefined;
  /** Of its client; undefined before frps 0.67. */
  readonly user: string | undefined;
  readonly clientId: string | undefined;
  /** tcp and udp. */
  readonly remotePort: number | undefined;
  readonly group: string | undefined;
}

/** One client as frps's API tells of it (frps >= 0.67). */
export interface FrpServerClient {
  /** `user.clientID`, or the run id of a client without a clientID. */
  readonly key: string;
  readonly user: string;
  readonly clientId: string;
  /** Empty when it is offline. */
  readonly runId: string;
  readonly version: string;
  readonly hostname: string;
  readonly address: string;
  readonly online: boolean;
  /** Milliseconds since the Unix epoch, whole seconds. */
  readonly connectedAt: number | undefined;
  readonly disconnectedAt: number | undefined;
}

/** frpc's phases of a proxy (client/proxy/proxy_wrapper.go). */
export type FrpClientPhase = 'new' | 'wait_start' | 'start_error' | 'running' | 'check_failed' | 'closed';

/** One proxy as frpc's `GET /api/status` tells of it. */
export interface FrpClientProxy {
  /** Bare from 0.68 on, `user.name` before. */
  readonly name: string;
  readonly type: string;
  readonly phase: FrpClientPhase;
  /** Empty when there is none. */
  readonly error: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly plugin: string;
}
