import { echo } from './services.mjs';
import { tcpProxy } from './tcpProxy.mjs';
import { visit } from './visitors.mjs';

/** @typedef {import('./runScenario.mjs').Scenario} Scenario */

/** @type {Scenario[]} How proxies come and go, and what they are called. */
export const proxies = [
  {
    name: 'proxy-added',
    done: '`extra` put into the config of frpc, which is told to reload; one connection of 700 bytes to it',
    config: 'the defaults',
    types: ['tcp'],
    run: async (world) => {
      const service = await world.uses(echo());
      await world.frps();
      const [ssh, extra] = ['ssh', 'extra'].map((name) => tcpProxy(world, name, service.port));
      const frpc = world.frpc({ proxies: [ssh] });
      await frpc.line(/\[ssh\] start proxy success/);
      await world.look('1-one');
      await world.reload({ proxies: [ssh, extra] });
      await frpc.line(/\[extra\] start proxy success/);
      await visit(world.port('extra'), 700);
      await world.counted('tcp', 'extra', { curConns: 0, out: 700 });
      await world.look('2-two');
    },
  },
  {
    name: 'proxy-removed',
    done: 'one connection of 700 bytes to `extra`, then it is taken out of the config of frpc, which is told to reload; a config that is none, and reload',
    config: 'the defaults',
    types: ['tcp'],
    run: async (world) => {
      const service = await world.uses(echo());
      const frps = await world.frps();
      const [ssh, extra] = ['ssh', 'extra'].map((name) => tcpProxy(world, name, service.port));
      const frpc = world.frpc({ proxies: [ssh, extra] });
      await frpc.line(/start proxy success/, { count: 2 });
      await visit(world.port('extra'), 700);
      await world.counted('tcp', 'extra', { curConns: 0, out: 700 });
      await world.look('1-two');
      await world.reload({ proxies: [ssh] });
      await frps.line(/close proxy \[extra\] success/);
      await frpc.line(/proxy removed/);
      await world.counted('tcp', 'extra', { online: false });
      await world.look('2-one');
      await world.reload({ proxies: [{ ...ssh, type: 'no such type' }] });
    },
  },
  {
    name: 'odd-names',
    done: 'one connection of 100 bytes to each proxy; `my home ssh` taken away by a reload; SIGTERM to frpc',
    config: 'frpc: proxies `my home ssh`, `a] type [b`, `dots.in.name`, `Grüße 隧道`, `[x] get a user connection [y]`',
    types: ['tcp'],
    run: async (world) => {
      const service = await world.uses(echo());
      const names = ['my home ssh', 'a] type [b', 'dots.in.name', 'Grüße 隧道', '[x] get a user connection [y]'];
      const all = names.map((name) => tcpProxy(world, name, service.port));
      const frps = await world.frps();
      const frpc = world.frpc({ proxies: all });
      await frpc.line(/start proxy success/, { count: names.length });
      for (const name of names) {
        await visit(world.port(name), 100);
        await world.counted('tcp', name, { curConns: 0, out: 100 });
      }
      await world.look('1-visited');
      await world.reload({ proxies: all.slice(1) });
      await frps.line(/close proxy \[my home ssh\] success/);
      await world.counted('tcp', 'my home ssh', { online: false });
      await world.look('2-removed');
      await frpc.end('SIGTERM');
      await frps.line(/client exit success/);
      await world.look('3-left');
    },
  },
  {
    name: 'user-prefix',
    done: 'one connection of 100 bytes to each proxy; `ssh` taken away by a reload; SIGTERM to frpc',
    config: 'frpc: `user = "alice"`, proxies `ssh` and `alice.web`',
    types: ['tcp'],
    run: async (world) => {
      const service = await world.uses(echo());
      const frps = await world.frps();
      const [ssh, web] = ['ssh', 'alice.web'].map((name) => tcpProxy(world, name, service.port));
      const frpc = world.frpc({ user: 'alice', proxies: [ssh, web] });
      await frpc.line(/start proxy success/, { count: 2 });
      for (const name of ['ssh', 'alice.web']) {
        await visit(world.port(name), 100);
        await world.counted('tcp', `alice.${name}`, { curConns: 0, out: 100 });
      }
      await world.look('1-visited');
      await world.reload({ user: 'alice', proxies: [web] });
      await frps.line(/close proxy \[alice\.ssh\] success/);
      await world.counted('tcp', 'alice.ssh', { online: false });
      await world.look('2-removed');
      await frpc.end('SIGTERM');
      await frps.line(/client exit success/);
      await world.look('3-left');
    },
  },
  {
    name: 'group',
    done: 'two connections of 100 bytes to the group while only frpc serves it, four while frpc2 does too, SIGTERM to frpc, and two more',
    config: 'frpc: `a`, frpc2: `b`; both `loadBalancer.group = "pool"` on one port',
    types: ['tcp'],
    run: async (world) => {
      const [atA, atB] = [await world.uses(echo()), await world.uses(echo())];
      const loadBalancer = { group: 'pool', groupKey: 'dummy-key' };
      const member = (/** @type {string} */ name, /** @type {number} */ localPort) => ({
        ...tcpProxy(world, 'pool', localPort),
        name,
        loadBalancer,
      });
      const visitTimes = async (/** @type {number} */ times) => {
        for (let i = 0; i < times; i += 1) await visit(world.port('pool'), 100);
      };
      const frps = await world.frps();
      const frpc = world.frpc({ proxies: [member('a', atA.port)] });
      await frpc.line(/start proxy success/);
      await visitTimes(2);
      await world.frpc({ proxies: [member('b', atB.port)] }, { name: 'frpc2' }).line(/start proxy success/);
      await visitTimes(4);
      await world.counted('tcp', 'a', { curConns: 0, out: 100 * atA.connections });
      await world.counted('tcp', 'b', { curConns: 0, out: 100 * atB.connections });
      await world.look('1-both');
      await frpc.end('SIGTERM');
      await frps.line(/client exit success/);
      await visitTimes(2);
      await world.counted('tcp', 'b', { curConns: 0, out: 100 * atB.connections });
      await world.look('2-one');
      return { a: atA.connections, b: atB.connections };
    },
  },
];
