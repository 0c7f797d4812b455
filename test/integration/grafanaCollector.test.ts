import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { collectorFile } from '../support/collectorFile.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { tracesMessage } from '../support/otlpJson.js';
import { describeWithOtelcol, RealOtelcol, validateOtelcol } from '../support/RealOtelcol.js';

const configs = [
  collectorFile('all-in-one.yaml'),
  fileURLToPath(new URL('../../examples/grafana/collector.yaml', import.meta.url)),
];

/** Of the package: with an event name, and within a trace. */
const EVENT = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'frp' } }] },
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: '1795313929000000000',
              eventName: 'frp.proxy.error',
              traceId: '5b8efff798038103d269b633813fc60c',
              spanId: 'eee19b7ec3c1b174',
            },
            { timeUnixNano: '1795313929000000001', body: { stringValue: 'a line' } },
          ],
        },
      ],
    },
  ],
};

describeWithOtelcol('examples/grafana/collector.yaml beside all-in-one.yaml', () => {
  it('is a config that the Collector takes', () => {
    expect(validateOtelcol(configs)).toEqual({ status: 0, output: '' });
  });

  it('sends log records to Loki with their event name as an attribute, and spans to Tempo', async () => {
    await using loki = await OtlpSink.start();
    await using tempo = await OtlpSink.start();
    const env = { OTELCOL_LOKI: loki.url, OTELCOL_TEMPO: tempo.url };
    await using collector = await RealOtelcol.start({ configs, env });
    expect(await collector.send('logs', EVENT)).toBe(200);
    expect(await collector.send('traces', tracesMessage('frp.proxy.start'))).toBe(200);

    const [event, line] = await loki.waitFor('both records', ({ logRecords }) => logRecords.length > 1 && logRecords);
    expect(event?.attributes).toEqual({ 'event.name': 'frp.proxy.error' });
    expect(event?.traceId).toBe('5b8efff798038103d269b633813fc60c');
    expect(line?.attributes).toEqual({});
    const span = await tempo.waitFor('the span', ({ spans }) => spans[0]);
    expect(span.name).toBe('frp.proxy.start');
    expect([loki.spans, tempo.logRecords]).toEqual([[], []]);
  });
});
