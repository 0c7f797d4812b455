import { CLIENT_API_PARTS, type FrpApiPart, SERVER_API_PARTS } from './api/frpApiParts.js';
import type { ClientLogMeaning, ServerLogMeaning } from './log/FrpLogMeaning.js';

const { v1, v2, metrics, health } = SERVER_API_PARTS;
const { status } = CLIENT_API_PARTS;

interface Known<Kind> {
  /** What can be known. */
  readonly what: string;
  /** Kinds of lines that tell it; empty where the log does not. */
  readonly log: readonly Kind[];
  /** Parts of frp's API that tell it. */
  readonly api: readonly FrpApiPart[];
  /** What is to be known about that. */
  readonly limit?: string;
}

/** What can be known of frps without touching it, and from where. */
export const KNOWN_OF_SERVER: readonly Known<ServerLogMeaning['kind']>[] = [
  { what: 'frps is ready', log: ['server.started'], api: [v2.info, v1.info] },
  { what: 'its version', log: [], api: [v2.info, v1.info] },
  { what: 'its web server is up', log: [], api: [health], limit: 'asked where an API that has answered is late' },
  {
    what: 'a client logged in: when, host, version, address',
    log: ['client.login'],
    api: [v2.clients, v1.clients],
    limit:
      'frps logs the attempt only; the first line of the session shows that it was accepted, or that no refusal came within 10 s',
  },
  { what: "a client's user and clientID", log: [], api: [v2.clients, v1.clients] },
  {
    what: 'a login was refused, and why',
    log: ['client.login.refused'],
    api: [],
    limit: 'the line names nobody: it is taken for the attempt before it',
  },
  {
    what: 'a client left',
    log: ['client.exit'],
    api: [v2.clients, v1.clients],
    limit: 'a frozen client leaves after some 40 s, over tcpMux, or the heartbeat timeout',
  },
  { what: 'why it left', log: ['client.replaced', 'client.heartbeat.timeout'], api: [] },
  {
    what: 'clients connected now',
    log: ['client.login', 'client.exit'],
    api: [v2.info, v1.info],
    limit: 'from the log only where frps was seen from its start',
  },
  { what: 'a proxy is online', log: ['proxy.started'], api: [v2.proxies, v1.proxies] },
  { what: 'a proxy was refused, and why', log: ['proxy.start.refused'], api: [] },
  {
    what: 'a proxy is offline',
    log: ['proxy.removed', 'client.exit'],
    api: [v2.proxies, v1.proxies],
    limit: 'the log tells a removed proxy from a lost one; the API says offline of both, for up to 7 days',
  },
  {
    what: 'a user connection, and its address',
    log: ['proxy.user.connection'],
    api: [],
    limit: 'of tcp, https, tcpmux, stcp and sudp; for stcp the address is that of the visiting frpc',
  },
  {
    what: 'a user connection got no work connection',
    log: ['proxy.connection.failed', 'proxy.user.rejected'],
    api: [],
    limit: 'a dead local service is known to frpc alone',
  },
  {
    what: 'connections open now',
    log: [],
    api: [v2.proxies, v1.proxies],
    limit: '0 for udp and xtcp; for http it counts pooled work connections, not visitors',
  },
  {
    what: 'bytes of each proxy',
    log: [],
    api: [metrics, v2.proxies, v1.proxies],
    limit: 'counted when a connection closes (udp: at once; xtcp: never)',
  },
  {
    what: 'bytes before the last midnight',
    log: [],
    api: [metrics, v2.history, v1.history],
    limit:
      'without /metrics up to 200 proxies are asked for each midnight; the others are a lower bound, which is said',
  },
  { what: 'requests to the dashboard and its API', log: ['api.request'], api: [] },
];

/** What can be known of frpc without touching it, and from where. */
export const KNOWN_OF_CLIENT: readonly Known<ClientLogMeaning['kind']>[] = [
  {
    what: 'it is logged in',
    log: ['login.succeeded'],
    api: [status],
    limit: 'the API of a client without proxies does not tell',
  },
  { what: 'how long a login took', log: ['login.started', 'login.succeeded', 'login.failed'], api: [] },
  { what: 'a login failed, and why', log: ['login.failed'], api: [] },
  {
    what: 'its session is lost',
    log: ['heartbeat.timeout', 'login.started'],
    api: [status],
    limit: 'frpc logs nothing but its next attempt, where the heartbeat is off (the default since 0.58.0)',
  },
  { what: 'a proxy runs', log: ['proxy.running'], api: [status] },
  { what: 'a proxy could not start, and why', log: ['proxy.start.failed'], api: [status] },
  {
    what: 'a health check failed, or is well again',
    log: ['proxy.check.failed', 'proxy.check.recovered', 'proxy.check.error'],
    api: [status],
  },
  { what: 'a proxy was added or removed', log: ['proxies.added', 'proxies.removed'], api: [status] },
  { what: 'the local service cannot be reached', log: ['local.connect.failed'], api: [] },
  { what: 'its config was reloaded, or not, and why', log: ['config.reloaded', 'config.reload.failed'], api: [] },
];
