import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeExports } from '../../src/cli/describeExports.js';

const PLENTY_MILLIS = 5_000;
const describeAll = (env: Readonly<Record<string, string>>) => describeExports(env, PLENTY_MILLIS);

describe('describeExports', () => {
  const server = createServer((socket) => socket.destroy());
  let origin: string;
  let gone: string;
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const other = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    gone = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    await once(other.close(), 'close');
  });
  afterAll(() => void server.close());

  it('names the default of OTLP', async () => {
    expect((await describeAll({})).map((line) => line.replace(/ {2}\(.*\)$/, ''))).toEqual([
      'metrics: http://localhost:4318/v1/metrics',
      'logs: http://localhost:4318/v1/logs',
      'traces: http://localhost:4318/v1/traces',
    ]);
  });

  it('reads what is common, and what is of one signal; says where nobody takes it', async () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://${origin}/base/`,
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `http://${gone}/take`,
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'otlp,console,prometheus',
    };
    expect(await describeAll(env)).toEqual([
      `metrics: http://${origin}/base/v1/metrics and this output`,
      `logs: http://${gone}/take  (connection refused)`,
      'traces: not pushed',
    ]);
  });

  it('shows no credentials, and nothing of what is no URL', async () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:secret@${origin}`,
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `http://${origin}/take?key=secret`,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'user:secret@collector:4318',
    };
    expect(await describeAll(env)).toEqual([
      `metrics: http://${origin}/v1/metrics`,
      `logs: http://${origin}/take`,
      'traces: an address that is no http:// or https:// URL: nothing arrives there',
    ]);
  });
});
