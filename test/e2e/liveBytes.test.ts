import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { FrpInstrumentationHandle, InstanceSnapshot, ProxySnapshot } from '../../src/index.js';
import { registerFrpInstrumentation } from '../../src/index.js';
import { echo, web } from '../../tools/scenarios/services.mjs';
import { clientHello, httpGet } from '../../tools/scenarios/visitors.mjs';
import { World } from '../../tools/scenarios/World.mjs';
import { describeWithFrp } from '../support/realFrp.js';
import { Visitor } from '../support/Visitor.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(120_000);

const INTERVAL_MILLIS = 500;

describeWithFrp('the bytes of connections that are open', (folder) => {
  let world: World;
  let handle: FrpInstrumentationHandle;
  let service: Awaited<ReturnType<typeof echo>>;
  let secretService: Awaited<ReturnType<typeof echo>>;
  let site: Awaited<ReturnType<typeof web>>;

  beforeAll(async () => {
    for (const signal of ['METRICS', 'LOGS', 'TRACES']) process.env[`OTEL_${signal}_EXPORTER`] = 'none';
    handle = registerFrpInstrumentation({ collectionIntervalMillis: INTERVAL_MILLIS });
    world = await World.open('0.71.0', folder, {});
    service = await world.uses(echo());
    secretService = await world.uses(echo());
    site = await world.uses(web({ keepAlive: false }));
    const localPort = service.port;
    await world.frps({
      vhostHTTPPort: world.port('http'),
      vhostHTTPSPort: world.port('https'),
      tcpmuxHTTPConnectPort: world.port('tcpmux'),
    });
    // Each proxy has a service address of its own: proxies that share one cannot be told apart on the client.
    const services = await Promise.all(['sealed', 'secure', 'mux'].map(async () => world.uses(echo())));
    const [sealed, secure, mux] = services.map(({ port }) => port);
    const member = (name: string, port: number) => ({
      name,
      type: 'tcp',
      localPort: port,
      remotePort: world.port('pool'),
      loadBalancer: { group: 'pool', groupKey: 'dummy-key' },
    });
    const one = await world.uses(echo());
    const two = await world.uses(echo());
    const frpc = world.frpc({
      proxies: [
        { name: 'plain', type: 'tcp', localPort, remotePort: world.port('plain') },
        {
          name: 'sealed',
          type: 'tcp',
          localPort: sealed,
          remotePort: world.port('sealed'),
          transport: { useEncryption: true, useCompression: true },
        },
        { name: 'secure', type: 'https', localPort: secure, customDomains: ['secure.test'] },
        { name: 'mux', type: 'tcpmux', multiplexer: 'httpconnect', localPort: mux, customDomains: ['mux.test'] },
        { name: 'site', type: 'http', localPort: site.port, customDomains: ['site.test'] },
        { name: 'secret', type: 'stcp', secretKey: 'dummy-key', localPort: secretService.port },
        member('pool-one', one.port),
      ],
    });
    const frpc2 = world.frpc(
      {
        proxies: [member('pool-two', two.port)],
        visitors: [
          {
            name: 'to-secret',
            type: 'stcp',
            serverName: 'secret',
            secretKey: 'dummy-key',
            bindPort: world.port('secret'),
          },
        ],
      },
      { name: 'frpc2' },
    );
    await frpc.line(/start proxy success/, { count: 7 });
    await frpc2.line(/start proxy success/);
    await frpc2.line(/start visitor success/);
    await waitUntil('all to be online', () => instance('server')?.proxies.filter(isOnline).length === 8);
    await waitUntil('connections to be looked at', () =>
      handle
        .snapshot()
        .instances.every(({ sources }) => sources.some(({ source, state }) => source === 'sockets' && state === 'ok')),
    );
  });

  afterAll(async () => {
    await handle?.shutdown();
    await world?.close();
  });

  const isOnline = ({ state }: ProxySnapshot): boolean => state === 'online';
  const instance = (role: string): InstanceSnapshot | undefined =>
    handle.snapshot().instances.find((each) => each.role === role);
  const proxy = (role: string, name: string): ProxySnapshot | undefined =>
    handle
      .snapshot()
      .instances.filter((each) => each.role === role)
      .flatMap(({ proxies }) => proxies)
      .find((each) => each.name === name);
  const bytes = (role: string, name: string): { in: number; out: number } =>
    proxy(role, name)?.io ?? { in: Number.NaN, out: Number.NaN };

  /** What frps itself says. */
  const counted = async (name: string): Promise<{ in: number; out: number; open: number }> => {
    const { body } = await world.get('frps', `/api/proxies/${name}`);
    const { todayTrafficIn, todayTrafficOut, curConns } = JSON.parse(body);
    return { in: todayTrafficIn, out: todayTrafficOut, open: curConns };
  };

  const toBe = (role: string, name: string, io: { in: number; out: number }): Promise<unknown> =>
    waitUntil(
      () => `${name} (${role}) to have ${JSON.stringify(io)}, has ${JSON.stringify(bytes(role, name))}`,
      () => bytes(role, name).in === io.in && bytes(role, name).out === io.out,
    );

  /** As often as the sources look, nothing changes any more. */
  const stays = async (role: string, name: string, io: { in: number; out: number }): Promise<void> => {
    for (let look = 0; look < 3; look += 1) {
      await handle.forceFlush();
      expect(bytes(role, name)).toEqual(io);
    }
  };

  const opened: Readonly<Record<string, () => Promise<Visitor>>> = {
    plain: () => Visitor.connect(world.port('plain')),
    sealed: () => Visitor.connect(world.port('sealed')),
    secure: async () => (await Visitor.connect(world.port('https'))).exchange(clientHello('secure.test')),
  };

  describe.each(['plain', 'sealed', 'secure'])('of %s', (name) => {
    it('are told while frps says 0, and are what frps says when the connection is closed', async () => {
      const visitor = await (opened[name] as () => Promise<Visitor>)();
      await visitor.exchange(123_457);
      const live = { in: visitor.sent, out: visitor.sent };
      await toBe('server', name, live);
      expect(await counted(name)).toEqual({ in: 0, out: 0, open: 1 });
      await toBe('client', name, live);
      await visitor.exchange(1_000);
      const final = { in: visitor.sent, out: visitor.sent };
      await toBe('server', name, final);
      await visitor.close();
      await waitUntil('frps to count it', async () => (await counted(name)).open === 0);
      expect(await counted(name)).toEqual({ ...final, open: 0 });
      await stays('server', name, final);
      await stays('client', name, final);
    });
  });

  it('of tcpmux are told without the CONNECT, and are what frps says when the connection is closed', async () => {
    const visitor = await Visitor.connectTo(world.port('tcpmux'), 'mux.test');
    await visitor.exchange(100_000);
    await waitUntil('its live bytes', () => bytes('server', 'mux').out === 100_000);
    // How long the CONNECT was the kernel does not tell: it is taken for 1,024 bytes.
    expect(bytes('server', 'mux').in).toBeGreaterThan(100_000 - 1_024);
    expect(bytes('server', 'mux').in).toBeLessThanOrEqual(100_000);
    expect(await counted('mux')).toMatchObject({ in: 0, out: 0 });
    await visitor.close();
    await waitUntil('frps to count it', async () => (await counted('mux')).open === 0);
    const { in: in_, out } = await counted('mux');
    await toBe('server', 'mux', { in: in_, out });
    await stays('server', 'mux', { in: in_, out });
    await stays('client', 'mux', { in: 100_000, out: 100_000 });
  });

  it('of a group are told of the member that carries them', async () => {
    const visitors = await Promise.all(
      Array.from({ length: 4 }, async (_, index) =>
        (await Visitor.connect(world.port('pool'))).exchange(10_000 * 3 ** index),
      ),
    );
    const both = ['pool-one', 'pool-two'];
    const total = visitors.reduce((sum, { sent }) => sum + sent, 0);
    await waitUntil('the bytes of both', () => both.reduce((sum, name) => sum + bytes('server', name).in, 0) === total);
    const live = Object.fromEntries(both.map((name) => [name, bytes('server', name)]));
    for (const name of both) expect(await counted(name)).toMatchObject({ in: 0, out: 0 });
    await Promise.all(visitors.map((visitor) => visitor.close()));
    for (const name of both) {
      await waitUntil('frps to count them', async () => (await counted(name)).open === 0);
      const { open: _, ...said } = await counted(name);
      expect(live[name]).toEqual(said);
      await stays('server', name, said);
      await stays('client', name, said);
    }
  });

  it('of stcp are told by the client, and by the server when the connection is closed', async () => {
    const visitor = await (await Visitor.connect(world.port('secret'))).exchange(54_321);
    const io = { in: 54_321, out: 54_321 };
    await toBe('client', 'secret', io);
    expect(bytes('server', 'secret')).toEqual({ in: 0, out: 0 }); // no line and no port tells whose a socket is
    await visitor.close();
    await toBe('server', 'secret', io);
    await stays('client', 'secret', io);
  });

  it('of http are told by the client as the service has them', async () => {
    await httpGet(world.port('http'), 'site.test');
    await httpGet(world.port('http'), 'site.test', '/again');
    await waitUntil('the service to have closed both', () => site.received > 0 && site.sent > 0);
    await toBe('client', 'site', { in: site.received, out: site.sent });
  });

  it('of 200 short connections are the exact sum on both roles, none missing and none twice', async () => {
    const before = { server: bytes('server', 'plain').in, client: bytes('client', 'plain').in };
    const connections = { server: successes('server'), client: successes('client') };
    const sizes = Array.from({ length: 200 }, (_, index) => 1 + ((index * 7_919) % 20_011));
    for (let from = 0; from < sizes.length; from += 20) {
      await Promise.all(
        sizes.slice(from, from + 20).map(async (size) => {
          const visitor = await Visitor.connect(world.port('plain'));
          await visitor.exchange(size);
          await visitor.close();
        }),
      );
    }
    const sum = sizes.reduce((total, size) => total + size, 0);
    for (const role of ['server', 'client'] as const) {
      const total = before[role] + sum;
      await toBe(role, 'plain', { in: total, out: total });
      await stays(role, 'plain', { in: total, out: total });
      expect(successes(role) - connections[role]).toBe(200);
    }
  });

  it('of a download that its visitor aborts are on the server what frps says', async () => {
    const before = bytes('server', 'plain');
    const told = await counted('plain');
    const visitor = await Visitor.connect(world.port('plain'));
    visitor.sendUnread(8_000_000);
    await waitUntil('some of it to arrive', () => bytes('server', 'plain').in > before.in + 100_000);
    await visitor.abort();
    await waitUntil('frps to count it', async () => (await counted('plain')).open === 0);
    const now = await counted('plain');
    const expected = { in: before.in + now.in - told.in, out: before.out + now.out - told.out };
    await toBe('server', 'plain', expected);
    await stays('server', 'plain', expected);
  });

  const successes = (role: string): number =>
    proxy(role, 'plain')?.connections.find(({ errorType }) => errorType === undefined)?.count ?? 0;
});
