import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { FrpInstrumentationHandle, InstanceSnapshot, ProxySnapshot } from '../../src/index.js';
import { registerFrpInstrumentation } from '../../src/index.js';
import { startEcho, visit } from '../support/echo.js';
import { describeWithFrp, freePort, frpsConfig, RealFrp, temporaryFolder, tunnelConfig } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

describeWithFrp('a real frp that the program starts again', (folder) => {
  const files = temporaryFolder();
  let handle: FrpInstrumentationHandle;
  let echo: Awaited<ReturnType<typeof startEcho>>;
  let frps: RealFrp;
  let frpc: RealFrp;
  let ports: { bind: number; dashboard: number; admin: number; remote: number; later: number };

  const tunnel = (name: string, remotePort: number): string => tunnelConfig(name, echo.port, remotePort);
  const clientConfig = (proxies: string): string =>
    `serverAddr = "127.0.0.1"\nserverPort = ${ports.bind}\nuser = "alice"\nloginFailExit = false\nwebServer.port = ${ports.admin}\n${proxies}`;
  const startServer = (): RealFrp => RealFrp.start(folder, 'frps', `${files.path}/frps.toml`);
  const startClient = (): RealFrp => RealFrp.start(folder, 'frpc', `${files.path}/frpc.toml`);
  const instance = (role: string): InstanceSnapshot | undefined =>
    handle.snapshot().instances.find((each) => each.role === role);
  const proxy = (role: string, name: string): ProxySnapshot | undefined =>
    instance(role)?.proxies.find((each) => each.name === name);
  const bytesIn = async (): Promise<number | undefined> => {
    await handle.forceFlush();
    return proxy('server', 'alice.ssh')?.io?.in;
  };

  beforeAll(async () => {
    const [bind = 0, dashboard = 0, admin = 0, remote = 0, later = 0] = await Promise.all(
      Array.from({ length: 5 }, freePort),
    );
    ports = { bind, dashboard, admin, remote, later };
    echo = await startEcho();
    for (const signal of ['METRICS', 'LOGS', 'TRACES']) process.env[`OTEL_${signal}_EXPORTER`] = 'none';
    handle = registerFrpInstrumentation({ collectionIntervalMillis: 200 });
    files.write('frps.toml', frpsConfig(ports));
    files.write('frpc.toml', clientConfig(tunnel('ssh', remote)));
    frps = startServer();
    await frps.line(/frps started successfully/);
    frpc = startClient();
    await frpc.line(/\[ssh\] start proxy success/);
  });

  afterAll(async () => {
    await frpc?.end();
    await frps?.end();
    await handle?.shutdown();
    await echo?.stop();
    files.remove();
  });

  it('given a user, knows the proxy by the same name on both roles', async () => {
    await waitUntil(
      'both to know it',
      () => proxy('server', 'alice.ssh')?.state === 'online' && proxy('client', 'alice.ssh'),
    );
    expect(proxy('client', 'alice.ssh')).toMatchObject({ state: 'running', type: 'tcp' });
  });

  it('at once in its exit handler, is the same client restarted, with its counters going on', async () => {
    const former = frpc;
    const restarted = new Promise<void>((resolve) => {
      former.child.once('exit', () => {
        frpc = startClient();
        resolve();
      });
    });
    former.child.kill('SIGKILL');
    await restarted;
    await frpc.line(/\[ssh\] start proxy success/);
    await waitUntil('the new process to be seen', () => instance('client')?.process.pid === frpc.child.pid);
    expect(handle.snapshot().instances.map(({ role }) => role)).toEqual(['server', 'client']);
    expect(instance('client')).toMatchObject({
      process: { up: true, restarts: 1 },
      client: { connected: true, reconnects: 1, logins: expect.arrayContaining([{ errorType: undefined, count: 2 }]) },
    });
  });

  it('counts the bytes before and after a restart of frps into one total', async () => {
    await waitUntil('the tunnel of the restarted client', () => proxy('server', 'alice.ssh')?.state === 'online');
    await visit(ports.remote, 5_000);
    await waitUntil('the first bytes', async () => (await bytesIn()) === 5_000);
    await frps.end('SIGKILL');
    await waitUntil('the loss to be seen', () => instance('server')?.process.up === false);
    expect(proxy('server', 'alice.ssh')).toMatchObject({
      state: 'offline',
      io: { in: 5_000, out: 5_000 },
      endedAt: undefined,
    });
    frps = startServer();
    await frps.line(/new proxy \[alice\.ssh\] type \[tcp\] success/);
    await waitUntil('the tunnel to be back', () => proxy('client', 'alice.ssh')?.state === 'running');
    await visit(ports.remote, 300);
    await waitUntil('the bytes of both', async () => (await bytesIn()) === 5_300);
    expect(instance('server')?.process.restarts).toBe(1);
  });

  it('knows the type of a proxy that a reload added', async () => {
    files.write('frpc.toml', clientConfig(tunnel('ssh', ports.remote) + tunnel('later', ports.later)));
    await fetch(`http://127.0.0.1:${ports.admin}/api/reload`);
    await frpc.line(/\[later\] start proxy success/);
    await waitUntil('it to run', () => proxy('client', 'alice.later')?.state === 'running');
    expect(proxy('client', 'alice.later')).toMatchObject({ type: 'tcp', startedAt: expect.any(Number) });
  });
});
