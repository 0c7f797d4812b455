import type { Seen } from '../../../src/cli/status/statusReport.js';
import type { FrpSnapshot } from '../../../src/model/FrpSnapshot.js';
import {
  at,
  client,
  clientState,
  histogram,
  proxy,
  resources,
  server,
  serverState,
  snapshot,
  T0,
} from '../../telemetry/snapshots.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

const session = {
  user: undefined,
  clientId: undefined,
  version: undefined,
  hostname: undefined,
  address: undefined,
  connectedSince: undefined,
  disconnectedAt: undefined,
  disconnectReason: undefined,
  proxies: undefined,
};
const process = server().process;
const refused = { type: 'tcp', errorType: 'port_unavailable', message: 'port unavailable' };

/** Made 3 h 12 min after T0. */
export const lookAt = (seen: FrpSnapshot, secondsLater = 0): Seen => ({
  snapshot: seen,
  time: at(3 * HOUR + 12 * MINUTE + secondsLater),
  monotonicTime: 5_000 + secondsLater * 1000,
});

/** An frps with two clients and one that it lost, and one of its frpc whose second proxy could not start. */
export const edge = (bytes: { readonly in: number; readonly out: number }): FrpSnapshot =>
  snapshot(
    client({
      name: 'frpc@laptop',
      serverName: 'edge:7000',
      process: { ...process, pid: 4712, restarts: 1 },
      client: clientState({
        connected: true,
        connectedSince: at(3 * HOUR),
        logins: [
          { errorType: undefined, count: 3 },
          { errorType: 'connection_refused', count: 2 },
        ],
        reconnects: 2,
      }),
      proxies: [
        proxy({
          role: 'client',
          name: 'web',
          state: 'running',
          io: undefined,
          activeConnections: undefined,
          connections: [],
        }),
        proxy({
          role: 'client',
          name: 'ssh',
          state: 'start_error',
          startedAt: undefined,
          io: undefined,
          activeConnections: undefined,
          connections: [],
          lastError: {
            time: at(3 * HOUR + 9 * MINUTE),
            type: 'port_already_used',
            message: 'port already used',
          },
        }),
      ],
    }),
    server({
      name: 'frps@edge',
      serverName: 'edge:7000',
      version: '0.71.0',
      server: serverState({
        activeClients: 2,
        refusedStarts: [
          { ...refused, time: at(HOUR), proxy: 'leak' },
          { ...refused, time: at(-HOUR), proxy: 'web' }, // it has started since
          { ...refused, time: at(3 * HOUR + 12 * MINUTE - 9), proxy: 'leak' },
        ],
        logins: [
          { errorType: undefined, count: 5 },
          { errorType: 'token_mismatch', count: 1 },
        ],
        clients: [
          {
            ...session,
            runId: 'a'.repeat(16),
            user: 'alice',
            clientId: 'laptop',
            version: '0.71.0',
            address: '203.0.113.7:51234',
            connectedSince: T0,
            proxies: 2,
          },
          { ...session, runId: 'b'.repeat(16), hostname: 'nas', connectedSince: at(3 * HOUR + 11 * MINUTE) },
          {
            ...session,
            runId: 'c'.repeat(16),
            hostname: 'old-pi',
            disconnectedAt: at(3 * HOUR + 2 * MINUTE),
            disconnectReason: 'heartbeat_timeout',
            proxies: 0,
          },
        ],
      }),
      proxies: [
        proxy({
          name: 'web',
          io: bytes,
          roundTrip: histogram([2, 1, 0], 0.036),
          activeConnections: 2,
          connections: [
            { errorType: undefined, count: 1234 },
            { errorType: 'work_connection', count: 6 },
          ],
        }),
        proxy({
          name: 'pi.camera-in-the-garden-behind-the-house',
          type: 'http',
          state: 'offline',
          io: { in: 0, out: 12 },
        }),
        proxy({ name: 'removed', endedAt: at(60) }),
      ],
      sources: [
        { source: 'config', state: 'ok', reason: undefined },
        { source: 'api', state: 'degraded', reason: 'no answer within 2000 ms' },
        { source: 'sockets', state: 'off', reason: 'no ss' },
      ],
    }),
  );

/** A log that could not be read, and a process that was stopped. */
export const untold = (): FrpSnapshot =>
  snapshot(
    server({
      name: 'frps@log',
      serverName: 'unknown',
      process: { ...process, pid: undefined, up: undefined },
      sources: [{ source: 'log', state: 'degraded', reason: 'its log file /var/log/frps.log is not there yet' }],
    }),
    client({
      name: 'frpc@stopped',
      serverName: 'unknown',
      process: { ...process, up: false, resources: { ...resources, stopped: true } },
      client: clientState({ connected: undefined }),
    }),
  );

/** Nothing but that it is there, or was. */
export const unknown = (): FrpSnapshot =>
  snapshot(
    server({ name: 'frps@box', process: { ...process, pid: undefined, up: false } }),
    client({
      client: clientState({ connected: undefined, reconnects: undefined }),
      proxies: [
        proxy({
          role: 'client',
          type: '',
          state: 'new',
          startedAt: undefined,
          io: undefined,
          activeConnections: undefined,
          connections: [],
        }),
      ],
    }),
  );

/** Names and words that would take over a terminal, and those that are wider than they are long. */
export const hostile = (): FrpSnapshot =>
  snapshot(
    server({
      proxies: [
        proxy({ name: '\x1b[2J\x1b]0;owned\x07evil' }),
        proxy({
          name: '数据库',
          lastError: { time: at(3 * HOUR), type: '_OTHER', message: 'a\nfrps@box up\r\u009b31m\u202egnp.exe' },
        }),
        proxy({ name: '日本語のとても長い名前のトンネルは切られるはずです' }),
        proxy({ name: 'rocket🚀' }),
      ],
    }),
  );
