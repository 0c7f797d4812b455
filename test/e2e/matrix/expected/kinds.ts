import { isAtLeast } from '../../../../tools/scenarios/isAtLeast.mjs';
import { client } from '../client.js';
import { type Expectations, type Facts, open, unknown } from '../Expectation.js';
import { server } from '../server.js';

const nothingToList = (...facts: string[]): Facts =>
  Object.fromEntries(facts.map((fact) => [fact, unknown('a client without proxies has nothing to list')]));
/** A client of visitors only: frpc's API lists proxies, and visitors not at all. */
const ONLY_VISITORS = nothingToList('connected', 'reconnects', 'event client.connected');
/** The same when it has ended: then it is known that it is not connected. */
const NEVER_LISTED = nothingToList('reconnects', 'event client.connected');

export const kinds: Expectations = {
  'bandwidth-client': () => ({
    frps: { truth: server({ logins: 1, proxies: { ssh: { connections: 3, bytes: [6000, 6000] } } }) },
    frpc: { truth: client({ proxies: { ssh: {} } }) },
  }),

  // frp never closes the work connections of this mode, so its API counts them as open, and their bytes never.
  'bandwidth-server': () => ({
    frps: { truth: server({ logins: 1, proxies: { ssh: { connections: 3, bytes: [0, 0], openConnections: 3 } } }) },
    frpc: { truth: client({ proxies: { ssh: {} } }) },
  }),

  udp: ({ version, truth }) => {
    // Before 0.68 frps counts base64: UDPPacket.Content was a string (pkg/msg/msg.go).
    const bytes = isAtLeast(version, '0.68.0') ? truth.received : (truth.received / 400) * 536;
    return {
      frps: { truth: server({ logins: 1, proxies: { dns: { type: 'udp', bytes: [bytes, bytes] } } }) },
      frpc: { truth: client({ proxies: { dns: {} } }) },
    };
  },

  http: ({ truth }) => ({
    frps: {
      truth: server({
        logins: 1,
        faults: { no_route: 1, closed: 1 },
        proxies: {
          web: { type: 'http', bytes: [truth.received, truth.sent] },
          // Its pooled work connection is open: counted when it has idled out, after a minute.
          kept: { type: 'http', openConnections: 1 },
          dead: { type: 'http', bytes: [open('when frps counts a request that reached nobody differs'), 0] },
        },
      }),
    },
    frpc: { truth: client({ proxies: { web: {}, kept: {}, dead: { failed: { connection_refused: 1 } } } }) },
  }),

  https: ({ truth }) => ({
    frps: {
      truth: server({ logins: 1, proxies: { secure: { type: 'https', connections: 1, bytes: [truth.hello, 250] } } }),
    },
    frpc: { truth: client({ proxies: { secure: {} } }) },
  }),

  tcpmux: () => ({
    frps: { truth: server({ logins: 1, proxies: { mux: { type: 'tcpmux', connections: 1, bytes: [600, 600] } } }) },
    frpc: { truth: client({ proxies: { mux: {} } }) },
  }),

  stcp: () => ({
    frps: {
      truth: server({
        logins: 2,
        faults: { visitor_auth_failed: 1, proxy_not_found: 1 },
        proxies: { secret: { type: 'stcp', connections: 1, bytes: [800, 800] } },
      }),
    },
    frpc: { truth: client({ proxies: { secret: {} } }) },
    frpc2: { truth: client({ faults: { visitor_auth_failed: 1, proxy_not_found: 1 } }), api: ONLY_VISITORS },
  }),

  sudp: () => ({
    frps: {
      truth: server({
        logins: 2,
        proxies: {
          secret: { type: 'sudp', connections: 1, bytes: [0, 0], openConnections: 1 },
        },
      }),
    },
    frpc: { truth: client({ proxies: { secret: {} } }) },
    frpc2: { truth: client({}), api: ONLY_VISITORS },
  }),

  xtcp: () => ({
    // The bytes go from client to client: frps sees none.
    frps: { truth: server({ logins: 2, proxies: { direct: { type: 'xtcp' } } }) },
    frpc: { truth: client({ proxies: { direct: {} } }) },
    frpc2: { truth: client({}), api: ONLY_VISITORS },
  }),

  'client-plugins': ({ version }) => {
    const headers = open('as long as the headers are');
    return {
      frps: {
        truth: server({
          logins: 1,
          proxies: {
            files: { connections: 1, bytes: [headers, headers], openConnections: open('kept alive for a while') },
            forward: { connections: 1, bytes: [headers, headers], openConnections: open('kept alive for a while') },
            socket: { connections: 1, bytes: [200, 200] },
            'no-socket': { connections: 1, openConnections: open('frpc leaves the visitor waiting') },
          },
        }),
      },
      frpc: {
        truth: client({
          proxies: {
            files: {},
            forward: {},
            socket: {},
            // Before 0.60 the plugin says nothing of it.
            'no-socket': isAtLeast(version, '0.60.0') ? { failed: { file_not_found: 1 } } : {},
          },
        }),
      },
    };
  },

  'server-plugin': ({ version }) => ({
    frps: {
      truth: server({
        logins: 2,
        // frps asks its plugin before it logs the attempt: these refusals follow no attempt, and not that of frpc2.
        refusedLogins: { _OTHER: 1, plugin_error: 1 },
        sessionsOf: isAtLeast(version, '0.67.0') ? { alice: 1, carol: 1 } : {},
        proxies: { 'alice.ssh': {}, 'alice.forbidden': { starts: 0, refused: { _OTHER: 1 } } },
      }),
    },
    frpc: {
      truth: client({
        proxies: {
          'alice.ssh': {},
          'alice.forbidden': { starts: 0, startErrors: { _OTHER: 1 }, state: 'start_error' },
        },
      }),
    },
    frpc2: { truth: client({}), api: ONLY_VISITORS },
    frpc3: { truth: client({ logins: 0, failedLogins: { _OTHER: 1 } }), api: NEVER_LISTED },
    frpc4: { truth: client({ logins: 0, failedLogins: { plugin_error: 1 } }), api: NEVER_LISTED },
  }),

  'trace-level': () => ({
    frps: {
      truth: server({
        logins: 1,
        ended: { closed: 1 },
        proxies: { ssh: { lost: 1, connections: 1, bytes: [100, 100] }, dead: { lost: 1, connections: 1 } },
      }),
    },
    frpc: {
      truth: client({
        ended: { process_exited: 1 },
        proxies: { ssh: { lost: 1, ended: true }, dead: { lost: 1, failed: { connection_refused: 1 }, ended: true } },
      }),
    },
  }),

  'api-routes': () => ({
    frps: {
      truth: {
        ...server({ logins: 1, proxies: { ssh: { connections: 1, bytes: [1000, 1000] } } }),
        requests: open('which of these routes it logs differs by version'),
      },
    },
    frpc: { truth: client({ proxies: { ssh: {} } }) },
  }),
};
