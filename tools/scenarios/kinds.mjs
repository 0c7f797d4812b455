import { isAtLeast } from './isAtLeast.mjs';
import { answer, echo, udpEcho, web } from './services.mjs';
import { startStun } from './stun.mjs';
import { clientHello, exchangeDatagram, httpGet, visit, visitByConnect, visitUntilClosed } from './visitors.mjs';

/** @typedef {import('./runScenario.mjs').Scenario} Scenario */

/** @type {Scenario[]} Types of proxy and ways to carry bytes. */
export const kinds = [
  .../** @type {const} */ (['client', 'server']).map((mode) => ({
    name: `bandwidth-${mode}`,
    done: 'three connections of 2000 bytes, one after the other',
    config: `frpc: \`transport.bandwidthLimit = "1MB"\`, \`bandwidthLimitMode = "${mode}"\``,
    types: ['tcp'],
    run: async (/** @type {import('./World.mjs').World} */ world) => {
      const service = await world.uses(echo());
      const frps = await world.frps();
      const transport = { bandwidthLimit: '1MB', bandwidthLimitMode: mode };
      const proxy = { name: 'ssh', type: 'tcp', localPort: service.port, remotePort: world.port('ssh'), transport };
      await world.frpc({ proxies: [proxy] }).line(/start proxy success/);
      for (let i = 0; i < 3; i += 1) await visit(world.port('ssh'), 2000);
      await frps.line(/get a user connection/, { count: 3 });
      await world.counted('tcp', 'ssh', mode === 'client' ? { curConns: 0, out: 6000 } : { curConns: 3, out: 0 });
      await world.look('1-closed');
      return { received: service.received };
    },
  })),
  {
    name: 'udp',
    done: 'a datagram of 400 bytes, and its echo',
    config: 'the defaults',
    types: ['udp'],
    run: async (world) => {
      const service = await world.uses(udpEcho());
      await world.frps();
      const proxy = { name: 'dns', type: 'udp', localPort: service.port, remotePort: world.port('dns') };
      await world.frpc({ proxies: [proxy] }).line(/start proxy success/);
      await exchangeDatagram(world.port('dns'), 400);
      // Before 0.68 frps counts what a datagram is on the wire to frpc: base64 (pkg/msg/msg.go, UDPPacket.Content).
      const bytes = isAtLeast(world.version, '0.68.0') ? 400 : Math.ceil(400 / 3) * 4;
      // One that was sent again, since its answer was late, may arrive meanwhile.
      await world.counted('udp', 'dns', () => {
        const all = (service.received / 400) * bytes;
        return { in: all, out: all };
      });
      await world.look('1-exchanged');
      return { received: service.received, sent: service.sent };
    },
  },
  {
    name: 'http',
    done: 'two GETs of `web`, whose service closes each connection; one of `kept`, whose service keeps it; one of a host that nobody has; one of `dead`, where nothing listens',
    config: 'frps: `vhostHTTPPort`',
    types: ['http'],
    run: async (world) => {
      const closing = await world.uses(web({ keepAlive: false }));
      const keeping = await world.uses(web({ keepAlive: true }));
      await world.frps({ vhostHTTPPort: world.port('vhost') });
      const frpc = world.frpc({
        proxies: [
          { name: 'web', type: 'http', localPort: closing.port, customDomains: ['web.test'] },
          { name: 'kept', type: 'http', localPort: keeping.port, customDomains: ['kept.test'] },
          { name: 'dead', type: 'http', localPort: world.port('nobody'), customDomains: ['dead.test'] },
        ],
      });
      await frpc.line(/start proxy success/, { count: 3 });
      for (const host of ['web.test', 'web.test', 'kept.test', 'unknown.test', 'dead.test']) {
        await httpGet(world.port('vhost'), host);
      }
      await frpc.line(/connect to local service/);
      await world.counted('http', 'web', { curConns: 0, in: closing.received, out: closing.sent });
      await world.look('1-asked');
      return { received: closing.received, sent: closing.sent };
    },
  },
  {
    name: 'https',
    done: 'a TLS client hello for `secure.test`, answered by 250 bytes; one for a host that nobody has',
    config: 'frps: `vhostHTTPSPort`',
    types: ['https'],
    run: async (world) => {
      const service = await world.uses(answer(250));
      await world.frps({ vhostHTTPSPort: world.port('vhost') });
      const proxy = { name: 'secure', type: 'https', localPort: service.port, customDomains: ['secure.test'] };
      await world.frpc({ proxies: [proxy] }).line(/start proxy success/);
      const hello = clientHello('secure.test');
      await visitUntilClosed(world.port('vhost'), hello);
      await visitUntilClosed(world.port('vhost'), clientHello('unknown.test'));
      await world.counted('https', 'secure', { curConns: 0, in: hello.length, out: 250 });
      await world.look('1-visited');
      return { hello: hello.length };
    },
  },
  {
    name: 'tcpmux',
    done: 'one CONNECT to `mux.test` and 600 bytes; one to a host that nobody has',
    config: 'frps: `tcpmuxHTTPConnectPort`',
    types: ['tcpmux'],
    run: async (world) => {
      const service = await world.uses(echo());
      await world.frps({ tcpmuxHTTPConnectPort: world.port('connect') });
      const proxy = {
        name: 'mux',
        type: 'tcpmux',
        multiplexer: 'httpconnect',
        localPort: service.port,
        customDomains: ['mux.test'],
      };
      await world.frpc({ proxies: [proxy] }).line(/start proxy success/);
      await visitByConnect(world.port('connect'), 'mux.test', 600);
      await visitByConnect(world.port('connect'), 'unknown.test', 1);
      await world.counted('tcpmux', 'mux', { curConns: 0, out: 600 });
      await world.look('1-visited');
    },
  },
  {
    name: 'stcp',
    done: 'frpc2 visits `secret`: one connection of 800 bytes; its second visitor has the wrong key, its third asks for a proxy that is not there',
    config: 'frpc: `secret`; frpc2: visitors `to-secret`, `wrong-key`, `to-nobody`',
    types: ['stcp'],
    run: async (world) => {
      const service = await world.uses(echo());
      const frps = await world.frps();
      const proxy = { name: 'secret', type: 'stcp', secretKey: 'dummy-key', localPort: service.port };
      await world.frpc({ proxies: [proxy] }).line(/start proxy success/);
      const visitor = (/** @type {string} */ name, secretKey = 'dummy-key', serverName = 'secret') => {
        return { name, type: 'stcp', serverName, secretKey, bindPort: world.port(name) };
      };
      const visitors = [visitor('to-secret'), visitor('wrong-key', 'dummy-other'), visitor('to-nobody', 'x', 'nobody')];
      const frpc2 = world.frpc({ visitors }, { name: 'frpc2' });
      await frpc2.line(/start visitor success/, { count: 3 });
      await visit(world.port('to-secret'), 800);
      await visitUntilClosed(world.port('wrong-key'), 'hello');
      await visitUntilClosed(world.port('to-nobody'), 'hello');
      await frps.line(/register visitor conn error/, { count: 2 });
      await world.counted('stcp', 'secret', { curConns: 0, out: 800 });
      await world.look('1-visited');
    },
  },
  {
    name: 'sudp',
    done: 'frpc2 visits `secret`: a datagram of 400 bytes, and its echo',
    config: 'frpc: `secret`; frpc2: visitor `to-secret`',
    types: ['sudp'],
    run: async (world) => {
      const service = await world.uses(udpEcho());
      await world.frps();
      const proxy = { name: 'secret', type: 'sudp', secretKey: 'dummy-key', localPort: service.port };
      await world.frpc({ proxies: [proxy] }).line(/start proxy success/);
      const bindPort = world.port('to-secret');
      const visitor = { name: 'to-secret', type: 'sudp', serverName: 'secret', secretKey: 'dummy-key', bindPort };
      const frpc2 = world.frpc({ visitors: [visitor] }, { name: 'frpc2' });
      await frpc2.line(/start visitor success/);
      await exchangeDatagram(bindPort, 400);
      await world.look('1-exchanged');
      return { received: service.received, sent: service.sent };
    },
  },
  {
    name: 'xtcp',
    done: 'frpc2 visits `direct` through a hole between two loopback ports: one connection of 900 bytes',
    config: 'both frpc: `natHoleStunServer` on loopback; frpc: `direct`; frpc2: visitor `to-direct`',
    types: ['xtcp'],
    run: async (world) => {
      const service = await world.uses(echo());
      const stun = await world.uses(startStun());
      const natHoleStunServer = `127.0.0.1:${stun.port}`;
      await world.frps();
      const proxy = { name: 'direct', type: 'xtcp', secretKey: 'dummy-key', localPort: service.port };
      await world.frpc({ natHoleStunServer, proxies: [proxy] }).line(/start proxy success/);
      const bindPort = world.port('to-direct');
      const visitor = { name: 'to-direct', type: 'xtcp', serverName: 'direct', secretKey: 'dummy-key', bindPort };
      const frpc2 = world.frpc({ natHoleStunServer, visitors: [visitor] }, { name: 'frpc2' });
      await frpc2.line(/start visitor success/);
      await visit(bindPort, 900);
      await world.look('1-visited');
    },
  },
];
