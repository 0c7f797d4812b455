import { echo } from './services.mjs';
import { visit, visitUntilClosed } from './visitors.mjs';

/** @typedef {import('./runScenario.mjs').Scenario} Scenario */

/** @type {Scenario[]} All that the logs and APIs have to tell of little. */
export const views = [
  {
    name: 'trace-level',
    done: 'one connection of 100 bytes to `ssh` and one to `dead`, where nothing listens; SIGTERM to frpc',
    config: 'both: `log.level = "trace"`',
    types: ['tcp'],
    run: async (world) => {
      const service = await world.uses(echo());
      const log = { disablePrintColor: true, level: 'trace' };
      const frps = await world.frps({ log });
      const frpc = world.frpc({
        log,
        proxies: [
          { name: 'ssh', type: 'tcp', localPort: service.port, remotePort: world.port('ssh') },
          { name: 'dead', type: 'tcp', localPort: world.port('nobody'), remotePort: world.port('dead') },
        ],
      });
      await frpc.line(/start proxy success/, { count: 2 });
      await visit(world.port('ssh'), 100);
      await visitUntilClosed(world.port('dead'));
      await frpc.line(/connect to local service/);
      await world.counted('tcp', 'ssh', { curConns: 0, out: 100 });
      await world.look('1-visited');
      await frpc.end('SIGTERM');
      await frps.line(/client exit success/);
      await world.look('2-left');
    },
  },
  {
    name: 'api-routes',
    done: 'one connection of 1000 bytes; each route of both APIs asked once, some with what frp refuses',
    config:
      'both: `webServer.user` and `password`; frps: `enablePrometheus`; frpc: `ssh` with a group key and metadatas',
    types: ['tcp'],
    run: async (world) => {
      const service = await world.uses(echo());
      const webServer = { user: 'admin', password: 'dummy-password' };
      const credentials = 'admin:dummy-password';
      await world.frps({ webServer, enablePrometheus: true });
      const frpc = world.frpc({
        webServer,
        metadatas: { note: 'dummy' },
        proxies: [
          {
            name: 'ssh',
            type: 'tcp',
            localPort: service.port,
            remotePort: world.port('ssh'),
            loadBalancer: { group: 'pool', groupKey: 'dummy-key' },
            metadatas: { note: 'dummy' },
          },
        ],
      });
      await frpc.line(/start proxy success/);
      await visit(world.port('ssh'), 1000);
      const isCounted = async () =>
        (await world.get('frps', '/api/traffic/ssh', { credentials })).body.includes('[1000,');
      while (!(await isCounted()));
      await world.look('1-counted');
      for (const [name, slug, route, ask = credentials] of ROUTES) {
        const { status, body } = await world.get(name, route, { credentials: ask });
        const kind = body.startsWith('{') || body.startsWith('[') ? 'json' : 'txt';
        world.save(`${name}-${slug}.${status}.${kind}`, body);
      }
    },
  },
];

/** @type {readonly (readonly [process: string, slug: string, route: string, credentials?: string])[]} */
const ROUTES = [
  ['frps', 'healthz', '/healthz', 'nobody:nothing'],
  ['frps', 'unauthorised', '/api/serverinfo', 'admin:dummy-wrong'],
  ['frps', 'v1-serverinfo', '/api/serverinfo'],
  ['frps', 'v1-proxy-tcp', '/api/proxy/tcp'],
  ['frps', 'v1-proxy-unknown-type', '/api/proxy/ftp'],
  ['frps', 'v1-proxy-one', '/api/proxy/tcp/ssh'],
  ['frps', 'v1-proxy-missing', '/api/proxy/tcp/nobody'],
  ['frps', 'v1-proxies-name', '/api/proxies/ssh'],
  ['frps', 'v1-traffic', '/api/traffic/ssh'],
  ['frps', 'v1-traffic-missing', '/api/traffic/nobody'],
  ['frps', 'v1-clients', '/api/clients'],
  ['frps', 'v2-info', '/api/v2/system/info'],
  ['frps', 'v2-proxies', '/api/v2/proxies?page=1&pageSize=200'],
  ['frps', 'v2-proxies-page-too-large', '/api/v2/proxies?page=1&pageSize=201'],
  ['frps', 'v2-proxies-past-the-end', '/api/v2/proxies?page=9&pageSize=200'],
  ['frps', 'v2-proxy', '/api/v2/proxies/ssh'],
  ['frps', 'v2-proxy-missing', '/api/v2/proxies/nobody'],
  ['frps', 'v2-traffic', '/api/v2/proxies/ssh/traffic'],
  ['frps', 'v2-traffic-missing', '/api/v2/proxies/nobody/traffic'],
  ['frps', 'v2-clients', '/api/v2/clients?page=1&pageSize=200'],
  ['frps', 'v2-users', '/api/v2/users?page=1&pageSize=200'],
  ['frps', 'metrics', '/metrics'],
  ['frpc', 'healthz', '/healthz', 'nobody:nothing'],
  ['frpc', 'unauthorised', '/api/status', 'admin:dummy-wrong'],
  ['frpc', 'status', '/api/status'],
];
