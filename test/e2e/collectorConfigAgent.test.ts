import { appendFileSync, copyFileSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parseLogLine, stripColours } from '../../src/frp/log/parseLogLine.js';
import { collectorFile } from '../support/collectorFile.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { logsMessage } from '../support/otlpJson.js';
import { describeWithOtelcol, RealOtelcol } from '../support/RealOtelcol.js';
import { temporaryFolder } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(90_000);

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
const tls = (name: string): string => join(FIXTURES, 'tls', name);
const TOKEN = { OTELCOL_TOKEN: 'right' };
const SEVERITY = { T: 1, D: 5, I: 9, W: 13, E: 17 };

describeWithOtelcol('the agent', () => {
  let files = temporaryFolder();
  const folders = [files];
  beforeEach(() => {
    files = temporaryFolder();
    folders.push(files);
  });
  afterAll(() => {
    for (const folder of folders) folder.remove();
  });

  const inFolder = (name: string): string => join(files.path, name);
  const environment = (gatewayUrl: string) => ({
    ...TOKEN,
    OTELCOL_GATEWAY_URL: gatewayUrl,
    OTELCOL_STORAGE: inFolder('storage'),
    OTELCOL_FRPS_LOG: inFolder('frps*.log'),
    OTELCOL_FRPC_LOG: inFolder('frpc*.log'),
  });
  const start = (gatewayUrl: string, again: Partial<Parameters<typeof RealOtelcol.start>[0]> = {}) =>
    RealOtelcol.start({ configs: [collectorFile('agent.yaml')], env: environment(gatewayUrl), ...again });

  describe('reads the log files', () => {
    it.each([
      ['frps.log', 'frp-0.71.0/wrong-token.frps.log'],
      ['frpc.log', 'frp-0.71.0/start-and-login.frpc.log'],
      ['frps.log', 'frp-0.71.0/frps.console.log'],
      ['frps.log', 'frp-0.52.3/api-v1.frps.log'],
      ['frpc.log', 'frp-0.52.3/start-and-login.frpc.log'],
    ])('%s, as this package reads it: %s', async (name, fixture) => {
      await using sink = await OtlpSink.start();
      copyFileSync(join(FIXTURES, fixture), inFolder(name));
      await using agent = await start(sink.url, { env: { ...environment(sink.url), TZ: process.env.TZ ?? 'UTC' } });
      const lines = linesOf(fixture);
      const records = await sink.waitFor(`${lines.length} records`, ({ logRecords }) =>
        logRecords.length >= lines.length ? logRecords : undefined,
      );
      expect(agent.child.exitCode).toBeNull();
      expect(records.map(({ body }) => body)).toEqual(lines.map(({ message }) => message));
      expect(records).toEqual(
        lines.map(({ time, level, runId, caller }) => {
          const [, path, line] = /^(.*):(\d+)$/.exec(caller) ?? [];
          return expect.objectContaining({
            timeUnixNano: BigInt(time) * 1_000_000n,
            severityText: level,
            severityNumber: SEVERITY[level],
            attributes: expect.objectContaining({
              'frp.role': name === 'frps.log' ? 'server' : 'client',
              ...(runId !== undefined && { 'frp.run_id': runId }),
              'code.file.path': path,
              'code.line.number': Number(line),
              'log.file.name': name,
            }),
            resource: expect.objectContaining({
              'service.name': name.slice(0, 4),
              'service.instance.id': expect.stringMatching(/^\S+$/),
            }),
          });
        }),
      );
    });

    it('with the lines of one message together, and what is no line of frp as it is', async () => {
      await using sink = await OtlpSink.start();
      const [first = '', second = ''] = readFileSync(join(FIXTURES, 'frp-0.71.0/wrong-token.frps.log'), 'utf8').split(
        '\n',
      );
      files.write('frps.log', `${first}\n  and more\nof it\n${second}\n`);
      files.write('frpc.log', 'panic: not of the log\n');
      await using agent = await start(sink.url);
      await sink.waitFor('three records', ({ logRecords }) => logRecords.length === 3);
      expect(agent.child.exitCode).toBeNull();
      expect(sink.logRecords.map(({ body }) => body).sort()).toEqual([
        'frps tcp listen on 127.0.0.1:37773',
        'frps uses config file: frps.toml\n  and more\nof it',
        'panic: not of the log',
      ]);
    });

    it('once, over a restart of the agent and a rotation meanwhile', async () => {
      await using sink = await OtlpSink.start();
      const lines = readFileSync(join(FIXTURES, 'frp-0.71.0/wrong-token.frps.log'), 'utf8').split('\n');
      files.write('frps.log', `${lines[0]}\n${lines[1]}\n`);
      {
        await using agent = await start(sink.url);
        await sink.waitFor('two records', ({ logRecords }) => logRecords.length === 2);
        expect(await agent.end()).toBe(0);
      }
      appendFileSync(inFolder('frps.log'), `${lines[2]}\n`);
      renameSync(inFolder('frps.log'), inFolder('frps.20261121-110220.log'));
      files.write('frps.log', `${lines[3]}\n`);
      await using again = await start(sink.url);
      await sink.waitFor('four records', ({ logRecords }) => logRecords.length >= 4);
      appendFileSync(inFolder('frps.log'), `${lines[4]}\n`);
      await sink.waitFor('the fifth', ({ logRecords }) => logRecords.length >= 5);
      expect(again.child.exitCode).toBeNull();
      const expected = lines.slice(0, 5).map((line) => parseLogLine(line)?.message);
      expect(sink.logRecords.map(({ body }) => body).sort()).toEqual(expected.sort());
    });
  });

  it('loses no record while the gateway is down, over a kill of its own and a restart of the gateway', async () => {
    await using sink = await OtlpSink.start();
    const atGateway = { configs: [collectorFile('gateway.yaml')], env: { ...TOKEN, OTELCOL_BACKEND_URL: sink.url } };
    const first = await RealOtelcol.start(atGateway);
    const { ports, otlpUrl } = first;
    const sent: string[] = [];
    const send = async (agent: RealOtelcol, count: number) => {
      for (let index = 0; index < count; index += 1) {
        const body = `record ${sent.length}`;
        expect(await agent.send('logs', logsMessage([body]))).toBe(200);
        sent.push(body);
      }
    };
    const arrived = () =>
      sink.waitFor(
        `${sent.length} records`,
        ({ logRecords }) => new Set(logRecords.map(({ body }) => body)).size === sent.length,
        { timeoutMillis: 40_000 },
      );
    const agent = await start(otlpUrl);
    try {
      await send(agent, 5);
      await waitUntil('the gateway’s answers', async () =>
        /^otelcol_exporter_sent_log_records\S* 5$/m.test(await agent.ownPage()),
      );
      await first.end('SIGKILL');
      await send(agent, 20);
    } finally {
      await agent.end('SIGKILL');
      await first[Symbol.asyncDispose]();
    }
    await using again = await start(otlpUrl, { ports: agent.ports });
    await send(again, 20);
    await using second = await RealOtelcol.start({ ...atGateway, ports });
    await arrived();
    expect(second.child.exitCode).toBeNull();
    // Each once; what was on its way at the kill is behind the others then.
    expect(sink.logRecords.map(({ body }) => body).sort()).toEqual(sent.sort());
  });

  it('says that the gateway refuses its token, and does not say the token', async () => {
    await using gateway = await RealOtelcol.start({ configs: [collectorFile('gateway.yaml')], env: TOKEN });
    await using agent = await start(gateway.otlpUrl, {
      env: { ...environment(gateway.otlpUrl), OTELCOL_TOKEN: 'mistaken' },
    });
    await agent.send('logs', logsMessage(['refused']));
    await agent.printed(/Exporting failed.*401/);
    expect(agent.output).not.toContain('mistaken');
  });

  describe('by TLS', () => {
    const withCertificate = (name: string, agentEnv: Readonly<Record<string, string>>) => async (sink: OtlpSink) => {
      const gateway = await RealOtelcol.start({
        configs: [collectorFile('gateway.yaml'), collectorFile('gateway-tls.yaml')],
        env: {
          ...TOKEN,
          OTELCOL_BACKEND_URL: sink.url,
          OTELCOL_TLS_CERT: tls(`${name}.pem`),
          OTELCOL_TLS_KEY: tls(`${name}.key`),
        },
      });
      const url = gateway.otlpUrl.replace('http:', 'https:');
      const agent = await start(url, {
        configs: [
          collectorFile('agent.yaml'),
          'yaml:exporters::otlp_http::tls::server_name_override: frps.example', // whom the certificate is of
        ],
        env: { ...environment(url), ...agentEnv },
      });
      return { gateway, agent };
    };

    it('sends to a gateway whose certificate is of the CA that it was given', async () => {
      await using sink = await OtlpSink.start();
      const both = await withCertificate('self-signed', { OTELCOL_GATEWAY_CA: tls('self-signed.pem') })(sink);
      await using gateway = both.gateway;
      await using agent = both.agent;
      await expect(gateway.send('logs', {})).resolves.toBe(400); // spoken to without TLS
      await agent.send('logs', logsMessage(['by TLS']));
      await sink.waitFor('the record', ({ logRecords }) => logRecords.some(({ body }) => body === 'by TLS'));
    });

    it.each([
      ['has expired', 'expired', { OTELCOL_GATEWAY_CA: tls('expired.pem') }, /x509: certificate has expired/],
      ['is of a CA that it does not know', 'self-signed', {}, /x509: certificate signed by unknown authority/],
    ])('sends nothing to a gateway whose certificate %s, and says so', async (_what, name, env, said) => {
      await using sink = await OtlpSink.start();
      const both = await withCertificate(name, env)(sink);
      await using _gateway = both.gateway;
      await using agent = both.agent;
      expect(await agent.send('logs', logsMessage(['kept']))).toBe(200);
      await agent.printed(said);
      expect(sink.requests).toEqual([]);
    });
  });
});

/** What parseLogLine reads of a recorded log. */
const linesOf = (fixture: string) =>
  readFileSync(join(FIXTURES, fixture), 'utf8')
    .split('\n')
    .map((line) => parseLogLine(stripColours(line)))
    .filter((line) => line !== undefined);
