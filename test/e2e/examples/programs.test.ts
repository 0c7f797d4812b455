import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { latestPoints, latestValue } from '../../support/latestPoints.js';
import { OtlpSink } from '../../support/OtlpSink.js';
import { checkMetrics, itWithPromtool } from '../../support/promtool.js';
import { describeWithFrp, freePort, frpsConfig, RealFrp, temporaryFolder } from '../../support/realFrp.js';
import { waitUntil } from '../../support/waitUntil.js';
import { ExampleProgram } from './ExampleProgram.js';

const textAt = async (url: string): Promise<string> =>
  (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();

/** What a process runs; empty when it has ended. */
const nameOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
};

describeWithFrp('the programs of examples/, beside a real frps', (folder) => {
  const files = temporaryFolder();
  let frps: RealFrp;
  let bind: number;

  beforeAll(async () => {
    bind = await freePort();
    const config = frpsConfig({ bind, dashboard: await freePort() });
    frps = RealFrp.start(folder, 'frps', files.write('frps.toml', config));
    await frps.line(/frps started successfully/);
  });

  afterAll(async () => {
    await frps?.end();
    files.remove();
  });

  /** Starts one, waits until its tunnel is open, lets the test look, ends it and checks that nothing is left. */
  const run = async (
    name: string,
    env: Readonly<Record<string, string>>,
    look: (visit: (path?: string) => Promise<string>, example: ExampleProgram) => Promise<void>,
  ): Promise<void> => {
    const remote = String(await freePort());
    await using example = new ExampleProgram(name, {
      FRPC: join(folder, 'frpc'),
      FRP_SERVER_PORT: String(bind),
      REMOTE_PORT: remote,
      ...env,
    });
    await example.printed(new RegExp(`^tunnel ${name} \\(tcp\\) is open`, 'm'));
    expect(example.started.map(nameOf)).toContain('frpc'); // now and then an ss of ours beside it
    await look((path = '/') => textAt(`http://127.0.0.1:${remote}${path}`), example);
    example.child.kill('SIGTERM');
    expect({ code: await example.ended(), stderr: example.stderr }).toEqual({ code: 0, stderr: '' });
    expect(example.started).toEqual([]);
  };

  const otlp = (sink: OtlpSink) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_METRIC_EXPORT_INTERVAL: '200',
    OTEL_METRIC_EXPORT_TIMEOUT: '200',
  });

  /** What every one tells of its tunnel by OTLP, once visitors came. */
  const seeTunnel = async (sink: OtlpSink, name: string): Promise<void> => {
    const tunnel = { 'frp.role': 'client', 'frp.proxy.name': name };
    const running = { ...tunnel, 'frp.proxy.state': 'running' };
    await sink.waitFor('the tunnel running', () => latestValue(sink, 'frp.proxy.status', running) === 1);
    const answered = { ...tunnel, 'frp.traffic.direction': 'out' };
    await sink.waitFor('the bytes to visitors', () => Number(latestValue(sink, 'frp.proxy.io', answered)) > 0);
  };

  describe.each([
    ['node', 'hello from behind the tunnel\n', 'frp'],
    ['nodesdk', 'hello from behind the tunnel\n', 'tunnelled'],
  ])('%s', (name, answer, service) => {
    it('exports metrics, log records and spans of its tunnel, the end of frpc too', async () => {
      await using sink = await OtlpSink.start();
      await run(name, otlp(sink), async (visit) => {
        expect(await visit()).toBe(answer);
        await seeTunnel(sink, name);
        expect(latestValue(sink, 'frp.process.up', { 'frp.role': 'client' })).toBe(1);
      });
      expect(sink.logRecords.map(({ body }) => body)).toContain(`[${name}] start proxy success`);
      expect(sink.spans.map((span) => span.name)).toEqual(
        expect.arrayContaining(['frp.client.login', 'frp.proxy.start']),
      );
      expect(latestValue(sink, 'frp.process.expected', { 'frp.role': 'client' })).toBe(0);
      expect(latestPoints(sink, 'frp.process.expected')[0]?.resource).toMatchObject({ 'service.name': service });
      expect(sink.errors).toEqual([]);
    });
  });

  describe('express', () => {
    it('shows its tunnel inside, and only its pages outside', async () => {
      const inside = await freePort();
      await run(
        'express',
        { INSIDE_PORT: String(inside), OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' },
        async (visit) => {
          expect(await visit()).toBe('hello from Express, behind a tunnel\n');
          expect(await visit('/tunnels')).toContain('Cannot GET /tunnels');
          const tunnels = await waitUntil('bytes of the tunnel', async () => {
            const listed = JSON.parse(await textAt(`http://127.0.0.1:${inside}/tunnels`));
            return (listed as { bytes: { out: number } | null }[])[0]?.bytes?.out ? listed : undefined;
          });
          expect(tunnels).toEqual([
            {
              tunnel: 'express',
              of: expect.stringMatching(/^frpc@/),
              state: 'running',
              open: expect.any(Number),
              bytes: { in: expect.any(Number), out: expect.any(Number) },
              lastError: null,
            },
          ]);
        },
      );
    });

    itWithPromtool('has its tunnel in the metrics of its own exporter', async () => {
      const inside = await freePort();
      await run(
        'express',
        { INSIDE_PORT: String(inside), OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' },
        async () => {
          const text = await textAt(`http://127.0.0.1:${inside}/metrics`);
          expect(text).toMatch(/^frp_proxy_status\{.*frp_proxy_name="express".*frp_proxy_state="running".*\} 1$/m);
          expect(checkMetrics(text)).toEqual({ status: 0, output: '' });
        },
      );
    });
  });

  describe('fastify', () => {
    it('says through the tunnel how it is, and serves our metrics', async () => {
      await using sink = await OtlpSink.start();
      await run('fastify', { METRICS_PORT: '0', ...otlp(sink) }, async (visit, example) => {
        expect(await visit()).toBe('hello from Fastify, behind a tunnel\n');
        const status = await waitUntil('the connections to be looked at', async () => {
          const said = JSON.parse(await visit('/status'));
          return said[0]?.open === null ? undefined : said;
        });
        expect(status).toEqual([{ tunnel: 'fastify', state: 'running', open: expect.any(Number) }]);
        const [, url = ''] = await example.printed(/metrics: (http:\S+)/);
        expect(await textAt(url)).toMatch(/^frp_proxy_status\{.*frp_proxy_name="fastify".*"running".*\} 1$/m);
        await seeTunnel(sink, 'fastify');
      });
    });
  });

  it.each(['node', 'nodesdk', 'express', 'fastify'])('%s says that there is no frpc, and ends with 1', async (name) => {
    await using sink = await OtlpSink.start();
    await using example = new ExampleProgram(name, {
      FRPC: join(files.path, 'frpc'),
      METRICS_PORT: '0',
      INSIDE_PORT: String(await freePort()),
      ...otlp(sink),
    });
    expect(await example.ended()).toBe(1);
    expect(example.stderr).toMatch(/^frpc cannot be started: spawn .* ENOENT$/m);
  });
});
