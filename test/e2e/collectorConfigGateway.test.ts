import { expect, it, jest } from '@jest/globals';
import { collectorFile } from '../support/collectorFile.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { jsonGauge, jsonPoint, logsMessage, metricsMessage, tracesMessage } from '../support/otlpJson.js';
import { describeWithOtelcol, RealOtelcol } from '../support/RealOtelcol.js';
import { itWith, RealPrometheus } from '../support/RealPrometheus.js';
import { temporaryFolder } from '../support/realFrp.js';
import { samplesOf } from '../support/samplesOf.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

const RECEIVER = { config: 'global: {}\n', args: ['--web.enable-remote-write-receiver'] };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const up = (): object =>
  metricsMessage([
    jsonGauge('frp.process.up', jsonPoint({ 'frp.role': 'server', 'frp.instance': 'a' }, { asInt: '0' })),
  ]);

const start = (env: Readonly<Record<string, string>>): Promise<RealOtelcol> =>
  RealOtelcol.start({ configs: [collectorFile('gateway.yaml')], env: { OTELCOL_TOKEN: 'right', ...env } });

describeWithOtelcol('the gateway', () => {
  it('refuses whoever shows no token or a wrong one, and does not say the right one', async () => {
    await using sink = await OtlpSink.start();
    await using gateway = await start({ OTELCOL_BACKEND_URL: sink.url });
    for (const signal of ['metrics', 'logs', 'traces'] as const) {
      expect(await gateway.send(signal, {})).toBe(401);
      expect(await gateway.send(signal, {}, bearer('wrong'))).toBe(401);
      expect(await gateway.send(signal, {}, { authorization: 'right' })).toBe(401);
      expect(await gateway.send(signal, {}, bearer('right'))).toBe(200);
    }
    expect(gateway.output).not.toContain('right');
  });

  it('takes the tokens of a file, and another one once it is written there', async () => {
    const files = temporaryFolder();
    try {
      const tokens = files.write('tokens', 'one-host\nanother-host\n');
      await using gateway = await start({ OTELCOL_TOKEN: '', OTELCOL_TOKEN_FILE: tokens });
      expect(await gateway.send('metrics', {}, bearer('one-host'))).toBe(200);
      expect(await gateway.send('metrics', {}, bearer('another-host'))).toBe(200);
      files.write('tokens', 'new\n');
      await waitUntil('the new token', async () => (await gateway.send('metrics', {}, bearer('new'))) === 200);
      expect(await gateway.send('metrics', {}, bearer('one-host'))).toBe(401);
    } finally {
      files.remove();
    }
  });

  it('leaves out what has no service.instance.id, and counts it', async () => {
    await using sink = await OtlpSink.start();
    await using gateway = await start({ OTELCOL_BACKEND_URL: sink.url, OTELCOL_REMOTE_WRITE_URL: sink.url });
    const points = jsonGauge('frp.process.up', jsonPoint({ 'frp.role': 'server' }, { asInt: '0' }), jsonPoint({}, {}));
    for (const resource of [{}, { 'service.instance.id': '' }]) {
      expect(await gateway.send('metrics', metricsMessage([points], resource), bearer('right'))).toBe(200);
      expect(await gateway.send('logs', logsMessage(['left out'], resource), bearer('right'))).toBe(200);
      expect(await gateway.send('traces', tracesMessage('left out', resource), bearer('right'))).toBe(200);
    }
    expect(sink.requests).toEqual([]);
    await gateway.send('logs', logsMessage(['passed on']), bearer('right'));
    expect(sink.logRecords.map(({ body }) => body)).toEqual(['passed on']);
    const own = await gateway.ownPage();
    const filtered = (what: string) =>
      samplesOf(own, `otelcol_processor_filter_${what}_filtered`)
        .filter(({ labels }) => labels.filter === 'filter/no_instance')
        .map(({ value }) => value);
    expect([filtered('datapoints'), filtered('logs'), filtered('spans')]).toEqual([[4], [2], [2]]);
  });

  itWith(['prometheus'], 'writes metrics and breaches to Prometheus, under their names of the Collector', async () => {
    await using prometheus = await RealPrometheus.start(RECEIVER);
    await using gateway = await start({ OTELCOL_REMOTE_WRITE_URL: `${prometheus.url}/api/v1/write` });
    expect(await gateway.send('metrics', up(), bearer('right'))).toBe(200);
    const of = async (query: string) => (await prometheus.query(query)).map(({ value }) => value);
    expect(await of('frp_process_up{frp_role="server", instance="test"}')).toEqual([0]);
    expect(await of('frp_alert_breach{frp_alert_name="FrpServerDown", frp_instance="a", instance="test"}')).toEqual([
      1,
    ]);
  });

  itWith(['prometheus'], 'gives back what Prometheus does not take, and keeps none of it', async () => {
    await using prometheus = await RealPrometheus.start(RECEIVER);
    await using gateway = await start({ OTELCOL_REMOTE_WRITE_URL: `${prometheus.url}/api/v1/write` });
    await prometheus.end();
    const message = up();
    expect(await gateway.send('metrics', message, bearer('right'))).toBe(503);
    await using again = await RealPrometheus.start({ ...RECEIVER, port: prometheus.port, folder: prometheus.folder });
    expect(await again.query('frp_process_up')).toEqual([]);
    expect(await gateway.send('metrics', message, bearer('right'))).toBe(200);
    expect(await again.query('count_over_time(frp_process_up[5m])')).toMatchObject([{ value: 1 }]);
    expect(await gateway.send('metrics', message, bearer('right'))).toBe(200); // the answer was lost: it comes again
    expect(await again.query('count_over_time(frp_process_up[5m])')).toMatchObject([{ value: 1 }]);
  });
});
