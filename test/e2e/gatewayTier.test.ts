import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithOtelcol } from '../support/RealOtelcol.js';
import { describeWith } from '../support/RealPrometheus.js';
import { waitUntil } from '../support/waitUntil.js';
import { GatewayTier } from './gateway/GatewayTier.js';
import { hastened } from './gateway/hastened.js';
import { pushedOf, type StoredSeries, storedOf, storedSeries } from './gateway/storedSeries.js';

const LIMIT_MILLIS = 240_000;
const DRAIN_MILLIS = 60_000;
const MINUTE = 60_000;
/** Verdicts on a host in health: one of a rule for each series that it is about. */
const VERDICTS = [
  'FrpProxyDown ssh',
  'FrpProxyDown web',
  'FrpProxyErrorRatioHigh ssh',
  'FrpProxyErrorRatioHigh web',
  'FrpServerCpuHigh ',
  'FrpServerDown ',
];

/**
 * What is shortened, and why it means the same: all times of the shipped files and of the programs' own defaults that matter here
 * (intervals, `for`, windows, timeouts, pauses between two attempts and how long they go on) are a twentieth. So is the outage: ten
 * minutes are half a minute, longer than Prometheus goes on with what it had last (5 minutes), and than an exporter tries that has a
 * limit (5 minutes).
 */
describeWithOtelcol('two gateways behind a balancer, which write to Prometheus', () => {
  describeWith(['prometheus'], 'what agents were given', () => {
    let tier: GatewayTier;
    beforeAll(async () => {
      tier = await GatewayTier.start();
    }, LIMIT_MILLIS);
    afterAll(() => tier?.[Symbol.asyncDispose](), LIMIT_MILLIS);

    const stored = (selector: string): Promise<readonly StoredSeries[]> => storedSeries(tier.prometheus.url, selector);
    const ofHosts = async () => storedOf(tier.expected, await stored('{frp_instance!="", frp_alert_name=""}'));
    const pushesMore = async (count: number): Promise<void> => {
      const wanted = tier.feeds.map(({ times }) => times.length + count);
      await waitUntil(
        `${count} pushes of each host`,
        () => tier.feeds.every(({ times }, index) => times.length >= (wanted[index] ?? 0)),
        LIMIT_MILLIS,
      );
    };

    /** No series twice, no sample lost, none made up: neither of what was pushed nor of the verdicts on it. */
    const expectAllStored = async (): Promise<void> => {
      await tier.stopFeeding();
      const samplesOf = (series: readonly { samples: readonly unknown[] }[]): number =>
        series.reduce((sum, { samples }) => sum + samples.length, 0);
      const pushed = pushedOf(tier.expected);
      const enough = tier.feeds.reduce((sum, { times }) => sum + times.length * VERDICTS.length, samplesOf(pushed));
      await waitUntil(
        `${enough} samples`,
        async () => samplesOf(await ofHosts()) + samplesOf(await stored('frp_alert_breach')) >= enough,
        DRAIN_MILLIS,
      ).catch(() => {}); // which of them are missing is said below
      expect(await ofHosts()).toEqual(pushed);
      for (const { host, times } of tier.feeds) {
        const verdicts = await stored(`frp_alert_breach{frp_instance="frps@${host}"}`);
        expect(verdicts.map(({ labels }) => `${labels.frp_alert_name} ${labels.frp_proxy_name ?? ''}`).sort()).toEqual(
          VERDICTS,
        );
        for (const { samples } of verdicts) expect(samples).toEqual(times.map((time) => [time, 0]));
      }
      expect(await stored('ALERTS{alertstate="firing"}')).toEqual([]);
    };

    it(
      'is all stored, once, when one gateway after the other is killed and comes back',
      async () => {
        tier.feed();
        await pushesMore(2);
        for (const index of [0, 1]) {
          await tier.killGateway(index);
          await pushesMore(4);
          await tier.restartGateway(index);
          await pushesMore(2);
        }
        await expectAllStored();
        expect(Math.min(...tier.balancer.given)).toBeGreaterThan(0);
      },
      LIMIT_MILLIS,
    );

    it(
      'is stored once when an answer is lost, so that an agent sends again what Prometheus has',
      async () => {
        tier.balancer.loseAnswers(3);
        tier.feed();
        await waitUntil('answers to be lost', () => tier.balancer.answersLost === 3);
        await pushesMore(2);
        await expectAllStored();
      },
      LIMIT_MILLIS,
    );

    it(
      'is all stored, and nobody is alarmed, when Prometheus is away for ten minutes and an agent dies meanwhile',
      async () => {
        tier.feed();
        await pushesMore(2);
        await tier.prometheus.end('SIGKILL');
        const begin = Date.now();
        await pushesMore(4);
        await tier.stopFeeding();
        await tier.killAgent(0);
        tier.feed();
        await waitUntil('ten minutes', () => Date.now() - begin >= hastened(10 * MINUTE), LIMIT_MILLIS);
        await tier.restartPrometheus();
        await pushesMore(8); // two minutes, in which rules look at what comes late and at what comes now
        await expectAllStored();
      },
      LIMIT_MILLIS,
    );

    it(
      'is stored once when Prometheus hangs for longer than a gateway waits for it',
      async () => {
        tier.feed();
        await pushesMore(2);
        const { pid = 0 } = tier.prometheus.child;
        process.kill(pid, 'SIGSTOP');
        try {
          await pushesMore(8); // two minutes; it waits for one
        } finally {
          process.kill(pid, 'SIGCONT');
        }
        await expectAllStored();
      },
      LIMIT_MILLIS,
    );

    it(
      'is stored where an export is larger than a Collector takes by default (20 MiB), as one of 3,000 tunnels is',
      async () => {
        const [paris] = tier.feeds;
        const before = paris?.times.length ?? 0;
        await paris?.push('x'.repeat(21 * 2 ** 20));
        expect(paris?.times).toHaveLength(before + 1);
        await expectAllStored();
      },
      LIMIT_MILLIS,
    );

    it(
      'is told as it is: a server that goes down after all that has its alert, and no other',
      async () => {
        const [paris] = tier.feeds;
        if (paris === undefined) throw new Error('expected a host');
        paris.isUp = false;
        tier.feed();
        const firing = () => stored('ALERTS{alertstate="firing"}');
        await waitUntil('an alert', async () => (await firing()).length > 0, LIMIT_MILLIS);
        await tier.stopFeeding();
        expect(
          (await firing()).map(({ labels: { alertname, frp_instance } }) => ({ alertname, frp_instance })),
        ).toEqual([{ alertname: 'FrpServerDown', frp_instance: 'frps@paris' }]);
      },
      LIMIT_MILLIS,
    );
  });
});
