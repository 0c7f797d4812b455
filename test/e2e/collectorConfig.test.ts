import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, jest } from '@jest/globals';
import { collectorFile } from '../support/collectorFile.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { jsonGauge, jsonPoint, logsMessage, metricsMessage, tracesMessage } from '../support/otlpJson.js';
import { describeWithOtelcol, RealOtelcol, validateOtelcol } from '../support/RealOtelcol.js';
import { samplesOf } from '../support/samplesOf.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

const tls = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
const TOKEN = { OTELCOL_TOKEN: 'a token' };
const GATEWAY_URL = { OTELCOL_GATEWAY_URL: 'http://127.0.0.1:1' };
const BACKEND_URL = { OTELCOL_BACKEND_URL: 'http://127.0.0.1:1' };
const CERTIFICATE = { OTELCOL_TLS_CERT: tls('self-signed.pem'), OTELCOL_TLS_KEY: tls('self-signed.key') };
const WITH_HEADER = `yaml:exporters::otlp_http/backend::headers: {authorization: "\${env:OTELCOL_BACKEND_AUTHORIZATION}"}`;
const WITHOUT_LOG_FILES = 'yaml:service::pipelines::logs::receivers: [otlp]';
const WITHOUT_BACKEND = 'yaml:service::pipelines: {logs: {exporters: [nop]}, traces: {exporters: [nop]}}';
const up = (instance: string): object =>
  jsonGauge('frp.process.up', jsonPoint({ 'frp.role': 'server', 'frp.instance': instance }, { asInt: '0' }));

describeWithOtelcol('the Collector configs', () => {
  it.each([
    [['all-in-one.yaml'], {}],
    [['all-in-one.yaml', 'otlp-out.yaml'], BACKEND_URL],
    [
      ['all-in-one.yaml', 'otlp-out.yaml', WITH_HEADER],
      { ...BACKEND_URL, OTELCOL_BACKEND_AUTHORIZATION: 'Basic dTpw' },
    ],
    [['gateway.yaml'], TOKEN],
    [['gateway.yaml'], { OTELCOL_TOKEN_FILE: '/etc/otelcol/token' }],
    [['gateway.yaml', 'gateway-tls.yaml'], { ...TOKEN, ...CERTIFICATE }],
    [['gateway.yaml', WITHOUT_BACKEND], TOKEN],
    [['agent.yaml'], { ...TOKEN, ...GATEWAY_URL }],
    [['agent.yaml', WITHOUT_LOG_FILES], { ...TOKEN, ...GATEWAY_URL }],
  ])('are valid: %j with %j', (files, env) => {
    const configs = files.map((file) => (file.startsWith('yaml:') ? file : collectorFile(file)));
    expect(validateOtelcol(configs, env)).toEqual({ status: 0, output: '' });
  });

  it.each([
    ['gateway.yaml', {}, /bearertokenauth: no bearer token provided/],
    ['agent.yaml', GATEWAY_URL, /bearertokenauth: no bearer token provided/],
    ['agent.yaml', TOKEN, /otlp_http: at least one endpoint must be specified/],
  ])('are refused without what they need: %s with %j', (file, env, said) => {
    const { status, output } = validateOtelcol([collectorFile(file)], env);
    expect(status).toBe(1);
    expect(output).toMatch(said);
  });

  it('say how each of their variants is started: as it was tried above', () => {
    const said = (name: string) => readFileSync(collectorFile(name), 'utf8');
    expect(said('otlp-out.yaml')).toContain(`'${WITH_HEADER}'`);
    expect(said('agent.yaml')).toContain(`'${WITHOUT_LOG_FILES}'`);
    expect(said('gateway.yaml')).toContain(`'${WITHOUT_BACKEND}'`);
  });

  it('let one host’s metrics and breaches be scraped, and end a series that comes no more', async () => {
    await using otelcol = await RealOtelcol.start({
      configs: [collectorFile('all-in-one.yaml')],
      env: { OTELCOL_METRIC_EXPIRATION: '500ms' },
    });
    expect(await otelcol.send('metrics', metricsMessage([up('frps@here')]))).toBe(200);
    const page = await otelcol.page();
    const labels = expect.objectContaining({ instance: 'test', frp_instance: 'frps@here' });
    expect(samplesOf(page, 'frp_process_up')).toEqual([{ labels, value: 0 }]);
    expect(samplesOf(page, 'frp_alert_breach')).toEqual([{ labels, value: 1 }]);
    await waitUntil('both to be gone', async () => !(await otelcol.page()).includes('frps@here'));
  });

  it('take log records and spans where nothing is configured for them, and say how many came', async () => {
    await using otelcol = await RealOtelcol.start({ configs: [collectorFile('all-in-one.yaml')] });
    expect(await otelcol.send('logs', logsMessage(['one', 'two', 'three']))).toBe(200);
    expect(await otelcol.send('traces', tracesMessage('a span'))).toBe(200);
    await otelcol.printed(/"log records": 3\b/);
    await otelcol.printed(/"spans": 1\b/);
    expect(await otelcol.ownPage()).toMatch(/^otelcol_exporter_sent_log_records\S*exporter="debug"\S* 3$/m);
  });

  it('send all of it to a backend with otlp-out.yaml, and can be scraped as before', async () => {
    await using sink = await OtlpSink.start();
    await using otelcol = await RealOtelcol.start({
      configs: [collectorFile('all-in-one.yaml'), collectorFile('otlp-out.yaml')],
      env: { OTELCOL_BACKEND_URL: sink.url },
    });
    await otelcol.send('metrics', metricsMessage([up('frps@here')]));
    await otelcol.send('logs', logsMessage(['a line']));
    await otelcol.send('traces', tracesMessage('a span'));
    const breach = await sink.waitFor('the breach', ({ metricPoints }) =>
      metricPoints.find(({ name }) => name === 'frp.alert.breach'),
    );
    expect(breach).toMatchObject({
      kind: 'gauge',
      unit: '{breach}',
      value: 1,
      attributes: {
        'frp.role': 'server',
        'frp.instance': 'frps@here',
        'frp.alert.name': 'FrpServerDown',
        'frp.alert.severity': 'critical',
        'frp.alert.subject': 'server',
      },
      resource: { 'service.instance.id': 'test' },
    });
    await sink.waitFor('the metric', (s) => s.metricPoints.some(({ name }) => name === 'frp.process.up'));
    await sink.waitFor('the line', (s) => s.logRecords.some(({ body }) => body === 'a line'));
    await sink.waitFor('the span', (s) => s.spans.some(({ name }) => name === 'a span'));
    expect(samplesOf(await otelcol.page(), 'frp_alert_breach')).toHaveLength(1);
  });
});
