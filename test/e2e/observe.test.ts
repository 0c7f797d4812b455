import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startEcho, visit } from '../support/echo.js';
import { FrpOtel } from '../support/FrpOtel.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { describeWithFrp, freePort, RealFrp, temporaryFolder, tunnelConfig } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

describeWithFrp('frp-otel observe', (folder) => {
  const files = temporaryFolder();
  let echo: Awaited<ReturnType<typeof startEcho>>;
  let ports: { bind: number; dashboard: number; one: number; two: number };
  let frps: RealFrp;
  let clients: RealFrp[];
  let sink: OtlpSink;

  /** Keeps nothing of one test for the next, and takes no port that others have. */
  const observe = (args: readonly string[], env: NodeJS.ProcessEnv = {}): FrpOtel =>
    new FrpOtel(['observe', '--interval', '0.5', '--prometheus-port', '0', ...args], {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_BLRP_SCHEDULE_DELAY: '200',
      STATE_DIRECTORY: `${files.path}/${randomUUID()}`,
      ...env,
    });
  const client = (name: string, remotePort: number): string =>
    `serverAddr = "127.0.0.1"
serverPort = ${ports.bind}
log.to = "${files.path}/${name}.log"
${tunnelConfig(name, echo.port, remotePort)}`;

  beforeAll(async () => {
    const [bind = 0, dashboard = 0, one = 0, two = 0] = await Promise.all(Array.from({ length: 4 }, freePort));
    ports = { bind, dashboard, one, two };
    echo = await startEcho();
    sink = await OtlpSink.start();
    const server = files.write(
      'frps.toml',
      `bindAddr = "127.0.0.1"
bindPort = ${bind}
proxyBindAddr = "127.0.0.1"
log.to = "${files.path}/frps.log"
webServer.port = ${dashboard}
webServer.user = "admin"
webServer.password = "secret-of-the-test"
`,
    );
    frps = RealFrp.start(folder, 'frps', server);
    const headers = { authorization: `Basic ${Buffer.from('admin:secret-of-the-test').toString('base64')}` };
    const online = async (): Promise<number | undefined> => {
      const answer = await fetch(`http://127.0.0.1:${dashboard}/api/proxy/tcp`, { headers }).catch(() => undefined);
      const list = (await answer?.json()) as { proxies?: { status: string }[] } | undefined;
      return list && (list.proxies ?? []).filter(({ status }) => status === 'online').length;
    };
    await waitUntil('frps to answer', async () => (await online()) === 0);
    clients = [
      RealFrp.start(folder, 'frpc', files.write('one.toml', client('one', one))),
      RealFrp.start(folder, 'frpc', files.write('two.toml', client('two', two))),
    ];
    await waitUntil('two tunnels', async () => (await online()) === 2);
  });

  afterAll(async () => {
    for (const frp of [...(clients ?? []), frps]) await frp?.end();
    await sink?.stop();
    await echo?.stop();
    files.remove();
  });

  it('with no argument finds an frps and two frpc that were there before, and has exported all when it is told to end', async () => {
    await using frpOtel = observe([]);
    await frpOtel.printed(new RegExp(`pid ${frps.child.pid}, `));
    for (const { child } of clients) await frpOtel.printed(new RegExp(`pid ${child.pid}, `));
    await frpOtel.printed(/Prometheus: http:\/\/127\.0\.0\.1:\d+\/metrics/);
    await visit(ports.one, 5_000);
    const { code, signal, millis } = await frpOtel.end('SIGTERM');
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(millis).toBeLessThan(5_500); // also where there are other frp around that do not answer

    const bytes = sink.metricPoints.filter(
      ({ name, attributes }) =>
        name === 'frp.proxy.io' && attributes['frp.role'] === 'server' && attributes['frp.proxy.name'] === 'one',
    );
    expect(bytes.at(-1)).toMatchObject({ value: 5_000 });
    const pids = sink.logRecords.map(({ attributes }) => attributes['process.pid']);
    expect(new Set(pids)).toContain(frps.child.pid);
    expect(sink.logRecords.map(({ body }) => body)).toContainEqual(
      expect.stringContaining('[one] get a user connection'),
    );
  });

  it('says of each source what it gives, and what to do where it gives nothing', async () => {
    await using frpOtel = observe(['--pid', String(clients[0]?.child.pid)]);
    await frpOtel.printed(/^ {2}sockets /m);
    const lines = frpOtel.stdout.split('\n');
    expect(lines.filter((line) => /^frp[sc]@/.test(line))).toHaveLength(1);
    expect(lines).toContainEqual(`  metrics: ${sink.url}/v1/metrics`);
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}config {3}ok$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}log {6}ok$/));
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {2}api {6}off {7}webServer\.port is not set in its config file: set it to have/),
    );
  });

  it('sees a process end, and another one start', async () => {
    await using frpOtel = observe(['--config', `${files.path}/two.toml`, '--role', 'client']);
    await frpOtel.printed(new RegExp(`pid ${clients[1]?.child.pid}, `));
    await clients[1]?.end();
    await frpOtel.printed(/^frpc@.*: ended$/m);
    clients[1] = RealFrp.start(folder, 'frpc', `${files.path}/two.toml`);
    await frpOtel.printed(new RegExp(`pid ${clients[1].child.pid}, `));
  });

  it('while nothing runs with a config file, takes the log and API that it names; then the process', async () => {
    const spare = await freePort();
    const config = files.write(
      'frps-spare.toml',
      `bindAddr = "127.0.0.1"\nbindPort = ${spare}\nlog.to = "${files.path}/spare.log"\n`,
    );
    await using frpOtel = observe(['--config', config]);
    await frpOtel.printed(/: frps, no process, server /);
    const later = RealFrp.start(folder, 'frps', config);
    try {
      await frpOtel.printed(new RegExp(`: frps, pid ${later.child.pid}, server `));
    } finally {
      await later.end();
    }
  });

  describe('given an API', () => {
    const api = (): string => `http://admin@127.0.0.1:${ports.dashboard}`;

    it('finds out whose it is, and shows its password to nobody', async () => {
      await using frpOtel = observe(['--api', api(), '--server-name', 'eu-1'], {
        FRP_OTEL_API_PASSWORD: 'secret-of-the-test',
      });
      await frpOtel.printed(/^frps@127\.0\.0\.1: frps [\d.]+, no process, server eu-1\n(.*\n)*? {2}api {6}ok$/m);
      await frpOtel.end('SIGINT');
      const points = sink.metricPoints.filter(({ attributes }) => attributes['frp.server.name'] === 'eu-1');
      expect(points).toContainEqual(
        expect.objectContaining({
          name: 'frp.proxy.status',
          attributes: expect.objectContaining({ 'frp.proxy.name': 'one', 'frp.proxy.state': 'online' }),
          value: 1,
        }),
      );
      expect(frpOtel.stdout + frpOtel.stderr).not.toContain('secret-of-the-test');
    });

    it('ends with 1 where the password is refused', async () => {
      await using frpOtel = observe(['--api', api()], { FRP_OTEL_API_PASSWORD: 'another-one' });
      expect(await frpOtel.ended()).toMatchObject({ code: 1 });
      expect(frpOtel.stderr).toBe(
        `frp-otel: --api: 127.0.0.1:${ports.dashboard}: it refused the user and password (401): give the user in the URL, and the password in FRP_OTEL_API_PASSWORD\n`,
      );
    });

    it('reads a log beside it', async () => {
      await using frpOtel = observe(['--log', `${files.path}/frps.log`]);
      await frpOtel.printed(/^frps@.*: frps, no process\n(.*\n)*? {2}log {6}ok$/m);
      const before = sink.logRecords.length;
      await visit(ports.one, 10);
      await sink.waitFor('the line of a visitor', ({ logRecords }) =>
        logRecords.slice(before).some(({ body }) => String(body).includes('get a user connection')),
      );
    });
  });

  it('is the same reporter when it is started again', async () => {
    const state = ['--state-directory', `${files.path}/same`, '--pid', String(clients[0]?.child.pid)];
    const before = sink.metricPoints.length;
    for (const _ of ['first', 'again']) {
      await using frpOtel = observe(state);
      await frpOtel.printed(/^frpc@/m);
      await frpOtel.end('SIGTERM');
    }
    const points = sink.metricPoints.slice(before);
    expect(new Set(points.map(({ exportIndex }) => exportIndex)).size).toBeGreaterThan(1);
    expect(new Set(points.map(({ resource }) => resource['service.instance.id'])).size).toBe(1);
  });

  it('goes on without /metrics where the port is taken, and says so once', async () => {
    await using frpOtel = observe(['--prometheus-port', String(ports.dashboard)]);
    await frpOtel.printed(new RegExp(`pid ${frps.child.pid}, `));
    expect(frpOtel.stderr).toBe(
      `frp-otel: warning: prometheus: 127.0.0.1:${ports.dashboard}: the port is taken; /metrics is not served. Choose another port, or 0 for a free one\n`,
    );
    expect(frpOtel.stdout).not.toContain('Prometheus');
  });

  it('serves no /metrics with --no-prometheus, whatever the environment has; says where nobody takes an export', async () => {
    const [served, gone] = [await freePort(), await freePort()];
    const env = {
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(served),
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `http://127.0.0.1:${gone}/logs`,
      OTEL_LOGS_EXPORTER: 'otlp',
      STATE_DIRECTORY: `${files.path}/${randomUUID()}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    };
    await using frpOtel = new FrpOtel(['observe', '--no-prometheus', '--pid', String(frps.child.pid)], env);
    await frpOtel.printed(/^frps@.* pid \d+/m); // after a second: what is served is served by then
    expect(frpOtel.stdout).toContain('  metrics: not pushed\n');
    expect(frpOtel.stdout).toContain(`  logs: http://127.0.0.1:${gone}/logs  (connection refused)\n`);
    expect(frpOtel.stdout).toContain(`  traces: ${sink.url}/v1/traces\n`);
    expect(frpOtel.stdout).not.toContain('Prometheus:');
    await expect(fetch(`http://127.0.0.1:${served}/metrics`)).rejects.toThrow();
    await frpOtel.end('SIGTERM');
  });

  it('ends within 5 s though nobody takes what it exports, and at once on a second signal', async () => {
    const deaf = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}` };
    await using patient = observe([], deaf);
    await using hasty = observe([], deaf);
    for (const each of [patient, hasty]) await each.printed(new RegExp(`pid ${frps.child.pid}, `));
    hasty.child.kill('SIGTERM');
    await hasty.printed(/^SIGTERM: /m);
    expect(await hasty.end('SIGTERM')).toMatchObject({ code: null, signal: 'SIGTERM' });
    const { code, millis } = await patient.end('SIGTERM');
    expect(code).toBe(0);
    expect(millis).toBeLessThan(5_900);
  });

  it('observes on where nobody reads what it prints', async () => {
    await using frpOtel = observe([]);
    await frpOtel.printed(/looks every 0\.5 s/);
    frpOtel.child.stdout?.destroy();
    const before = sink.logRecords.length;
    await waitUntil('it to export', async () => {
      await visit(ports.one, 10);
      return sink.logRecords.length > before;
    });
    expect(await frpOtel.end('SIGTERM')).toMatchObject({ code: 0, signal: null });
  });
});
