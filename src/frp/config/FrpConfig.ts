import type { FrpRole } from '../FrpRole.js';
import type { Secret } from './Secret.js';

/** The dashboard API of frps or the admin API of frpc, when the config turns it on. */
export interface FrpWebServer {
  /** Where to reach it from the same host: a wildcard bind is given as loopback. */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly user: string;
  readonly password: Secret;
}

/** One `[[proxies]]` entry of frpc's config. */
export interface FrpProxyConfig {
  readonly name: string;
  readonly type: string;
  readonly localIP: string;
  readonly localPort: number | undefined;
  readonly remotePort: number | undefined;
  readonly customDomains: readonly string[];
}

/** An allow-listed view of an frps or frpc config file: what is not named here is not kept. */
export interface FrpConfig {
  readonly role: FrpRole;
  /** frps: `bindAddr`. frpc: `serverAddr`. */
  readonly serverAddr: string;
  /** frps: `bindPort`. frpc: `serverPort`. */
  readonly serverPort: number;
  /** frpc's `user`: frps knows its proxies as `user.name`. */
  readonly user: string;
  readonly webServer: FrpWebServer | undefined;
  /** `console`, or the path of the log file. */
  readonly logTo: string;
  readonly proxies: readonly FrpProxyConfig[];
}
