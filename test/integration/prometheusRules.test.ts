import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { describeWith, RealPrometheus } from '../support/RealPrometheus.js';
import { waitUntil } from '../support/waitUntil.js';

const FOLDER = fileURLToPath(new URL('../../collector-config/prometheus/', import.meta.url));
const CONFIG = readFileSync(join(FOLDER, 'prometheus.yml'), 'utf8');

const labels = 'frp_role="server",frp_instance="frps@a",frp_server_name="a:7000"';

/** What the Collector serves of a server whose process is gone. */
const page = `frp_process_up{${labels},job="frp",instance="1234"} 0
frp_alert_breach{${labels},frp_alert_name="FrpServerDown",frp_alert_severity="critical",frp_alert_subject="server",job="frp",instance="1234"} 1
`;

const serve = async (text: string): Promise<AsyncDisposable & { readonly address: string }> => {
  const server = createServer((_, response) => response.end(text)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

describeWith(['prometheus'], 'collector-config/prometheus in a real Prometheus', () => {
  it('has an alert of what the Collector says, with the value of the metric', async () => {
    await using collector = await serve(page);
    await using prometheus = await RealPrometheus.start({
      config: CONFIG.replaceAll(/(scrape|evaluation)_interval: 15s/g, '$1_interval: 1s')
        .replace('127.0.0.1:8889', collector.address)
        .replace('127.0.0.1:9093', '127.0.0.1:1')
        .replace('127.0.0.1:8888', '127.0.0.1:1'),
      copies: { 'frp-rules.yml': join(FOLDER, 'frp-rules.yml') },
    });
    const [alert] = await waitUntil(
      () => `an alert; it printed:\n${prometheus.output}`,
      async () => {
        const alerts = await prometheus.alerts();
        return alerts.length > 0 && alerts;
      },
    );
    expect(alert).toMatchObject({
      state: 'pending',
      value: '0e+00',
      labels: {
        alertname: 'FrpServerDown',
        severity: 'critical',
        frp_alert_subject: 'server',
        frp_role: 'server',
        frp_instance: 'frps@a',
        frp_server_name: 'a:7000',
      },
      annotations: { summary: 'frps@a is down' },
    });
    expect(await prometheus.query('frp_process_up')).toMatchObject([
      { labels: { job: 'frp', instance: '1234' }, value: 0 },
    ]);
  });
});
