import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { startEcho, visit } from '../support/echo.js';
import { FrpOtel } from '../support/FrpOtel.js';
import { latestPoints } from '../support/latestPoints.js';
import { OtlpSink } from '../support/OtlpSink.js';
import type { HistogramValue } from '../support/otlpMetricPoints.js';
import { describeWithFrp, freePort, frpsConfig, RealFrp, temporaryFolder, tunnelConfig } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

describeWithFrp('frp-otel observe --probe', (folder) => {
  const files = temporaryFolder();
  const started: RealFrp[] = [];
  let echo: Awaited<ReturnType<typeof startEcho>>;
  let site: Server;
  let sink: OtlpSink;
  let frpOtel: FrpOtel;
  let ports: { bind: number; dashboard: number; http: number; tcp: number; dead: number; nobody: number };

  const start = async (program: 'frps' | 'frpc', config: string, until: RegExp): Promise<RealFrp> => {
    const log = `${files.path}/${program}.log`;
    const frp = RealFrp.start(folder, program, files.write(`${program}.toml`, `log.to = "${log}"\n${config}`));
    started.push(frp);
    await waitUntil(`${program} to start`, () => until.test(readFileSync(log, { encoding: 'utf8', flag: 'a+' })));
    return frp;
  };

  beforeAll(async () => {
    const [bind = 0, dashboard = 0, http = 0, tcp = 0, dead = 0, nobody = 0] = await Promise.all(
      Array.from({ length: 6 }, freePort),
    );
    ports = { bind, dashboard, http, tcp, dead, nobody };
    echo = await startEcho();
    site = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    const frps = await start('frps', `vhostHTTPPort = ${http}\n${frpsConfig(ports)}`, /frps started successfully/);
    const web = `[[proxies]]\nname = "web"\ntype = "http"\ncustomDomains = ["localhost"]\n`;
    const tunnels = [
      tunnelConfig('echo', echo.port, tcp),
      tunnelConfig('dead', nobody, dead),
      `${web}localPort = ${(site.address() as AddressInfo).port}\n`,
    ];
    const frpc = await start(
      'frpc',
      `user = "ann"\nserverAddr = "127.0.0.1"\nserverPort = ${bind}\n${tunnels.join('\n')}`,
      /(start proxy success.*){3}/s,
    );
    sink = await OtlpSink.start();
    const probes = [
      `ann.echo=tcp://127.0.0.1:${tcp}`,
      `ann.dead=tcp://127.0.0.1:${dead}`,
      `ann.web=http://localhost:${http}/`,
    ];
    frpOtel = new FrpOtel(
      [
        'observe',
        '--no-prometheus',
        ...[frps, frpc].flatMap(({ child }) => ['--pid', String(child.pid)]),
        ...['--interval', '0.5', '--probe-interval', '1', '--state-directory', `${files.path}/state`],
        ...probes.flatMap((probe) => ['--probe', probe]),
      ],
      { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_METRIC_EXPORT_INTERVAL: '300' },
    );
  });

  afterAll(async () => {
    await frpOtel?.[Symbol.asyncDispose]();
    await sink?.[Symbol.asyncDispose]();
    await Promise.all(started.map((frp) => frp.end()));
    site?.close();
    await echo?.stop();
    files.remove();
  });

  /** How many probes of a proxy ended so, as one role tells. */
  const probed = (proxy: string, role: string, errorType?: string): number =>
    latestPoints(sink, 'frp.proxy.probe.duration', { 'frp.proxy.name': proxy, 'frp.role': role })
      .filter(({ attributes }) => attributes['error.type'] === errorType)
      .reduce((sum, { value }) => sum + (value as HistogramValue).count, 0);
  const connections = (proxy: string): number | undefined =>
    latestPoints(sink, 'frp.proxy.connections', { 'frp.proxy.name': proxy, 'frp.role': 'server' }).find(
      ({ attributes }) => attributes['error.type'] === undefined,
    )?.value as number | undefined;

  it('goes through the tunnels, and both ends tell how long it took and what failed', async () => {
    for (const role of ['server', 'client']) {
      await waitUntil(`probes by TCP (${role})`, () => probed('ann.echo', role) >= 2);
      await waitUntil(`probes by HTTP (${role})`, () => probed('ann.web', role) >= 2);
      await waitUntil(`probes of a dead service (${role})`, () => probed('ann.dead', role, 'closed') >= 2);
      expect([probed('ann.dead', role), probed('ann.echo', role, 'closed')]).toEqual([0, 0]);
    }
    await frpOtel.printed(/probe +ok/);
  });

  it('is no visitor; visitors are', async () => {
    for (let visitor = 0; visitor < 3; visitor += 1) await visit(ports.tcp, 10_000);
    await waitUntil(
      'six probes',
      () => probed('ann.echo', 'server') >= 6 && probed('ann.dead', 'server', 'closed') >= 6,
    );
    // frps may log a probe before the probe itself knows its address: then it stands for the next visitor.
    expect([3, 4]).toContain(connections('ann.echo'));
    expect([0, 1]).toContain(connections('ann.dead'));
  });
});
