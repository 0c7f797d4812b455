import { isAtLeast } from '../../../../tools/scenarios/isAtLeast.mjs';
import { client } from '../client.js';
import { type Expectations, type Facts, open, unknown } from '../Expectation.js';
import { server } from '../server.js';

/** What the API of frpc alone tells of a session that is lost and back between two looks: by luck. */
const unseenLoss = (proxy: string, reason: string): Facts =>
  Object.fromEntries(
    [
      'event client.connected',
      'event client.disconnected unknown',
      'reconnects',
      `event proxy.connected ${proxy}`,
      `event proxy.disconnected ${proxy}`,
    ].map((fact) => [fact, open(reason)]),
  );

/** The same on frps. */
const unseenReturn = (proxy: string, reason: string): Facts =>
  Object.fromEntries(
    [
      'event server.client.connected',
      'event server.client.disconnected unknown',
      'sessions ended: unknown',
      `event proxy.connected ${proxy}`,
      `event proxy.disconnected ${proxy}`,
    ].map((fact) => [fact, open(reason)]),
  );

/** frpc lists its proxies; without any it lists nothing, connected or not. */
const WITHOUT_PROXIES: Facts = Object.fromEntries(
  ['reconnects', 'event client.connected'].map((fact) => [
    fact,
    unknown('a client without proxies has nothing to list'),
  ]),
);

/** Reasons of which chance decides. */
const either = (facts: readonly string[], reasons: readonly string[], because: string): Facts =>
  Object.fromEntries(reasons.flatMap((reason) => facts.map((fact) => [`${fact} ${reason}`, open(because)])));

const BETWEEN_LOOKS = 'it is back before the API is asked again';

export const sessions: Expectations = {
  'start-and-login': () => ({
    frps: {
      truth: server({
        stops: 1,
        logins: 1,
        ended: { closed: 1 },
        proxies: { ssh: { lost: 1, connections: 1, bytes: [1000, 1000], ended: true } },
      }),
      api: { 'proxy ssh removed': true }, // SIGTERM to frps ends what it had
    },
    frpc: { truth: client({ ended: { process_exited: 1 }, proxies: { ssh: { lost: 1, ended: true } } }) },
  }),

  'token-refused': () => ({
    frps: { truth: server({ refusedLogins: { token_mismatch: 3 } }) },
    frpc: { truth: client({ logins: 0, failedLogins: { token_mismatch: 1 } }), api: WITHOUT_PROXIES },
    frpc2: { truth: client({ logins: 0, failedLogins: { token_mismatch: 2 } }), api: WITHOUT_PROXIES },
  }),

  'frps-restart': () => ({
    frps: {
      truth: server({
        starts: 2,
        stops: 1,
        logins: 2,
        ended: { server_stopped: 1 },
        proxies: { ssh: { starts: 2, lost: 1, connections: 2, bytes: [1500, 1500] } },
      }),
    },
    frpc: {
      truth: {
        ...client({ logins: 2, ended: { unknown: 1 }, proxies: { ssh: { starts: 2, lost: 1 } } }),
        'logins failed': 2,
        ...either(
          ['event client.login.failed', 'logins', 'errors'],
          ['connection_refused', 'connection_reset', 'closed'],
          'the first of its two tries may meet an frps that is dying',
        ),
      },
    },
  }),

  'frpc-killed': () => ({
    frps: {
      truth: server({
        logins: 2,
        ended: { closed: 1 },
        proxies: { ssh: { starts: 2, lost: 1, connections: 1, bytes: [1000, 1000] } },
      }),
    },
    frpc: {
      truth: client({ starts: 2, logins: 2, ended: { process_exited: 1 }, proxies: { ssh: { starts: 2, lost: 1 } } }),
    },
  }),

  'frozen-frpc': () => ({
    frps: { truth: server({ logins: 2, ended: { closed: 1 }, proxies: { ssh: { starts: 2, lost: 1 } } }) },
    frpc: {
      truth: client({ logins: 2, ended: { unknown: 1 }, proxies: { ssh: { starts: 2, lost: 1 } } }),
      api: unseenLoss('ssh', 'it answers nobody while it is frozen, and is back soon after'),
    },
  }),

  'frozen-frps': () => ({
    frps: {
      truth: server({ logins: 2, ended: { closed: 1 }, proxies: { ssh: { starts: 2, lost: 1 } } }),
      api: unseenReturn('ssh', 'it answers nobody while it is frozen, and its client is back soon after'),
    },
    frpc: {
      truth: client({
        logins: 2,
        failedLogins: { timeout: 1 },
        ended: { unknown: 1 },
        proxies: { ssh: { starts: 2, lost: 1 } },
      }),
    },
  }),

  'heartbeat-frpc-frozen': () => ({
    frps: { truth: server({ logins: 2, ended: { heartbeat_timeout: 1 }, proxies: { ssh: { starts: 2, lost: 1 } } }) },
    frpc: {
      truth: {
        ...client({ logins: 2, ended: { heartbeat_timeout: 1 }, proxies: { ssh: { starts: 2, lost: 1 } } }),
        ...either(
          ['event client.disconnected', 'errors'],
          ['heartbeat_timeout', 'unknown'],
          'it finds that it is late and that frps has hung up at the same time',
        ),
      },
      api: unseenLoss('ssh', 'it answers nobody while it is frozen, and is back soon after'),
    },
  }),

  'heartbeat-frps-frozen': () => ({
    frps: {
      truth: {
        ...server({ logins: 2, ended: { closed: 1 }, proxies: { ssh: { starts: 2, lost: 1 } } }),
        ...either(
          ['event server.client.disconnected', 'disconnects', 'sessions ended:'],
          ['closed', 'replaced'],
          'it finds the end of the old session and the new login at the same time',
        ),
      },
      api: unseenReturn('ssh', 'it answers nobody while it is frozen, and its client is back soon after'),
    },
    frpc: {
      truth: client({ logins: 2, ended: { heartbeat_timeout: 1 }, proxies: { ssh: { starts: 2, lost: 1 } } }),
    },
  }),

  'client-replaced': () => ({
    frps: {
      truth: server({ logins: 2, ended: { replaced: 1 }, proxies: { ssh: { starts: 2, lost: 1 } } }),
      api: unseenReturn('ssh', BETWEEN_LOOKS),
    },
    frpc: {
      truth: client({ logins: 2, ended: { unknown: 1 }, proxies: { ssh: { starts: 2, lost: 1 } } }),
      api: unseenLoss('ssh', BETWEEN_LOOKS),
    },
  }),

  'client-id-twice': ({ version }) => ({
    frps: {
      truth: server({
        logins: 1,
        refusedLogins: { client_id_online: 1 },
        ended: { closed: 1 },
        sessionsOf: isAtLeast(version, '0.67.0') ? { alice: 1 } : {},
        proxies: { 'alice.ssh': { lost: 1 } },
      }),
    },
    frpc: { truth: client({ ended: { process_exited: 1 }, proxies: { 'alice.ssh': { lost: 1, ended: true } } }) },
    frpc2: { truth: client({ logins: 0, failedLogins: { client_id_online: 1 } }), api: WITHOUT_PROXIES },
  }),
};
