import type { FrpRole } from '../FrpRole.js';
import type { Secret } from './Secret.js';

/** How a config was written; `flags` are those of the command line, such as `frps --bind_port 7000`. */
export type FrpConfigFormat = 'toml' | 'json' | 'yaml' | 'ini' | 'flags';

/** The dashboard API of frps or the admin API of frpc, when the config turns it on. */
export interface FrpWebServer {
  /** Where to reach it from the same host: a wildcard bind is given as loopback. */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** As written: absolute, or relative to frp's working folder. */
  readonly tlsCertFile?: string | undefined;
  readonly user: string;
  readonly password: Secret;
  /** Go's profiler is served beside the API. */
  readonly pprofEnable?: boolean;
}

/** Where frp logs, and what. */
export interface FrpLogConfig {
  /** `console`, or the path of the log file. */
  readonly to: string;
  readonly level: string;
  readonly maxDays: number;
  readonly disablePrintColor: boolean;
}

/** The connection between frpc and frps. Seconds; -1 is off. */
export interface FrpTransport {
  /** frpc's; frps takes all that it listens for. */
  readonly protocol: string;
  readonly tcpMux: boolean;
  readonly tcpMuxKeepaliveInterval: number;
  /** frpc's only: frps sends none. */
  readonly heartbeatInterval: number | undefined;
  readonly heartbeatTimeout: number;
  /** frpc: connections made in advance. frps: the most that a proxy may have. */
  readonly poolCount: number;
  /** frpc: it speaks TLS. frps: it takes nothing else. */
  readonly tls: boolean;
}

/** Ports from `start` to `end`, both included. */
export interface FrpPortRange {
  readonly start: number;
  readonly end: number;
}

/** One `[[httpPlugins]]` entry of frps. */
export interface FrpHttpPlugin {
  readonly name: string;
  /** Without user, password, path and query. */
  readonly addr: string;
  readonly ops: readonly string[];
}

/** One `[[proxies]]` entry of frpc. */
export interface FrpProxyConfig {
  /** Without frpc's `user`. */
  readonly name: string;
  readonly type: string;
  readonly enabled: boolean;
  readonly localIP: string;
  readonly localPort: number | undefined;
  readonly remotePort: number | undefined;
  readonly customDomains: readonly string[];
  readonly subdomain: string | undefined;
  /** Type of the plugin that answers instead of a local service. */
  readonly plugin: string | undefined;
  readonly group: string | undefined;
  /** Bytes per second. */
  readonly bandwidthLimit: number | undefined;
  /** Which side holds the limit: `client` or `server`. */
  readonly bandwidthLimitMode: string;
  /** `tcp` or `http`, when there are health checks. */
  readonly healthCheck: string | undefined;
  readonly useEncryption: boolean;
  readonly useCompression: boolean;
  /** Of type tcpmux. */
  readonly multiplexer: string | undefined;
}

/** One `[[visitors]]` entry of frpc. */
export interface FrpVisitorConfig {
  readonly name: string;
  readonly type: string;
  readonly enabled: boolean;
  /** User of the client that has the proxy; this frpc's own when undefined. */
  readonly serverUser: string | undefined;
  readonly serverName: string;
  readonly bindAddr: string;
  /** Below 0 it listens nowhere, and takes what other visitors hand on. */
  readonly bindPort: number | undefined;
}

/** What frpc runs, of one file. */
export interface FrpTunnels {
  readonly proxies: readonly FrpProxyConfig[];
  readonly visitors: readonly FrpVisitorConfig[];
}

/**
 * An allow-listed view of an frps or frpc config: what is not named here is not kept, and of the secrets only the web server's
 * password is. frp's defaults are filled in. A port that is `undefined` is not listened on.
 */
export interface FrpConfig extends FrpTunnels {
  readonly role: FrpRole;
  readonly format: FrpConfigFormat;
  /** frps: `bindAddr`. frpc: `serverAddr`. */
  readonly serverAddr: string;
  /** frps: `bindPort`. frpc: `serverPort`. */
  readonly serverPort: number;
  /** frpc's `user`: frps knows its proxies as `user.name`. */
  readonly user: string;
  readonly clientID: string | undefined;
  readonly webServer: FrpWebServer | undefined;
  /** frps serves /metrics on its web server. */
  readonly enablePrometheus: boolean;
  /** `log.to`. */
  readonly logTo: string;
  readonly log: FrpLogConfig;
  /** `token` or `oidc`. */
  readonly authMethod: string;
  readonly transport: FrpTransport;

  // of frps
  readonly proxyBindAddr: string | undefined;
  readonly kcpBindPort: number | undefined;
  readonly quicBindPort: number | undefined;
  readonly vhostHTTPPort: number | undefined;
  readonly vhostHTTPSPort: number | undefined;
  readonly tcpmuxHTTPConnectPort: number | undefined;
  readonly sshTunnelGatewayPort: number | undefined;
  readonly subDomainHost: string | undefined;
  /** Empty: all. */
  readonly allowPorts: readonly FrpPortRange[];
  /** 0: no limit. */
  readonly maxPortsPerClient: number;
  readonly httpPlugins: readonly FrpHttpPlugin[];

  // of frpc
  readonly loginFailExit: boolean;
  /** Names of the proxies and visitors to run; empty: all. */
  readonly start: readonly string[];
  /** Patterns of files with more proxies and visitors. */
  readonly includes: readonly string[];
  /** File in which frpc keeps the proxies and visitors that its API made. */
  readonly storePath: string | undefined;
}
