import { answer, echo } from './services.mjs';
import { tcpProxy } from './tcpProxy.mjs';
import { until } from './until.mjs';
import { visit, visitUntilClosed } from './visitors.mjs';

/** @typedef {import('./runScenario.mjs').Scenario} Scenario */

/** @type {Scenario[]} What goes wrong with proxies. */
export const faults = [
  {
    name: 'port-taken',
    done: 'frpc2 asks for a port that frpc has, for one of another program, for one that is not allowed, and for a name that frpc has',
    config: 'frps: `allowPorts` of three ports; frpc: `ssh`; frpc2: `db`, `mail`, `web`, `ssh`',
    types: ['tcp'],
    run: async (world) => {
      const service = await world.uses(echo());
      await world.uses(echo(world.port('mail')));
      const frps = await world.frps({
        allowPorts: ['ssh', 'mail', 'spare'].map((name) => ({ single: world.port(name) })),
      });
      await world.frpc({ proxies: [tcpProxy(world, 'ssh', service.port)] }).line(/\[ssh\] start proxy success/);
      const frpc2 = world.frpc(
        {
          proxies: [
            { ...tcpProxy(world, 'db', service.port), remotePort: world.port('ssh') },
            tcpProxy(world, 'mail', service.port),
            tcpProxy(world, 'web', service.port),
            { ...tcpProxy(world, 'ssh', service.port), remotePort: world.port('spare') },
          ],
        },
        { name: 'frpc2' },
      );
      await frpc2.line(/start error/, { count: 4 });
      await world.look('1-refused');
      await frpc2.end('SIGTERM');
      await frps.line(/client exit success/);
      await world.look('2-left');
    },
  },
  {
    name: 'too-many-ports',
    done: '`second` put into the config of frpc, which has a port already and is told to reload',
    config: 'frps: `maxPortsPerClient = 1`; frpc: `first`, `second`',
    types: ['tcp'],
    run: async (world) => {
      const service = await world.uses(echo());
      await world.frps({ maxPortsPerClient: 1 });
      const [first, second] = ['first', 'second'].map((name) => tcpProxy(world, name, service.port));
      const frpc = world.frpc({ proxies: [first] });
      await frpc.line(/\[first\] start proxy success/);
      await world.reload({ proxies: [first, second] });
      await frpc.line(/\[second\] start error/);
      await world.look('1-refused');
    },
  },
  {
    name: 'service-down',
    done: 'three connections to `dead`, where nothing listens',
    config: 'the defaults',
    types: ['tcp'],
    run: async (world) => {
      await world.frps();
      const frpc = world.frpc({ proxies: [tcpProxy(world, 'dead', world.port('nobody'))] });
      await frpc.line(/\[dead\] start proxy success/);
      for (const count of [1, 2, 3]) {
        await visitUntilClosed(world.port('dead'));
        await frpc.line(/\[dead\] connect to local service/, { count });
      }
      await world.counted('tcp', 'dead', { curConns: 0 });
      await world.look('1-down');
    },
  },
  {
    name: 'health-check',
    done: 'the service of `web` goes, frpc takes the proxy away; it comes back, and so does the proxy; one connection of 300 bytes',
    config: 'frpc: `healthCheck` by tcp each second, `maxFailed = 1`',
    types: ['tcp'],
    run: async (world) => {
      const port = world.port('service');
      const service = await world.uses(echo(port));
      const frps = await world.frps();
      const healthCheck = { type: 'tcp', timeoutSeconds: 1, maxFailed: 1, intervalSeconds: 1 };
      const frpc = world.frpc({ proxies: [{ ...tcpProxy(world, 'web', port), healthCheck }] });
      await frpc.line(/\[web\] start proxy success/);
      await world.look('1-healthy');
      await service.stop();
      await frps.line(/close proxy \[web\] success/);
      await frpc.line(/health check failed$/);
      await world.counted('tcp', 'web', { online: false });
      await world.look('2-failed');
      await world.uses(echo(port));
      await frpc.line(/\[web\] start proxy success/, { count: 2 });
      await visit(world.port('web'), 300);
      await world.counted('tcp', 'web', { online: true, curConns: 0, out: 300 });
      await world.look('3-healthy');
    },
  },
  {
    name: 'health-check-never',
    done: 'the service of `web` is not there from the start; two checks fail',
    config: 'frpc: `healthCheck` by http each second, `maxFailed = 1`',
    types: ['tcp'],
    run: async (world) => {
      await world.frps();
      const healthCheck = { type: 'http', path: '/status', timeoutSeconds: 1, maxFailed: 1, intervalSeconds: 1 };
      const frpc = world.frpc({ proxies: [{ ...tcpProxy(world, 'web', world.port('nobody')), healthCheck }] });
      await frpc.line(/do one health check failed/, { count: 2 });
      await world.look('1-waiting');
    },
  },
  {
    name: 'file-descriptors',
    done: 'visitors connect to `ssh` until frps has no file descriptors left, and leave again',
    config: 'frps runs under `ulimit -n 40`',
    types: ['tcp'],
    run: async (world) => {
      const service = await world.uses(answer(1));
      const frps = await world.frps({}, { maxOpenFiles: 40 });
      const frpc = world.frpc({ proxies: [tcpProxy(world, 'ssh', service.port)] });
      await frpc.line(/\[ssh\] start proxy success/);
      await world.look('1-before');
      const visitors = Array.from({ length: 40 }, () => visitUntilClosed(world.port('ssh')));
      await frps.line(/too many open files/);
      await service.stop(); // frpc closes its end, and so do frps and the visitors
      await Promise.all(visitors);
      await until('frps to be free again', () =>
        world.get('frps', '/api/proxy/tcp').then(
          ({ body }) => body.includes('"curConns":0'),
          () => false,
        ),
      );
      await world.look('2-after');
    },
  },
];
