import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { startObservation } from '../../src/cli/startObservation.js';
import { parseOptions } from '../../src/config/parseOptions.js';
import type { InstanceSnapshot, TallySnapshot } from '../../src/index.js';
import { startEcho, visit } from '../support/echo.js';
import { describeWithFrp, freePort, frpsConfig, RealFrp, temporaryFolder, tunnelConfig } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(180_000);

const RESTARTS = 50;
/** Shorter than a restart takes, so that lines of a new process are read before it is noticed, and after. */
const INTERVAL_MILLIS = 300;

describeWithFrp('an agent beside frps and frpc that log to files', (folder) => {
  const files = temporaryFolder();
  let observation: ReturnType<typeof startObservation>;
  let echo: Awaited<ReturnType<typeof startEcho>>;
  let frps: RealFrp;
  let frpc: RealFrp;
  let remote: number;

  const startServer = (): RealFrp => RealFrp.start(folder, 'frps', `${files.path}/frps.toml`);
  const startClient = (): RealFrp => RealFrp.start(folder, 'frpc', `${files.path}/frpc.toml`);
  const logged = (name: string, pattern: RegExp): number => {
    try {
      return readFileSync(`${files.path}/${name}.log`, 'utf8').match(new RegExp(pattern, 'g'))?.length ?? 0;
    } catch {
      return 0; // not there yet
    }
  };
  const tunnels = (count: number): Promise<unknown> =>
    waitUntil(`tunnel ${count}`, () => logged('frpc', /start proxy success/) === count);
  const instance = (role: string): InstanceSnapshot | undefined =>
    observation.snapshot().instances.find((each) => each.role === role);
  const successes = (tally: TallySnapshot | undefined): number =>
    tally?.find(({ errorType }) => errorType === undefined)?.count ?? 0;

  /** Every count that must not fall. */
  const counters = (): ReadonlyMap<string, number> => {
    const [server, client] = [instance('server'), instance('client')];
    const proxy = server?.proxies[0];
    return new Map([
      ['server logins', successes(server?.server?.logins)],
      ['server starts', successes(server?.server?.proxyStarts)],
      ['server disconnects', server?.server?.disconnects.reduce((sum, { count }) => sum + count, 0) ?? 0],
      ['server lines', server?.logLines?.known ?? 0],
      ['client logins', successes(client?.client?.logins)],
      ['client reconnects', client?.client?.reconnects ?? 0],
      ['client lines', client?.logLines?.known ?? 0],
      ['client restarts', client?.process.restarts ?? 0],
      ['connections', successes(proxy?.connections)],
      ['bytes', proxy?.io?.in ?? 0],
    ]);
  };

  beforeAll(async () => {
    const [bind, dashboard] = await Promise.all([freePort(), freePort()]);
    remote = await freePort();
    echo = await startEcho();
    files.write('frps.toml', `log.to = "${files.path}/frps.log"\n${frpsConfig({ bind, dashboard })}`);
    files.write(
      'frpc.toml',
      `log.to = "${files.path}/frpc.log"\nserverAddr = "127.0.0.1"\nserverPort = ${bind}\nloginFailExit = false\n${tunnelConfig('ssh', echo.port, remote)}`,
    );
    frps = startServer();
    await waitUntil('frps', () => logged('frps', /frps started successfully/) === 1);
    frpc = startClient();
    await tunnels(1);
    const configs = [
      { path: `${files.path}/frps.toml`, role: 'server' as const },
      { path: `${files.path}/frpc.toml`, role: 'client' as const },
    ];
    observation = startObservation(
      {
        look: { kind: 'configs', configs, pattern: { server: undefined, client: undefined } },
      },
      { config: parseOptions({ collectionIntervalMillis: INTERVAL_MILLIS }) },
    );
    await waitUntil(
      'both to be seen as they are',
      () => instance('server')?.proxies[0]?.state === 'online' && instance('client')?.client?.connected,
    );
  });

  afterAll(async () => {
    await observation?.shutdown();
    await frpc?.end();
    await frps?.end();
    await echo?.stop();
    files.remove();
  });

  it(`counts on over ${RESTARTS} restarts of frpc and one of frps, and no count ever falls`, async () => {
    const fallen: string[] = [];
    let last = counters();
    const look = setInterval(() => {
      const now = counters();
      for (const [name, count] of now) {
        if (count < (last.get(name) ?? 0)) fallen.push(`${name}: ${last.get(name)} to ${count}`);
      }
      last = now;
    }, 10);
    try {
      const lines = { server: last.get('server lines') ?? 0, client: last.get('client lines') ?? 0 };
      expect(lines).toEqual({ server: 0, client: 0 }); // what was before the agent came is no news
      let bytes = 0;
      for (let restart = 1; restart <= RESTARTS; restart += 1) {
        await frpc.end('SIGKILL');
        frpc = startClient();
        await tunnels(1 + restart);
        await waitUntil('the new process', () => instance('client')?.process.pid === frpc.child.pid);
        await visit(remote, restart);
        bytes += restart;
      }
      // What closes between frps's last answer and its end, nobody tells.
      await waitUntil('all bytes so far', () => counters().get('bytes') === bytes);
      await frps.end('SIGKILL');
      frps = startServer();
      await tunnels(2 + RESTARTS);
      await visit(remote, 1_000);
      bytes += 1_000;
      const logins = RESTARTS + 1;
      const expected = {
        'server logins': logins,
        'server starts': logins,
        'client logins': logins,
        'client reconnects': logins,
        'client restarts': RESTARTS,
        connections: logins,
        bytes,
      };
      const now = (): Record<string, number | undefined> =>
        Object.fromEntries(Object.keys(expected).map((name) => [name, counters().get(name)]));
      await waitUntil(
        () => `${JSON.stringify(expected)}, told is ${JSON.stringify(now())}`,
        () => JSON.stringify(now()) === JSON.stringify(expected),
      );
      expect(instance('server')).toMatchObject({ process: { up: true, restarts: 1 } });
      expect(instance('client')).toMatchObject({ client: { connected: true }, proxies: [{ state: 'running' }] });
      expect(fallen).toEqual([]);
    } finally {
      clearInterval(look);
    }
  });
});
