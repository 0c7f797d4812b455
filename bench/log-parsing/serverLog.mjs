// The log of a busy frps 0.71.0 at level info, made up line by line. Each line has the form of one in test/fixtures/frp-0.71.0.
import { seededRandom } from './seededRandom.mjs';

/**
 * @typedef {object} Truth what a reader of the whole log must have counted
 * @property {number} lines
 * @property {number} userConnections
 * @property {number} logins that frps accepted
 * @property {number} refusedLogins
 * @property {number} proxyStarts that succeeded
 * @property {number} refusedProxyStarts
 * @property {number} dashboardRequests
 * @property {number} proxies names ever seen
 * @property {number} onlineProxies at the end
 */
/** @typedef {{ name: string, port: number }} Proxy */
/** @typedef {{ user: string, hostname: string, ip: string, runId: string, proxies: Proxy[], stopped: Proxy | undefined }} Client */
/** @typedef {(kind: keyof typeof KINDS, message: string) => void} Write */

const CLIENTS = 100;
const SERVICES = ['ssh', 'web', 'postgres', 'grafana', 'minecraft', 'gitea', 'rdp'];
/** Local time, as frp writes it; more than a day from now, so that a reader takes it for what it is. */
const START = new Date(2026, 0, 15, 8, 0, 0).getTime();
const MEAN_PAUSE_MILLIS = 20;

/** Level and source line of each message, as in the fixtures. */
const KINDS = {
  login: '[I] [server/service.go:803]',
  loginRefused: '[W] [server/service.go:479]',
  listening: '[I] [proxy/tcp.go:82]',
  started: '[I] [server/control.go:761]',
  startRefused: '[W] [server/control.go:756]',
  connection: '[I] [proxy/proxy.go:260]',
  closing: '[I] [proxy/proxy.go:139]',
  listenerClosed: '[W] [proxy/proxy.go:257]',
  removed: '[I] [server/control.go:815]',
  exit: '[I] [server/control.go:721]',
  apiRequest: '[I] [http/middleware.go:35]',
  apiResponse: '[I] [http/middleware.go:38]',
  config: '[I] [frps/root.go:115]',
  listen: '[I] [server/service.go:253]',
  dashboard: '[I] [server/service.go:374]',
  ready: '[I] [frps/root.go:124]',
};

/** How often each thing happens, in 1,000; what is left are user connections. */
const SHARES = { poll: 20, reconnect: 3, toggle: 4, refusedLogin: 2, refusedStart: 2 };

/**
 * @param {object} options
 * @param {number} options.lines at least so many; what has begun is written to its end
 * @param {number} [options.seed]
 * @param {(line: string) => void} options.onLine with its newline
 * @returns {Truth}
 */
