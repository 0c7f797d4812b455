import { configDefaults, HEARTBEAT_INTERVAL, HEARTBEAT_TIMEOUT } from './configDefaults.js';
import type { ClientFile, ServerFile, TunnelsFile } from './configSchema.js';
import type {
  FrpConfig,
  FrpConfigFormat,
  FrpHttpPlugin,
  FrpPortRange,
  FrpProxyConfig,
  FrpTunnels,
  FrpVisitorConfig,
  FrpWebServer,
} from './FrpConfig.js';
import { Secret } from './Secret.js';

export interface CompleteOptions {
  readonly format: FrpConfigFormat;
  /** Of frp, such as `0.61.2`; the newest's defaults when it is unknown. */
  readonly version: string | undefined;
}

// Defaults are those of Complete() in pkg/config/v1/{common,server,client,proxy,visitor}.go: they stand for "" and 0 too.
const DEFAULT_ADDR = '0.0.0.0';
const DEFAULT_PORT = 7000;
const LOOPBACK = '127.0.0.1';

/** frps's config with frp's defaults. */
export const completeServerConfig = (file: ServerFile, options: CompleteOptions): FrpConfig => {
  const { transport } = file;
  const serverAddr = file.bindAddr || DEFAULT_ADDR;
  return {
    ...NOTHING,
    ...completeBoth(file, options),
    role: 'server',
    serverAddr,
    serverPort: file.bindPort || DEFAULT_PORT,
    enablePrometheus: file.enablePrometheus ?? false,
    transport: {
      ...completeTransport(file, options),
      protocol: 'tcp',
      heartbeatInterval: undefined,
      poolCount: transport?.maxPoolCount || 5,
      tls: Boolean(transport?.tls?.force || transport?.tls?.trustedCaFile),
    },
    proxyBindAddr: file.proxyBindAddr || serverAddr,
    kcpBindPort: file.kcpBindPort || undefined,
    quicBindPort: file.quicBindPort || undefined,
    vhostHTTPPort: file.vhostHTTPPort || undefined,
    vhostHTTPSPort: file.vhostHTTPSPort || undefined,
    tcpmuxHTTPConnectPort: file.tcpmuxHTTPConnectPort || undefined,
    sshTunnelGatewayPort: file.sshTunnelGateway?.bindPort || undefined,
    subDomainHost: file.subDomainHost || undefined,
    allowPorts: (file.allowPorts ?? []).map(toPortRange),
    maxPortsPerClient: file.maxPortsPerClient ?? 0,
    httpPlugins: (file.httpPlugins ?? []).map(toHttpPlugin),
  };
};

/** frpc's config with frp's defaults. */
export const completeClientConfig = (file: ClientFile, options: CompleteOptions): FrpConfig => {
  const { transport } = file;
  const common = completeTransport(file, options);
  return {
    ...NOTHING,
    ...completeBoth(file, options),
    ...completeTunnels(file),
    role: 'client',
    serverAddr: file.serverAddr || DEFAULT_ADDR,
    serverPort: file.serverPort || DEFAULT_PORT,
    user: file.user ?? '',
    clientID: file.clientID || undefined,
    transport: {
      ...common,
      protocol: transport?.protocol || 'tcp',
      heartbeatInterval:
        transport?.heartbeatInterval ||
        (common.tcpMux ? configDefaults(options.version).heartbeatIntervalOverTcpMux : HEARTBEAT_INTERVAL),
      poolCount: transport?.poolCount || 1,
      tls: transport?.tls?.enable ?? true,
    },
    loginFailExit: file.loginFailExit ?? true,
    start: file.start ?? [],
    includes: file.includes ?? [],
    storePath: file.store?.path || undefined,
  };
};

/** The proxies and visitors of a file of frpc. */
export const completeTunnels = ({ proxies, visitors }: TunnelsFile): FrpTunnels => ({
  proxies: (proxies ?? []).map(toProxy),
  visitors: (visitors ?? []).map(toVisitor),
});

/** What only the other role has. */
const NOTHING = {
  user: '',
  clientID: undefined,
  enablePrometheus: false,
  proxyBindAddr: undefined,
  kcpBindPort: undefined,
  quicBindPort: undefined,
  vhostHTTPPort: undefined,
  vhostHTTPSPort: undefined,
  tcpmuxHTTPConnectPort: undefined,
  sshTunnelGatewayPort: undefined,
  subDomainHost: undefined,
  allowPorts: [],
  maxPortsPerClient: 0,
  httpPlugins: [],
  loginFailExit: true,
  start: [],
  includes: [],
  storePath: undefined,
  proxies: [],
  visitors: [],
} as const;

