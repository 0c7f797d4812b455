import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { collectorFile } from '../support/collectorFile.js';
import { FrpOtel } from '../support/FrpOtel.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { jsonPoint, logsMessage, metricsMessage } from '../support/otlpJson.js';
import { describeWithOtelcol, RealOtelcol } from '../support/RealOtelcol.js';
import { describeWith, RealPrometheus } from '../support/RealPrometheus.js';
import { describeWithFrp, freePort, frpsConfig, temporaryFolder } from '../support/realFrp.js';
import { describeWithSmallDisk, SmallDisk } from '../support/SmallDisk.js';
import { samplesOf } from '../support/samplesOf.js';
import { waitUntil } from '../support/waitUntil.js';
import { TcpBalancer } from './gateway/TcpBalancer.js';

jest.setTimeout(180_000);

const MINUTE = 60_000;
const TAKEN = 200;
/** Senders of OTLP try again after it. */
const REFUSED = 503;

describeWithOtelcol('an agent', () => {
  describeWithSmallDisk('whose disk is full', () => {
    let disk: SmallDisk;
    let sink: OtlpSink;
    let gateway: TcpBalancer;
    /** Ports of what answers at the gateway's address: nothing at first. */
    let gateways: number[];

    const withParts = async (test: () => Promise<void>): Promise<void> => {
      await using ownDisk = await SmallDisk.start('2m');
      await using ownSink = await OtlpSink.start();
      gateways = [];
      await using ownGateway = await TcpBalancer.start(gateways);
      [disk, sink, gateway] = [ownDisk, ownSink, ownGateway];
      await test();
    };
    const openGateway = (): void => {
      gateways.push(Number(new URL(sink.url).port));
    };
    const startAgent = (ports?: RealOtelcol['ports']): Promise<RealOtelcol> =>
      RealOtelcol.start({
        configs: [collectorFile('agent.yaml')],
        env: {
          OTELCOL_TOKEN: 'right',
          OTELCOL_GATEWAY_URL: gateway.url,
          OTELCOL_STORAGE: join(disk.path, 'storage'),
          OTELCOL_FRPS_LOG: join(disk.path, 'no.log'),
          OTELCOL_FRPC_LOG: join(disk.path, 'no.log'),
        },
        ...(ports && { ports }),
      });
    /** Sends records one after the other, and says what became of each. */
    const send = async (agent: RealOtelcol, name: string, count: number) => {
      const taken: string[] = [];
      const refused: string[] = [];
      for (let nth = 0; nth < count; nth += 1) {
        const body = `${name} ${nth} `.padEnd(5_000, '.');
        const status = await agent.send('logs', logsMessage([body]));
        expect([TAKEN, REFUSED]).toContain(status);
        (status === TAKEN ? taken : refused).push(body);
      }
      return { taken, refused };
    };
    const bodies = (): string[] => sink.logRecords.map(({ body }) => String(body)).sort();
    const arrived = (count: number) =>
      sink.waitFor(`${count} records`, ({ logRecords }) => logRecords.length >= count, { timeoutMillis: 40_000 });
    const counted = async (agent: RealOtelcol, name: string): Promise<number> =>
      samplesOf(await agent.ownPage(), name).reduce((sum, { value }) => sum + value, 0);

    it.each([
      ['there is room again, and then a gateway', true],
      ['there is a gateway again, and then room', false],
    ])('lives, refuses and counts what it cannot keep, and sends what it has kept when %s', (_when, isRoomFirst) =>
      withParts(async () => {
        await using agent = await startAgent();
        const before = await send(agent, 'before', 20);
        expect(before.refused).toEqual([]);
        disk.fill();
        const full = await send(agent, 'full', 40);
        // One or another still fits where the queue's file has space of its own.
        expect(full.refused.length).toBeGreaterThan(30);
        for (const name of ['otelcol_receiver_refused_log_records', 'otelcol_exporter_enqueue_failed_log_records'])
          expect(await counted(agent, name)).toBe(full.refused.length);

        const kept = [...before.taken, ...full.taken];
        if (!isRoomFirst) {
          openGateway();
          await arrived(kept.length);
          expect(disk.freeBytes).toBe(0);
        }
        disk.makeRoom();
        const after = await send(agent, 'after', 5);
        expect(after.refused).toEqual([]);
        if (isRoomFirst) openGateway();
        await arrived(kept.length + after.taken.length);
        expect(bodies()).toEqual([...kept, ...after.taken].sort());
        expect(await agent.end()).toBe(0);
      }),
    );

    it('starts again there after a kill, and loses at most the one record that was on its way', () =>
      withParts(async () => {
        const killed = await startAgent();
        try {
          const { taken } = await send(killed, 'before', 20);
          await killed.printed(/Exporting failed/);
          disk.fill();
          await killed.end('SIGKILL');
          await using agent = await startAgent(killed.ports);
          disk.makeRoom();
          const after = await send(agent, 'after', 1);
          openGateway();
          await sink.waitFor('the last', () => bodies().includes(after.taken[0] ?? ''), { timeoutMillis: 40_000 });
          const [onItsWay = '', ...others] = taken;
          const present = bodies();
          expect(present).toEqual(
            [...(present.includes(onItsWay) ? [onItsWay] : []), ...others, ...after.taken].sort(),
          );
        } finally {
          await killed[Symbol.asyncDispose]();
        }
      }));

    describeWithFrp('does no harm to the sender', (folder) => {
      it('that runs frps: frps goes on, and its log comes, each record once, when there is room', () =>
        withParts(async () => {
          await using files = disposable(temporaryFolder());
          await using agent = await startAgent();
          disk.fill();
          // What is left in the queue's file is used up, so that not even a few lines fit.
          await waitUntil('a short record to be refused', async () => {
            return (await agent.send('logs', logsMessage(['short']))) === REFUSED;
          });
          const [bind, dashboard] = [await freePort(), await freePort()];
          const config = files.write('frps.toml', frpsConfig({ bind, dashboard }));
          await using frpOtel = new FrpOtel(['exec', '--', `${folder}/frps`, '-c', config], {
            OTEL_EXPORTER_OTLP_ENDPOINT: agent.otlpUrl,
            OTEL_METRIC_EXPORT_INTERVAL: '1000',
            OTEL_METRIC_EXPORT_TIMEOUT: '1000',
            OTEL_BLRP_SCHEDULE_DELAY: '200',
          });
          try {
            await frpOtel.printed(/frps started successfully/);
            for (const [what, before] of [
              ['log_records', 1],
              ['metric_points', 0],
            ] as const)
              await waitUntil(
                `refused ${what}`,
                async () => (await counted(agent, `otelcol_receiver_refused_${what}`)) > before,
              );
            expect((await fetch(`http://127.0.0.1:${dashboard}/api/serverinfo`)).status).toBe(200);
            disk.makeRoom();
            openGateway();
            const started = () => bodies().filter((body) => body.includes('frps started successfully'));
            await sink.waitFor('the start of frps', () => started().length > 0, { timeoutMillis: 40_000 });
            await sink.waitFor('its metrics', ({ metricPoints }) =>
              metricPoints.some(({ name, value }) => name === 'frp.process.up' && value === 1),
            );
            expect(await frpOtel.end('SIGTERM')).toMatchObject({ code: null, signal: 'SIGTERM' }); // as frps does
            await sink.waitFor('its end', ({ metricPoints }) =>
              metricPoints.some(({ name, value }) => name === 'frp.process.expected' && value === 0),
            );
            expect(started()).toHaveLength(1);
          } finally {
            await frpOtel.end('SIGTERM'); // by SIGKILL it would leave frps behind
          }
        }));
    });
  });
});

