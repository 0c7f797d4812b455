import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { FrpInstrumentationHandle, InstanceSnapshot } from '../../src/index.js';
import { registerFrpInstrumentation } from '../../src/index.js';
import { startEcho, visit } from '../support/echo.js';
import { describeWithFrp, freePort, frpsConfig, RealFrp, temporaryFolder, tunnelConfig } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

// Half the world away from wherever this test runs.
const FAR_ZONE = new Date().getTimezoneOffset() > 0 ? 'Asia/Tokyo' : 'America/Los_Angeles';

describeWithFrp('a real frp whose output nobody reads, in another time zone', (folder) => {
  const files = temporaryFolder();
  const startedAt = Date.now();
  let handle: FrpInstrumentationHandle;
  let echo: Awaited<ReturnType<typeof startEcho>>;
  let frps: RealFrp;
  let frpc: RealFrp;
  let remote: number;

  const instance = (role: string): InstanceSnapshot | undefined =>
    handle.snapshot().instances.find((each) => each.role === role);
  const api = () => instance('server')?.sources.find(({ source }) => source === 'api');

  beforeAll(async () => {
    const [bind, dashboard, remotePort] = await Promise.all([freePort(), freePort(), freePort()]);
    remote = remotePort;
    echo = await startEcho();
    for (const signal of ['METRICS', 'LOGS', 'TRACES']) process.env[`OTEL_${signal}_EXPORTER`] = 'none';
    handle = registerFrpInstrumentation({ collectionIntervalMillis: 100 });
    const server = frpsConfig({ bind, dashboard });
    const tunnel = tunnelConfig('echo', echo.port, remote);
    const client = `serverAddr = "127.0.0.1"\nserverPort = ${bind}\nloginFailExit = false\n${tunnel}`;
    frps = RealFrp.startUnread(folder, 'frps', files.write('frps.toml', server), { TZ: FAR_ZONE });
    frpc = RealFrp.startUnread(folder, 'frpc', files.write('frpc.toml', client), { TZ: FAR_ZONE });
    await waitUntil('the tunnel', () => instance('server')?.proxies.some(({ state }) => state === 'online'));
  });

  afterAll(async () => {
    await frpc?.end();
    await frps?.end();
    await handle?.shutdown();
    await echo?.stop();
    files.remove();
  });

  it('is not asked for its counters, since each request would add to the pipe that nobody reads', async () => {
    await waitUntil('the API source to say so', () => api()?.state === 'off');
    expect(api()?.reason).toContain('nobody reads its stdout');
    expect(instance('server')).toMatchObject({ version: undefined, process: { up: true } });
    expect(frps.child.stdout?.readableFlowing).toBeNull();
    await visit(remote, 1_000); // the tunnel works
  });

  it('is observed by its log all the same, at the times of here', async () => {
    await waitUntil('the connection', () =>
      instance('server')?.proxies[0]?.connections.some(
        ({ errorType, count }) => errorType === undefined && count === 1,
      ),
    );
    const { since = 0, startedAt: proxyStartedAt = 0, lastActivity = 0 } = instance('server')?.proxies[0] ?? {};
    for (const time of [since, proxyStartedAt, lastActivity]) {
      expect(time).toBeGreaterThan(startedAt - 1_000);
      expect(time).toBeLessThanOrEqual(Date.now());
    }
  });

  it('is asked as soon as somebody reads', async () => {
    frps.read();
    await waitUntil('an answer', () => api()?.state === 'ok');
    await waitUntil('the bytes', () => instance('server')?.proxies[0]?.io?.in === 1_000);
  });
});
