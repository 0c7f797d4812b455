import { isAtLeast } from '../../../../tools/scenarios/isAtLeast.mjs';
import { client } from '../client.js';
import { type Expectations, open } from '../Expectation.js';
import { server } from '../server.js';

export const proxies: Expectations = {
  'port-taken': () => ({
    frps: {
      truth: server({
        logins: 2,
        ended: { closed: 1 },
        proxies: {
          ssh: { refused: { proxy_exists: 1 } },
          db: { starts: 0, refused: { port_already_used: 1 } },
          mail: { starts: 0, refused: { port_unavailable: 1 } },
          web: { starts: 0, refused: { port_not_allowed: 1 } },
        },
      }),
    },
    frpc: { truth: client({ proxies: { ssh: {} } }) },
    frpc2: {
      truth: client({
        ended: { process_exited: 1 },
        proxies: {
          ssh: { starts: 0, startErrors: { proxy_exists: 1 }, ended: true },
          db: { starts: 0, startErrors: { port_already_used: 1 }, ended: true },
          mail: { starts: 0, startErrors: { port_unavailable: 1 }, ended: true },
          web: { starts: 0, startErrors: { port_not_allowed: 1 }, ended: true },
        },
      }),
    },
  }),

  'too-many-ports': () => ({
    frps: {
      truth: server({
        logins: 1,
        proxies: { first: {}, second: { starts: 0, refused: { too_many_ports: 1 } } },
      }),
    },
    frpc: {
      truth: client({
        reloads: { ok: 1 },
        proxies: { first: {}, second: { starts: 0, startErrors: { too_many_ports: 1 }, state: 'start_error' } },
      }),
    },
  }),

  'proxy-added': () => ({
    frps: { truth: server({ logins: 1, proxies: { ssh: {}, extra: { connections: 1, bytes: [700, 700] } } }) },
    frpc: { truth: client({ reloads: { ok: 1 }, proxies: { ssh: {}, extra: {} } }) },
  }),

  'proxy-removed': () => ({
    frps: {
      truth: server({
        logins: 1,
        proxies: { ssh: {}, extra: { taken: 1, connections: 1, bytes: [700, 700], ended: true } },
      }),
    },
    frpc: {
      truth: client({
        reloads: { ok: 1, config_invalid: 1 },
        faults: { config_invalid: 1 },
        proxies: { ssh: {}, extra: { taken: 1, ended: true } },
      }),
    },
  }),

  'service-down': () => ({
    // frps sees the visitors and not the dead service.
    frps: { truth: server({ logins: 1, proxies: { dead: { connections: 3 } } }) },
    frpc: { truth: client({ proxies: { dead: { failed: { connection_refused: 3 } } } }) },
  }),

  'health-check': () => ({
    frps: {
      truth: server({ logins: 1, proxies: { web: { starts: 2, taken: 1, connections: 1, bytes: [300, 300] } } }),
      api: { 'event proxy.created web': 1 }, // for the API it was offline, not removed
    },
    frpc: {
      truth: client({
        // Its check fails, and with it the proxy.
        proxies: {
          web: {
            starts: 2,
            lost: 1,
            checksFailed: 1,
            firstFailures: { health_check: 1 },
            faults: { connection_refused: 1 },
          },
        },
      }),
      // The log has told what failed, and counted that; the API tells of the outcome alone.
      api: { 'proxy web errors health_check': 1 },
    },
  }),

  'health-check-never': () => ({
    frps: { truth: server({ logins: 1 }) },
    frpc: {
      truth: client({
        proxies: {
          web: {
            starts: 0,
            state: 'new',
            firstFailures: { connection_refused: 1 },
            faults: { connection_refused: 2 },
          },
        },
      }),
    },
  }),

  'odd-names': () => {
    const others = ['a] type [b', 'dots.in.name', 'Grüße 隧道', '[x] get a user connection [y]'];
    return {
      frps: {
        truth: server({
          logins: 1,
          ended: { closed: 1 },
          proxies: {
            'my home ssh': { taken: 1, connections: 1, bytes: [100, 100], ended: true },
            ...Object.fromEntries(others.map((name) => [name, { lost: 1, connections: 1, bytes: [100, 100] }])),
          },
        }),
      },
      frpc: {
        truth: client({
          ended: { process_exited: 1 },
          reloads: { ok: 1 },
          proxies: {
            'my home ssh': { taken: 1, ended: true },
            ...Object.fromEntries(others.map((name) => [name, { lost: 1, ended: true }])),
          },
        }),
      },
    };
  },

  'user-prefix': ({ version }) => ({
    frps: {
      truth: server({
        logins: 1,
        ended: { closed: 1 },
        sessionsOf: isAtLeast(version, '0.67.0') ? { alice: 1 } : {},
        proxies: {
          'alice.ssh': { taken: 1, connections: 1, bytes: [100, 100], ended: true },
          'alice.alice.web': { lost: 1, connections: 1, bytes: [100, 100] },
        },
      }),
    },
    frpc: {
      truth: client({
        ended: { process_exited: 1 },
        reloads: { ok: 1 },
        proxies: { 'alice.ssh': { taken: 1, ended: true }, 'alice.alice.web': { lost: 1, ended: true } },
      }),
    },
  }),

  group: ({ truth }) => ({
    frps: {
      truth: server({
        logins: 2,
        ended: { closed: 1 },
        proxies: {
          a: { lost: 1, connections: truth.a, bytes: [100 * truth.a, 100 * truth.a] },
          b: { connections: truth.b, bytes: [100 * truth.b, 100 * truth.b] },
        },
      }),
    },
    frpc: { truth: client({ ended: { process_exited: 1 }, proxies: { a: { lost: 1, ended: true } } }) },
    frpc2: { truth: client({ proxies: { b: {} } }) },
  }),

  'file-descriptors': () => {
    const often = open('how often it tries meanwhile is chance');
    const late = open('those that came when the service was leaving');
    return {
      frps: {
        truth: server({
          logins: 1,
          warnings: 1,
          proxies: { ssh: { connections: 40, faults: { file_descriptors: often } } },
        }),
      },
      // Work connections that frps has no room for are thrown away again: frpc writes an E, and no visitor misses one.
      frpc: { truth: client({ proxies: { ssh: { failed: { connection_refused: late, connection_reset: late } } } }) },
    };
  },
};
