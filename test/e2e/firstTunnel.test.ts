import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { FrpInstrumentationHandle } from '../../src/index.js';
import { registerFrpInstrumentation } from '../../src/index.js';
import { startEcho, visit, visitDead } from '../support/echo.js';
import { latestPoints, latestValue } from '../support/latestPoints.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { checkMetrics, itWithPromtool } from '../support/promtool.js';
import {
  describeWithFrp,
  freePort,
  frpsConfig,
  RealFrp,
  temporaryFolder,
  timeOf,
  tunnelConfig,
} from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

const RETENTION_MILLIS = 2_000;
const BYTES = 123_457;
const nanos = (millis: number): bigint => BigInt(millis) * 1_000_000n;

describeWithFrp('a real frps and frpc with tunnels, observed from their start to their end', (folder) => {
  const files = temporaryFolder();
  let sink: OtlpSink;
  let handle: FrpInstrumentationHandle;
  let echo: Awaited<ReturnType<typeof startEcho>>;
  let frps: RealFrp;
  let frpc: RealFrp;
  let ports: { bind: number; dashboard: number; admin: number; echo: number; dead: number };
  const ofEcho = { 'frp.role': 'server', 'frp.proxy.name': 'echo' };

  const clientConfig = (proxies: string): string => `serverAddr = "127.0.0.1"
serverPort = ${ports.bind}
webServer.port = ${ports.admin}
${proxies}`;

  beforeAll(async () => {
    const [bind, dashboard, admin, echoPort, dead, closed] = await Promise.all(Array.from({ length: 6 }, freePort));
    ports = { bind, dashboard, admin, echo: echoPort, dead } as typeof ports;
    sink = await OtlpSink.start();
    echo = await startEcho();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = sink.url;
    handle = registerFrpInstrumentation({
      collectionIntervalMillis: 200,
      retentionMillis: RETENTION_MILLIS,
      prometheus: { port: 0 },
    });
    const server = `${frpsConfig(ports)}webServer.user = "admin"\nwebServer.password = "top-secret"\n`;
    frps = RealFrp.start(folder, 'frps', files.write('frps.toml', server));
    await frps.line(/frps started successfully/);
    const proxies = tunnelConfig('echo', echo.port, ports.echo) + tunnelConfig('dead', closed ?? 0, ports.dead);
    frpc = RealFrp.start(folder, 'frpc', files.write('frpc.toml', clientConfig(proxies)));
    await Promise.all([frpc.line(/\[echo\] start proxy success/), frpc.line(/\[dead\] start proxy success/)]);
  });

  /** Those that work, then the failed ones by class, which are there from the start. */
  const connectionsOfEcho = (): unknown[] =>
    latestPoints(sink, 'frp.proxy.connections', ofEcho)
      .sort((a, b) => Number('error.type' in a.attributes) - Number('error.type' in b.attributes))
      .map(({ value }) => value);

  afterAll(async () => {
    await frpc?.end();
    await frps?.end();
    await handle?.shutdown();
    await echo?.stop();
    await sink?.stop();
    files.remove();
  });

  it('counts exactly the bytes of a closed connection, in and out', async () => {
    await visit(ports.echo, BYTES);
    await waitUntil('frps to count the bytes', async () => {
      await handle.forceFlush();
      return latestValue(sink, 'frp.proxy.io', { ...ofEcho, 'frp.traffic.direction': 'out' }) !== 0;
    });
    expect(latestValue(sink, 'frp.proxy.io', { ...ofEcho, 'frp.traffic.direction': 'in' })).toBe(BYTES);
    expect(latestValue(sink, 'frp.proxy.io', { ...ofEcho, 'frp.traffic.direction': 'out' })).toBe(BYTES);
  });

  it('counts user connections one by one', async () => {
    expect(connectionsOfEcho()).toEqual([1, 0, 0]);
    await visit(ports.echo, 10);
    await visit(ports.echo, 10);
    await waitUntil('both lines', () => frps.lines.filter((line) => /\[echo\] get a user/.test(line)).length === 3);
    await handle.forceFlush();
    expect(connectionsOfEcho()).toEqual([3, 0, 0]);
  });

  it('counts a refused local service as failed, on the role that knows it', async () => {
    await visitDead(ports.dead);
    await frpc.line(/\[dead\] connect to local service/);
    await handle.forceFlush();
    const failed = { 'frp.role': 'client', 'frp.proxy.name': 'dead', 'error.type': 'connection_refused' };
    expect(latestValue(sink, 'frp.proxy.connections', failed)).toBe(1);
    const others = { 'frp.role': 'client', 'frp.proxy.name': 'dead', 'error.type': 'timeout' };
    expect(latestValue(sink, 'frp.proxy.connections', others)).toBe(0);
    expect(
      latestPoints(sink, 'frp.proxy.connections', { 'frp.role': 'server', 'error.type': 'connection_refused' }),
    ).toEqual([]);
  });

  it('exports throughput of the carried bytes', async () => {
    const inbound = { ...ofEcho, 'frp.traffic.direction': 'in' };
    const [point] = latestPoints(sink, 'frp.proxy.throughput', inbound);
    expect(point).toMatchObject({ kind: 'gauge', unit: 'By/s', valueType: 'double' });
    expect(point?.value).toBeGreaterThan(0);
  });

  it('says what runs: processes, session, states, sources', () => {
    for (const role of ['server', 'client']) {
      expect(latestValue(sink, 'frp.process.up', { 'frp.role': role })).toBe(1);
      expect(latestValue(sink, 'frp.process.memory.usage', { 'frp.role': role })).toBeGreaterThan(1e6);
      expect(latestValue(sink, 'frp.process.uptime', { 'frp.role': role })).toBeGreaterThan(0);
      expect(latestValue(sink, 'frp.telemetry.source.up', { 'frp.role': role, 'frp.source': 'log' })).toBe(1);
      expect(latestValue(sink, 'frp.telemetry.source.up', { 'frp.role': role, 'frp.source': 'api' })).toBe(1);
    }
    expect(latestValue(sink, 'frp.server.client.active')).toBe(1);
    expect(latestValue(sink, 'frp.server.proxy.active', { 'frp.proxy.type': 'tcp' })).toBe(2);
    expect(latestValue(sink, 'frp.client.connected')).toBe(1);
    expect(latestValue(sink, 'frp.proxy.status', { ...ofEcho, 'frp.proxy.state': 'online' })).toBe(1);
    expect(latestValue(sink, 'frp.proxy.status', { ...ofEcho, 'frp.proxy.state': 'offline' })).toBe(0);
    expect(sink.metricPoints.at(-1)?.resource).toMatchObject({ 'service.name': 'frp' });
    expect(latestPoints(sink, 'frp.process.up').map(({ attributes }) => attributes['frp.server.name'])).toEqual(
      Array(2).fill(expect.stringMatching(`:${ports.bind}$`)),
    );
  });

  it('makes a span of the login and of each proxy start below it, with the times of the log lines', async () => {
    const [login] = sink.spans.filter(({ name }) => name === 'frp.client.login');
    expect(login).toMatchObject({
      kind: 'client',
      status: { code: 'unset' },
      attributes: { 'server.address': '127.0.0.1', 'server.port': ports.bind },
      startTimeUnixNano: nanos(timeOf(await frpc.line(/try to connect to server/))),
      endTimeUnixNano: nanos(timeOf(await frpc.line(/login to server success/))),
    });
    const spawns = sink.spans.filter(({ name }) => name === 'frp.process.spawn');
    const spawned = spawns.find(({ attributes }) => attributes['process.pid'] === frpc.child.pid);
    expect(login?.parentSpanId).toBe(spawned?.spanId);
    expect(spawned?.parentSpanId).toBeUndefined(); // the test has no span of its own
    const starts = sink.spans.filter(({ name }) => name === 'frp.proxy.start');
    expect(starts.map(({ attributes }) => attributes['frp.proxy.name']).sort()).toEqual(['dead', 'echo']);
    for (const start of starts) {
      const proxy = start.attributes['frp.proxy.name'];
      expect(start).toMatchObject({
        kind: 'internal',
        traceId: login?.traceId,
        parentSpanId: login?.spanId,
        startTimeUnixNano: nanos(timeOf(await frpc.line(/proxy added/))),
        endTimeUnixNano: nanos(timeOf(await frpc.line(new RegExp(`\\[${proxy}\\] start proxy success`)))),
      });
    }
  });

  it('makes a log record of each line, with severity, time to the millisecond, event name and no colours', async () => {
    const line = await frpc.line(/\[dead\] connect to local service/);
    const record = sink.logRecords.find(({ body }) => String(body).includes('connect to local service'));
    expect(record).toMatchObject({
      severityNumber: 17,
      severityText: 'E',
      timeUnixNano: nanos(timeOf(line)),
      eventName: 'frp.proxy.error',
      attributes: {
        'frp.role': 'client',
        'frp.proxy.name': 'dead',
        'frp.proxy.type': 'tcp',
        'error.type': 'connection_refused',
        'process.pid': frpc.child.pid,
        'code.file.path': 'proxy/proxy.go',
      },
    });
    expect(line.endsWith(String(record?.body))).toBe(true);
    for (const program of [frps, frpc]) {
      const printed = program.lines.filter((text) => text !== '' && !/http (request|response)/.test(text));
      const sent = sink.logRecords.filter(
        ({ attributes, body }) => attributes['process.pid'] === program.child.pid && body !== undefined,
      );
      expect(sent.map(({ body }) => body)).toEqual(printed.map((text) => expect.stringMatching(escaped(text))));
    }
  });

  it('leaves its own API requests out of the log and of the dashboard requests, and counts those of others', async () => {
    expect(frps.lines.filter((line) => /http request/.test(line)).length).toBeGreaterThan(2);
    expect(sink.logRecords.filter(({ body }) => /http request/.test(String(body)))).toEqual([]);
    expect(latestValue(sink, 'frp.server.dashboard.requests')).toBe(0);
    const authorization = `Basic ${Buffer.from('admin:top-secret').toString('base64')}`;
    await fetch(`http://127.0.0.1:${ports.dashboard}/api/serverinfo`, { headers: { authorization } });
    await frps.line(/http response \[\/api\/serverinfo\]/);
    await handle.forceFlush();
    expect(latestValue(sink, 'frp.server.dashboard.requests')).toBe(1);
  });

  it('never sends the password', () => {
    const everything = JSON.stringify([sink.metricPoints, sink.logRecords, sink.spans], (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(everything).not.toContain('top-secret');
  });

  itWithPromtool('serves /metrics that promtool accepts', async () => {
    const text = await (await fetch(handle.metricsUrl ?? '')).text();
    expect(text).toContain('frp_proxy_io_total{');
    expect(checkMetrics(text)).toEqual({ status: 0, output: '' });
  });

  it('gives a proxy that a reload removed one last collection, then ends its series', async () => {
    files.write('frpc.toml', clientConfig(tunnelConfig('echo', echo.port, ports.echo)));
    await fetch(`http://127.0.0.1:${ports.admin}/api/reload`);
    await frps.line(/close proxy \[dead\] success/);
    await frpc.line(/proxy removed: \[dead\]/);
    const exportsBefore = sink.requests.length;
    await waitUntil('the series of the removed proxy to end', async () => {
      await handle.forceFlush();
      return latestPoints(sink, 'frp.proxy.status', { 'frp.proxy.name': 'dead' }).length === 0;
    });
    const last = sink.metricPoints.filter(
      ({ exportIndex, attributes, name }) =>
        exportIndex >= exportsBefore && name === 'frp.proxy.status' && attributes['frp.proxy.name'] === 'dead',
    );
    const ofLastCollection = (role: string) => {
      const points = last.filter(({ attributes }) => attributes['frp.role'] === role);
      return points.filter(({ exportIndex }) => exportIndex === points.at(-1)?.exportIndex);
    };
    expect(ofLastCollection('client').map(({ value }) => value)).toEqual(Array(6).fill(0)); // one for each state
    expect(ofLastCollection('server').map(({ value }) => value)).toEqual([0, 0]);
    expect(
      new Set(
        last.filter(({ attributes }) => attributes['frp.role'] === 'client').map(({ exportIndex }) => exportIndex),
      ).size,
    ).toBe(1);
    expect(connectionsOfEcho()).toEqual([3, 0, 0]);
    expect(sink.logRecords.filter(({ eventName }) => eventName === 'frp.proxy.closed')).toHaveLength(2);
  });

  it('keeps a killed server with its proxies and their last counters, and lets it go after the retention', async () => {
    const total = { in: BYTES + 20, out: BYTES + 20 };
    await frps.end('SIGKILL');
    await waitUntil('frps to be seen gone', () => handle.snapshot().instances.some(({ process }) => !process.up));
    await handle.forceFlush();
    expect(latestValue(sink, 'frp.process.up', { 'frp.role': 'server' })).toBe(0);
    expect(latestValue(sink, 'frp.proxy.status', { ...ofEcho, 'frp.proxy.state': 'offline' })).toBe(1);
    expect(latestValue(sink, 'frp.proxy.io', { ...ofEcho, 'frp.traffic.direction': 'in' })).toBe(total.in);
    expect(latestValue(sink, 'frp.proxy.io', { ...ofEcho, 'frp.traffic.direction': 'out' })).toBe(total.out);
    expect(latestPoints(sink, 'frp.process.uptime', { 'frp.role': 'server' })).toEqual([]);
    expect(sink.logRecords.find(({ eventName }) => eventName === 'frp.server.stopped')?.attributes).toMatchObject({
      'frp.process.exit': 'SIGKILL',
    });

    await frpc.line(/connect to server error/);
    await waitUntil('the session to be seen lost', async () => {
      await handle.forceFlush();
      return latestValue(sink, 'frp.client.connected') === 0;
    });

    await waitUntil('the lost server to be forgotten', async () => {
      await handle.forceFlush();
      return latestPoints(sink, 'frp.process.up', { 'frp.role': 'server' }).length === 0;
    });
    expect(latestPoints(sink, 'frp.proxy.io', ofEcho)).toEqual([]);
    expect(latestValue(sink, 'frp.process.up', { 'frp.role': 'client' })).toBe(1);
  });

  it('ends the series of a client that was stopped on purpose', async () => {
    const scrape = async (): Promise<string> => (await fetch(handle.metricsUrl ?? '')).text();
    expect(await scrape()).toContain('frp_process_up{frp_role="client"');
    await frpc.end('SIGTERM');
    await waitUntil('its end to be seen', () => handle.snapshot().instances.every(({ endedAt }) => endedAt));
    expect(await scrape()).toMatch(/^frp_process_expected\{frp_role="client".*\} 0$/m); // the last collection
    expect(await scrape()).not.toContain('frp_process_');
    expect(sink.errors).toEqual([]);
  });
});

const escaped = (line: string): RegExp => {
  const message = line.replace(/^\S+ \S+ \[\w\] \[\S+\] (\[[0-9a-f]{16}\] )?/, '');
  return new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
};