describeWithOtelcol('a gateway', () => {
  describeWith(['prometheus'], 'that has samples of hosts whose clocks are wrong', () => {
    const OFFSETS = { right: 0, behind: -6 * MINUTE, ahead: 6 * MINUTE };
    const HOSTS = Object.keys(OFFSETS) as (keyof typeof OFFSETS)[];
    const PUSH_MILLIS = 15_000;
    const PUSHES = 3;
    const now = Date.now();
    const rules = parse(readFileSync(collectorFile('prometheus/frp-rules.yml'), 'utf8')) as {
      groups: { rules: { alert?: string; expr: string }[] }[];
    };
    let prometheus: RealPrometheus;

    /** All of a host: its frps is down, and should be up; with each push a record more was dropped. */
    const message = (host: string, time: number, nth: number): object => {
      const point = jsonPoint({ 'frp.role': 'server', 'frp.instance': host, 'frp.server.name': `${host}:7000` }, {});
      const gauge = (name: string, asInt: string) => ({
        name,
        unit: '{process}',
        gauge: { dataPoints: [{ ...point, asInt, timeUnixNano: `${time}000000` }] },
      });
      const dropped = {
        name: 'frp.telemetry.dropped',
        unit: '{item}',
        sum: {
          aggregationTemporality: 2,
          isMonotonic: true,
          dataPoints: [{ ...point, asInt: `${nth}`, timeUnixNano: `${time}000000` }],
        },
      };
      const metrics = [gauge('frp.process.up', '0'), gauge('frp.process.expected', '1'), dropped];
      return metricsMessage(metrics, { 'service.instance.id': host });
    };
    /** The hosts for which the shipped expression of an alert holds. */
    const holds = async (alert: string, at: number): Promise<string[]> => {
      const rule = rules.groups.flatMap((group) => group.rules).find((each) => each.alert === alert);
      if (rule === undefined) throw new Error(`expected ${alert} among the rules`);
      return (await prometheus.query(rule.expr, at)).map(({ labels }) => labels.frp_instance ?? '').sort();
    };

    beforeAll(async () => {
      const shipped = parse(readFileSync(collectorFile('prometheus/prometheus.yml'), 'utf8'));
      prometheus = await RealPrometheus.start({
        config: stringify({ storage: shipped.storage }),
        args: ['--web.enable-remote-write-receiver'],
      });
      await using gateway = await RealOtelcol.start({
        configs: [collectorFile('gateway.yaml')],
        env: { OTELCOL_TOKEN: 'right', OTELCOL_REMOTE_WRITE_URL: `${prometheus.url}/api/v1/write` },
      });
      for (let nth = 0; nth < PUSHES; nth += 1)
        for (const host of HOSTS) {
          const time = now + OFFSETS[host] - (PUSHES - 1 - nth) * PUSH_MILLIS;
          const status = await gateway.send('metrics', message(host, time, nth), { authorization: 'Bearer right' });
          expect(status).toBe(TAKEN);
        }
    });
    afterAll(() => prometheus?.[Symbol.asyncDispose]());

    it.each(HOSTS)('keeps all that it had of the one that is %s, with the time of that host', async (host) => {
      for (const metric of ['frp_process_up', 'frp_alert_breach{frp_alert_name="FrpServerDown"}']) {
        const ofHost = metric.includes('{')
          ? metric.replace('}', `,frp_instance="${host}"}`)
          : `${metric}{frp_instance="${host}"}`;
        const last = now + OFFSETS[host];
        expect(await prometheus.query(`count_over_time(${ofHost}[1h])`, last)).toMatchObject([{ value: PUSHES }]);
        expect(await prometheus.query(`timestamp(${ofHost})`, last)).toMatchObject([{ value: last / 1_000 }]);
      }
    });

    it('finds nothing that is new enough of the one behind: it is absent, and that its frps is down is not seen', async () => {
      expect(await holds('FrpServerDown', now)).toEqual(['right']);
      expect(await holds('FrpReporterAbsent', now)).toEqual(['behind']);
    });

    it('still judges the one behind where a rule looks back for longer: over 15 minutes', async () => {
      expect(await holds('FrpTelemetryDropping', now)).toEqual(['behind', 'right']);
    });

    it('sees of the one ahead what it told now as much later as it is ahead', async () => {
      expect(await prometheus.query('count_over_time(frp_process_up{frp_instance="ahead"}[1h])', now)).toEqual([]);
      expect(await holds('FrpServerDown', now + OFFSETS.ahead)).toEqual(['ahead']);
    });
  });
});

const disposable = (files: ReturnType<typeof temporaryFolder>) => ({
  ...files,
  [Symbol.asyncDispose]: async () => files.remove(),
});
