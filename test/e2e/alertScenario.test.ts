import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ruleCatalogue } from '../../src/alerts/catalogue/ruleCatalogue.js';
import { describeWithOtelcol, type RealOtelcol } from '../support/RealOtelcol.js';
import { describeWith, type RealPrometheus } from '../support/RealPrometheus.js';
import { describeWithFrp } from '../support/realFrp.js';
import type { Mail } from '../support/SmtpSink.js';
import { waitUntil } from '../support/waitUntil.js';
import { AlertReceivers } from './alerts/AlertReceivers.js';
import { disposeAll } from './alerts/disposeAll.js';
import { FrpWorld, OBSERVED } from './alerts/FrpWorld.js';
import { PATIENCE_MILLIS, ProvocationRuns } from './alerts/ProvocationRuns.js';
import { provocations } from './alerts/provocations.js';
import { startCollector, startPrometheus } from './alerts/startEvaluation.js';

jest.setTimeout(6 * 60_000);

describe('the provocations', () => {
  it('are of every rule of the catalogue', () => {
    const provoked = provocations.flatMap(({ alerts }) => alerts.map(({ rule }) => rule));
    expect(new Set(provoked)).toEqual(new Set(ruleCatalogue.map(({ name }) => name)));
  });
});

describeWithOtelcol('alerts by the real Collector', () => {
  describeWith(['prometheus', 'prometheus-alertmanager'], 'the real Prometheus and Alertmanager', () => {
    describeWithFrp('of real frps and frpc', (programs) => {
      const started: AsyncDisposable[] = [];
      let receivers: AlertReceivers;
      let collector: RealOtelcol;
      let prometheus: RealPrometheus;
      let world: FrpWorld;
      let runs: ProvocationRuns;

      const keep = <Part extends AsyncDisposable>(part: Part): Part => {
        started.unshift(part);
        return part;
      };

      beforeAll(async () => {
        receivers = keep(await AlertReceivers.start());
        collector = keep(await startCollector());
        prometheus = keep(await startPrometheus(collector, receivers.alertmanager.url));
        world = keep(
          await FrpWorld.start(programs, {
            env: {
              OTEL_EXPORTER_OTLP_ENDPOINT: collector.otlpUrl,
              OTEL_METRIC_EXPORT_INTERVAL: '1000',
              OTEL_METRIC_EXPORT_TIMEOUT: '900',
            },
          }),
        );
        await waitUntil(
          'all that is observed to be in Prometheus',
          async () => (await prometheus.query('frp_process_up == 1')).length === OBSERVED,
          PATIENCE_MILLIS,
        );
        const firing = async () =>
          (await prometheus.alerts()).filter(({ state }) => state === 'firing').map(({ labels }) => labels);
        runs = new ProvocationRuns(world, { firing, told: () => receivers.webhook.alerts }, provocations);
      });

      afterAll(async () => {
        await runs?.allEnded();
        await disposeAll(started);
      });

      it.each(provocations)('tells that $provoked, and that it is over when $cured', async (provocation) => {
        await runs.over(provocation);
      });

      it('tells once that a server is down, and once that it is up again', async () => {
        await runs.allEnded();
        const down = { rule: 'FrpServerDown', labels: () => ({ frp_server_name: world.serverName('attic') }) };
        expect(runs.messages(down).map(({ status }) => status)).toEqual(['firing', 'resolved']);
      });

      it('tells it by mail, too', async () => {
        const isOfServer = (status: string) => (mail: Mail) =>
          mail.subject.includes(`[${status}`) &&
          mail.text.includes('FrpServerDown') &&
          mail.text.includes(world.serverName('attic'));
        const fired = await receivers.mails.waitFor('mail that the server is down', isOfServer('FIRING'));
        expect(fired.to).toEqual(['frp-oncall@example.com']);
        await receivers.mails.waitFor('mail that the server is up again', isOfServer('RESOLVED'));
        expect(receivers.mails.faults).toEqual([]);
      });

      it('has the way to the cause with what it tells', async () => {
        await runs.allEnded();
        const down = { rule: 'FrpServerDown', labels: () => ({ frp_server_name: world.serverName('attic') }) };
        const { annotations } = runs.messages(down)[0] ?? {};
        expect(annotations?.runbook).toContain('systemctl status frps');
        expect(annotations?.description).toContain(world.serverName('attic'));
      });
    });
  });
});