const completeBoth = ({ auth, log, webServer }: ServerFile | ClientFile, { format }: CompleteOptions) => {
  const to = log?.to || 'console';
  return {
    format,
    authMethod: auth?.method || 'token',
    logTo: to,
    log: {
      to,
      level: log?.level || 'info',
      maxDays: log?.maxDays || 3,
      disablePrintColor: log?.disablePrintColor ?? false,
    },
    webServer: toWebServer(webServer ?? {}),
  };
};

const completeTransport = ({ transport }: ServerFile | ClientFile, { version }: CompleteOptions) => {
  const defaults = configDefaults(version);
  const tcpMux = transport?.tcpMux ?? true;
  return {
    tcpMux,
    tcpMuxKeepaliveInterval: transport?.tcpMuxKeepaliveInterval || defaults.tcpMuxKeepaliveInterval,
    heartbeatTimeout: transport?.heartbeatTimeout || (tcpMux ? defaults.heartbeatTimeoutOverTcpMux : HEARTBEAT_TIMEOUT),
  };
};

const toWebServer = (webServer: NonNullable<ServerFile['webServer']>): FrpWebServer | undefined => {
  if (!webServer.port) return undefined; // frp: no port, no web server
  return {
    host: reachableHost(webServer.addr || LOOPBACK),
    port: webServer.port,
    tls: Boolean(webServer.tls?.certFile),
    tlsCertFile: webServer.tls?.certFile || undefined,
    user: webServer.user ?? '',
    password: new Secret(webServer.password ?? ''),
    pprofEnable: webServer.pprofEnable ?? false,
  };
};

const reachableHost = (address: string): string => {
  if (address === '0.0.0.0') return LOOPBACK;
  return address === '::' || address === '[::]' ? '::1' : address;
};

const toPortRange = ({ start, end, single }: NonNullable<ServerFile['allowPorts']>[number]): FrpPortRange =>
  single ? { start: single, end: single } : { start: start ?? 0, end: end ?? 0 };

const toHttpPlugin = ({ name, addr, ops }: NonNullable<ServerFile['httpPlugins']>[number]): FrpHttpPlugin => ({
  name: name ?? '',
  addr: withoutCredentials(addr ?? ''),
  ops: ops ?? [],
});

/** Scheme, host and port, and nothing that does not look like them: a password may hold any character. */
const withoutCredentials = (address: string): string => {
  const scheme = /^[a-z]+:\/\//i.exec(address)?.[0] ?? '';
  const rest = address.slice(Math.max(address.lastIndexOf('@') + 1, scheme.length));
  const host = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?(?=[/?#]|$)/i.exec(rest)?.[0];
  return host === undefined ? '' : scheme + host;
};

const toProxy = (proxy: NonNullable<TunnelsFile['proxies']>[number]): FrpProxyConfig => ({
  name: proxy.name,
  type: proxy.type,
  enabled: proxy.enabled ?? true,
  localIP: proxy.localIP || LOOPBACK,
  localPort: proxy.localPort || undefined,
  remotePort: proxy.remotePort || undefined,
  customDomains: proxy.customDomains ?? [],
  subdomain: proxy.subdomain || undefined,
  plugin: proxy.plugin?.type || undefined,
  group: proxy.loadBalancer?.group || undefined,
  bandwidthLimit: toBytes(proxy.transport?.bandwidthLimit ?? ''),
  bandwidthLimitMode: proxy.transport?.bandwidthLimitMode || 'client',
  healthCheck: proxy.healthCheck?.type || undefined,
  useEncryption: proxy.transport?.useEncryption ?? false,
  useCompression: proxy.transport?.useCompression ?? false,
  multiplexer: proxy.multiplexer || undefined,
});

const toVisitor = (visitor: NonNullable<TunnelsFile['visitors']>[number]): FrpVisitorConfig => ({
  name: visitor.name,
  type: visitor.type,
  enabled: visitor.enabled ?? true,
  serverUser: visitor.serverUser || undefined,
  serverName: visitor.serverName ?? '',
  bindAddr: visitor.bindAddr || LOOPBACK,
  bindPort: visitor.bindPort || undefined,
});

const UNITS: Readonly<Record<string, number>> = { KB: 1024, MB: 1024 * 1024 };

/** `1.5MB`, `100KB`: frp knows no other unit (pkg/config/types/types.go). */
const toBytes = (quantity: string): number | undefined => {
  const text = quantity.trim();
  const bytes = Math.trunc(Number.parseFloat(text) * (UNITS[text.slice(-2)] ?? Number.NaN));
  return bytes > 0 ? bytes : undefined;
};