export function writeServerLog({ lines, seed = 1, onLine }) {
  const { below, hex, oneOf } = seededRandom(seed);
  const truth = {
    lines: 0,
    userConnections: 0,
    logins: 0,
    refusedLogins: 0,
    proxyStarts: 0,
    refusedProxyStarts: 0,
    dashboardRequests: 0,
  };
  let time = START;

  /** @type {Write} */
  const write = (kind, message) => {
    truth.lines += 1;
    onLine(`${stampOf(time)} ${KINDS[kind]} ${message}\n`);
  };
  const port = () => 20_000 + below(40_000);
  const visitor = () => `203.0.113.${1 + below(254)}:${port()}`;

  /** @type {Client[]} */
  const clients = Array.from({ length: CLIENTS }, (_, index) => ({
    user: `tenant${index}`,
    hostname: `edge-${index}`,
    ip: `198.51.100.${1 + index}`,
    runId: '',
    proxies: SERVICES.slice(0, 1 + below(SERVICES.length)).map((service, nth) => ({
      name: `tenant${index}.${service}`,
      port: 6_000 + index * 10 + nth,
    })),
    stopped: undefined,
  }));

  /** @param {Client} client @param {Proxy} proxy */
  const start = ({ runId }, { name, port }) => {
    write('listening', `[${runId}] [${name}] tcp proxy listen port [${port}]`);
    write('started', `[${runId}] new proxy [${name}] type [tcp] success`);
    truth.proxyStarts += 1;
  };
  /** @param {Client} client @param {Proxy} proxy */
  const close = ({ runId }, { name, port }) => {
    write('closing', `[${runId}] [${name}] proxy closing`);
    const why = `accept tcp 0.0.0.0:${port}: use of closed network connection`;
    write('listenerClosed', `[${runId}] [${name}] listener is closed: ${why}`);
  };
  /** @param {string} runId @param {string} ip @param {string} hostname */
  const attempt = (runId, ip, hostname) => {
    const address = `ip [${ip}:${port()}]`;
    write(
      'login',
      `[${runId}] client login info: ${address} version [0.71.0] hostname [${hostname}] os [linux] arch [amd64]`,
    );
  };
  /** @param {Client} client */
  const login = (client) => {
    client.runId = hex(16);
    client.stopped = undefined;
    attempt(client.runId, client.ip, client.hostname);
    for (const proxy of client.proxies) start(client, proxy);
    truth.logins += 1;
  };

  const happenings = {
    poll: () => {
      const path = oneOf(['/api/v2/proxies', '/api/v2/system/info', '/api/serverinfo']);
      write('apiRequest', `http request: [${path}]`);
      write('apiResponse', `http response [${path}]: code [200]`);
      truth.dashboardRequests += 1;
    },
    reconnect: () => {
      const client = oneOf(clients);
      for (const proxy of client.proxies) if (proxy !== client.stopped) close(client, proxy);
      write('exit', `[${client.runId}] client exit success`);
      time += below(1_000);
      login(client);
    },
    toggle: () => {
      const client = oneOf(clients);
      const { stopped } = client;
      if (stopped !== undefined) start(client, stopped);
      client.stopped = stopped === undefined ? oneOf(client.proxies) : undefined;
      if (client.stopped === undefined) return;
      close(client, client.stopped);
      write('removed', `[${client.runId}] close proxy [${client.stopped.name}] success`);
    },
    refusedLogin: () => {
      attempt(hex(16), `203.0.113.${1 + below(254)}`, 'unknown');
      write('loginRefused', "register control error: token in login doesn't match token from configuration");
      truth.refusedLogins += 1;
    },
    refusedStart: () => {
      const client = oneOf(clients);
      const error = oneOf(['port already used', 'port not allowed']);
      write('startRefused', `[${client.runId}] new proxy [${client.user}.extra] type [tcp] error: ${error}`);
      truth.refusedProxyStarts += 1;
    },
    connection: () => {
      const client = oneOf(clients);
      const proxy = oneOf(client.proxies);
      if (proxy === client.stopped) return;
      write('connection', `[${client.runId}] [${proxy.name}] get a user connection [${visitor()}]`);
      truth.userConnections += 1;
    },
  };
  const outOf1000 = Object.entries(SHARES).flatMap(([what, share]) => Array(share).fill(what));

  write('config', 'frps uses config file: frps.toml');
  write('listen', 'frps tcp listen on 0.0.0.0:7000');
  write('ready', 'frps started successfully');
  write('dashboard', 'dashboard listen on 127.0.0.1:7500');
  for (const client of clients) login(client);
  while (truth.lines < lines) {
    time += below(2 * MEAN_PAUSE_MILLIS);
    const what = /** @type {keyof typeof SHARES | undefined} */ (outOf1000[below(1_000)]);
    happenings[what ?? 'connection']();
  }
  const proxies = clients.reduce((sum, client) => sum + client.proxies.length, 0);
  const stopped = clients.filter((client) => client.stopped !== undefined).length;
  return { ...truth, proxies, onlineProxies: proxies - stopped };
}

let lastSecond = Number.NaN;
let secondText = '';

/** @param {number} time */
function stampOf(time) {
  const second = Math.floor(time / 1_000);
  if (second !== lastSecond) {
    lastSecond = second;
    secondText = textOf(new Date(time));
  }
  return `${secondText}.${String(time % 1_000).padStart(3, '0')}`;
}

/** @param {Date} date */
function textOf(date) {
  /** @param {number} part */
  const two = (part) => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
