import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { describeWith } from '../support/RealPrometheus.js';
import { describeWithFrp } from '../support/realFrp.js';
import { AlertReceivers } from './alerts/AlertReceivers.js';
import { disposeAll } from './alerts/disposeAll.js';
import { FrpWorld } from './alerts/FrpWorld.js';
import { ProvocationRuns } from './alerts/ProvocationRuns.js';
import { type Provocation, provocations } from './alerts/provocations.js';

jest.setTimeout(6 * 60_000);

const isOver = ({ inProcess }: Provocation): boolean => inProcess === undefined;
const isTold = ({ inProcess }: Provocation): boolean => inProcess !== 'never told';

describeWith(['prometheus-alertmanager'], 'alerts by the evaluator of the process and the real Alertmanager', () => {
  describeWithFrp('of real frps and frpc', (programs) => {
    const started: AsyncDisposable[] = [];
    let world: FrpWorld;
    let runs: ProvocationRuns;

    beforeAll(async () => {
      const receivers = await AlertReceivers.start();
      started.unshift(receivers);
      const { alertmanager, webhook } = receivers;
      world = await FrpWorld.start(programs, {
        env: { OTEL_METRICS_EXPORTER: 'none' },
        alerts: { intervalMillis: 500, resendMillis: 1_000, alertmanagers: [{ url: alertmanager.url }] },
      });
      started.unshift(world);
      await world.observed();
      const firing = async () => (await alertmanager.alerts()).map(({ labels }) => labels);
      runs = new ProvocationRuns(world, { firing, told: () => webhook.alerts }, provocations.filter(isTold), isOver);
    });

    afterAll(async () => {
      await runs?.allEnded();
      await disposeAll(started);
    });

    it.each(provocations.filter((each) => isTold(each) && !isOver(each)))(
      'tells that $provoked',
      async (provocation) => {
        await runs.over(provocation);
      },
    );

    it.each(provocations.filter(isOver))(
      'tells that $provoked, and that it is over when $cured',
      async (provocation) => {
        await runs.over(provocation);
      },
    );

    it('tells once that a server is down, and once that it is up again', async () => {
      await runs.allEnded();
      const down = { rule: 'FrpServerDown', labels: () => ({ frp_server_name: world.serverName('attic') }) };
      expect(runs.messages(down).map(({ status }) => status)).toEqual(['firing', 'resolved']);
    });
  });
});
