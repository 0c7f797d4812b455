import { describe, expect, it } from '@jest/globals';
import { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics';
import type { FrpSnapshot, InstanceSnapshot, ProxySnapshot } from '../../src/model/FrpSnapshot.js';
import { instanceCatalogue, proxyCatalogue } from '../../src/telemetry/catalogue/catalogue.js';
import { derivedMetrics } from '../../src/telemetry/catalogue/derivedMetrics.js';
import { SnapshotCollector } from '../../src/telemetry/SnapshotCollector.js';
import { type MetricOptions, PLAIN_METRICS } from '../../src/telemetry/SnapshotSource.js';
import { pointsOf, shapeOf, valuesBy } from './metricPoints.js';
import {
  allMetrics,
  at,
  client,
  clientState,
  histogram,
  proxy,
  richSnapshot,
  server,
  serverState,
  snapshot,
  T0,
} from './snapshots.js';

const cumulativeReader = (options: MetricOptions = PLAIN_METRICS) =>
  new SnapshotCollector(() => AggregationTemporality.CUMULATIVE, options);
/** As OTLP's preference "delta" has it: up-down counters stay cumulative. */
const deltaReader = (options: MetricOptions = PLAIN_METRICS) =>
  new SnapshotCollector(
    (instrument) =>
      instrument === InstrumentType.OBSERVABLE_UP_DOWN_COUNTER
        ? AggregationTemporality.CUMULATIVE
        : AggregationTemporality.DELTA,
    options,
  );

const ofServer = { 'frp.role': 'server', 'frp.instance': 'frps@host', 'frp.server.name': 'host:7000' };
const ofWeb = { ...ofServer, 'frp.proxy.name': 'web', 'frp.proxy.type': 'tcp' };
const withProxy = (parts: Partial<ProxySnapshot>, instance: Partial<InstanceSnapshot> = {}): FrpSnapshot =>
  snapshot(server({ ...instance, proxies: [proxy(parts)] }));
const carried = (bytesIn: number, bytesOut = 0) => withProxy({ io: { in: bytesIn, out: bytesOut } });
const requests = (dashboardRequests: number, parts: Partial<InstanceSnapshot> = {}) =>
  snapshot(server({ ...parts, server: serverState({ dashboardRequests }) }));

describe('SnapshotCollector', () => {
  describe('cumulative', () => {
    it('tells totals from the beginning of the subject, at each collection', () => {
      const reader = cumulativeReader();
      const expected = (end: number, bytesIn: number, bytesOut: number) => [
        { attributes: { ...ofWeb, 'frp.traffic.direction': 'in' }, start: T0, end, value: bytesIn },
        { attributes: { ...ofWeb, 'frp.traffic.direction': 'out' }, start: T0, end, value: bytesOut },
      ];
      expect(pointsOf(reader.collect(carried(10, 20), at(60)), 'frp.proxy.io')).toEqual(expected(at(60), 10, 20));
      expect(pointsOf(reader.collect(carried(10, 25), at(75)), 'frp.proxy.io')).toEqual(expected(at(75), 10, 25));
    });

    it('starts each subject at its own time', () => {
      const metrics = cumulativeReader().collect(withProxy({ since: at(40), io: { in: 1, out: 1 } }), at(60));
      expect(pointsOf(metrics, 'frp.proxy.io')?.map(({ start }) => start)).toEqual([at(40), at(40)]);
      expect(pointsOf(metrics, 'frp.process.restarts')?.map(({ start }) => start)).toEqual([T0]);
    });

    it('tells kind, unit and temporality, and double points throughout', () => {
      const metrics = cumulativeReader().collect(richSnapshot(), at(60));
      expect(shapeOf(metrics, 'frp.proxy.io')).toEqual({
        name: 'frp.proxy.io',
        unit: 'By',
        description: 'Bytes carried: in is visitor to service, out is service to visitor.',
        valueType: 1, // ValueType.DOUBLE
        type: 'SUM',
        temporality: 'CUMULATIVE',
        isMonotonic: true,
      });
      expect(shapeOf(metrics, 'frp.proxy.connection.active')).toMatchObject({ type: 'SUM', isMonotonic: false });
      expect(shapeOf(metrics, 'frp.client.connected')).toMatchObject({ type: 'GAUGE' });
      expect(shapeOf(metrics, 'frp.client.login.duration')).toMatchObject({ type: 'HISTOGRAM' });
      expect(new Set(metrics.map(({ descriptor }) => descriptor.valueType))).toEqual(new Set([1]));
    });

    it('tells histograms with their extremes', () => {
      const loginDuration = [{ errorType: undefined, histogram: histogram([1, 1, 0], 0.55, [0.05, 0.5]) }];
      const metrics = cumulativeReader().collect(snapshot(client({ client: clientState({ loginDuration }) })), at(60));
      expect(pointsOf(metrics, 'frp.client.login.duration')).toEqual([
        {
          attributes: { ...ofServer, 'frp.role': 'client', 'frp.instance': 'frpc@host' },
          start: T0,
          end: at(60),
          value: {
            buckets: { boundaries: [0.1, 1], counts: [1, 1, 0] },
            sum: 0.55,
            count: 2,
            min: 0.05,
            max: 0.5,
          },
        },
      ]);
    });
  });

  describe('delta', () => {
    it('tells what grew from the end of the last collection, and 0 where nothing did', () => {
      const reader = deltaReader();
      const told = (bytes: number, now: number) => pointsOf(reader.collect(carried(bytes), now), 'frp.proxy.io')?.[0];
      expect(told(10, at(60))).toMatchObject({ start: T0, end: at(60), value: 10 });
      expect(told(25, at(75))).toMatchObject({ start: at(60), end: at(75), value: 15 });
      expect(told(25, at(90))).toMatchObject({ start: at(75), end: at(90), value: 0 });
      expect(told(26, at(91))).toMatchObject({ start: at(90), end: at(91), value: 1 });
    });

    it('asks the temporality of each kind of instrument', () => {
      const metrics = deltaReader().collect(richSnapshot(), at(60));
      expect(shapeOf(metrics, 'frp.proxy.io')?.temporality).toBe('DELTA');
      expect(shapeOf(metrics, 'frp.client.login.duration')?.temporality).toBe('DELTA');
      expect(shapeOf(metrics, 'frp.proxy.connection.active')?.temporality).toBe('CUMULATIVE');
    });

    it('leaves up-down counters as they are where the reader wants them cumulative', () => {
      const reader = deltaReader();
      const told = (activeConnections: number, now: number) =>
        pointsOf(reader.collect(withProxy({ activeConnections }), now), 'frp.proxy.connection.active')?.[0];
      expect(told(5, at(60))).toMatchObject({ start: T0, end: at(60), value: 5 });
      expect(told(3, at(75))).toMatchObject({ start: T0, end: at(75), value: 3 });
    });

    it('tells falling up-down counters where the reader wants those as delta too', () => {
      const reader = new SnapshotCollector(() => AggregationTemporality.DELTA);
      const told = (activeConnections: number, now: number) =>
        pointsOf(reader.collect(withProxy({ activeConnections }), now), 'frp.proxy.connection.active')?.[0];
      told(5, at(60));
      expect(told(3, at(75))).toMatchObject({ start: at(60), end: at(75), value: -2 });
    });

    it('starts a series that appears later with its subject, and counts it whole', () => {
      const reader = deltaReader();
      const logins = (...counts: [errorType: string | undefined, count: number][]) =>
        snapshot(
          server({ server: serverState({ logins: counts.map(([errorType, count]) => ({ errorType, count })) }) }),
        );
      reader.collect(logins([undefined, 2]), at(60));
      const later = reader.collect(logins([undefined, 2], ['oidc_invalid', 3]), at(75));
      expect(pointsOf(later, 'frp.server.logins')).toEqual([
        { attributes: ofServer, start: at(60), end: at(75), value: 0 },
        { attributes: { ...ofServer, 'error.type': 'oidc_invalid' }, start: T0, end: at(75), value: 3 },
      ]);
    });

    it('tells histograms of what was recorded since, without the extremes, which nobody knows', () => {
      const reader = deltaReader();
      const told = (taken: ReturnType<typeof histogram>, now: number) => {
        const loginDuration = [{ errorType: undefined, histogram: taken }];
        const metrics = reader.collect(snapshot(client({ client: clientState({ loginDuration }) })), now);
        return pointsOf(metrics, 'frp.client.login.duration')?.[0];
      };
      expect(told(histogram([1, 1, 0], 0.5, [0.25, 0.25]), at(60))).toMatchObject({
        start: T0,
        value: { buckets: { counts: [1, 1, 0] }, sum: 0.5, count: 2, min: 0.25, max: 0.25 },
      });
      expect(told(histogram([1, 3, 1], 4.5, [0.25, 2]), at(75))).toEqual({
        attributes: expect.anything(),
        start: at(60),
        end: at(75),
        value: { buckets: { boundaries: [0.1, 1], counts: [0, 2, 1] }, sum: 4, count: 3 },
      });
      expect(told(histogram([1, 3, 1], 4.5, [0.25, 2]), at(90))).toMatchObject({
        start: at(75),
        value: { buckets: { counts: [0, 0, 0] }, sum: 0, count: 0 },
      });
    });

    it('goes on with the count when the type becomes known late', () => {
      const reader = deltaReader();
      const first = reader.collect(withProxy({ type: '', io: { in: 7, out: 0 } }), at(60));
      const later = reader.collect(withProxy({ type: 'tcp', io: { in: 9, out: 0 } }), at(75));
      const point = (type: string, start: number, end: number, value: number) => ({
        attributes: { ...ofWeb, 'frp.proxy.type': type, 'frp.traffic.direction': 'in' },
        start,
        end,
        value,
      });
      expect(pointsOf(first, 'frp.proxy.io')?.[0]).toEqual(point('', T0, at(60), 7));
      expect(pointsOf(later, 'frp.proxy.io')?.[0]).toEqual(point('tcp', at(60), at(75), 2));
    });

    it('neither loses nor repeats an increment when an instance ends and is resumed', () => {
      const reader = deltaReader();
      const told = (count: number, endedAt: number | undefined, now: number) =>
        pointsOf(reader.collect(requests(count, { endedAt }), now), 'frp.server.dashboard.requests')?.[0];
      expect(told(5, undefined, at(60))).toMatchObject({ start: T0, end: at(60), value: 5 });
      expect(told(8, at(70), at(75))).toMatchObject({ start: at(60), end: at(75), value: 3 }); // the last one
      expect(told(8, at(70), at(90))).toBeUndefined();
      expect(told(10, undefined, at(105))).toMatchObject({ start: at(75), end: at(105), value: 2 });
      expect(told(11, at(110), at(120))).toMatchObject({ start: at(105), end: at(120), value: 1 }); // ends again
      expect(told(11, at(110), at(135))).toBeUndefined();
    });

    it('loses nothing when the end was never seen', () => {
      const reader = deltaReader();
      const told = (count: number, endedAt: number | undefined, now: number) =>
        pointsOf(reader.collect(requests(count, { endedAt }), now), 'frp.server.dashboard.requests')?.[0];
      told(5, undefined, at(60));
      expect(told(12, undefined, at(75))).toMatchObject({ start: at(60), value: 7 }); // ended and resumed in between
    });

    it('takes one of the same name that began later as another subject', () => {
      const reader = deltaReader();
      reader.collect(carried(500), at(60));
      const anew = reader.collect(withProxy({ since: at(70), io: { in: 30, out: 0 } }), at(75));
      expect(pointsOf(anew, 'frp.proxy.io')?.[0]).toMatchObject({ start: at(70), end: at(75), value: 30 });
    });

    it('tells a proxy from one of the same name in another instance', () => {
      const reader = deltaReader();
      const both = (a: number, b: number) =>
        snapshot(
          server({ proxies: [proxy({ io: { in: a, out: 0 } })] }),
          server({ name: 'frps@host/b.toml', proxies: [proxy({ io: { in: b, out: 0 } })] }),
        );
      reader.collect(both(10, 1000), at(60));
      const values = pointsOf(reader.collect(both(11, 1002), at(75)), 'frp.proxy.io')?.map(({ value }) => value);
      expect(values).toEqual([1, 0, 2, 0]);
    });
  });

  describe('the life of a series', () => {
    it('gives a removed proxy one last collection, in which no state holds, and then none', () => {
      const reader = cumulativeReader();
      const removed = withProxy({ state: 'offline', endedAt: at(70), startedAt: undefined, io: { in: 9, out: 0 } });
      const alive = reader.collect(carried(5), at(60));
      const last = reader.collect(removed, at(75));
      const after = reader.collect(removed, at(90));
      expect(valuesBy(alive, 'frp.proxy.status', 'frp.proxy.state')).toEqual({ online: 1, offline: 0 });
      expect(valuesBy(last, 'frp.proxy.status', 'frp.proxy.state')).toEqual({ online: 0, offline: 0 });
      expect(valuesBy(last, 'frp.proxy.io', 'frp.traffic.direction')).toEqual({ in: 9, out: 0 });
      expect(after.map(({ descriptor }) => descriptor.name).filter((name) => name.startsWith('frp.proxy.'))).toEqual(
        [],
      );
      expect(pointsOf(after, 'frp.process.up')).toHaveLength(1); // its server lives on
    });

    it('tells its increments until then exactly once under delta', () => {
      const reader = deltaReader();
      const removed = withProxy({ state: 'offline', endedAt: at(70), io: { in: 9, out: 0 } });
      reader.collect(carried(5), at(60));
      expect(pointsOf(reader.collect(removed, at(75)), 'frp.proxy.io')?.[0]).toMatchObject({ start: at(60), value: 4 });
      expect(pointsOf(reader.collect(removed, at(90)), 'frp.proxy.io')).toBeUndefined();
    });

    it('gives the last collection to each reader, whenever that one asks', () => {
      const [often, seldom] = [cumulativeReader(), cumulativeReader()];
      const removed = withProxy({ state: 'offline', endedAt: at(70) });
      expect(pointsOf(often.collect(removed, at(75)), 'frp.proxy.status')).toHaveLength(2);
      expect(pointsOf(often.collect(removed, at(80)), 'frp.proxy.status')).toBeUndefined();
      expect(pointsOf(seldom.collect(removed, at(300)), 'frp.proxy.status')).toHaveLength(2);
      expect(pointsOf(seldom.collect(removed, at(360)), 'frp.proxy.status')).toBeUndefined();
    });

    it('lets a lost proxy stay with its last counters and its state', () => {
      const reader = cumulativeReader();
      const lost = withProxy({ state: 'offline', startedAt: undefined, io: { in: 9, out: 1 } });
      for (const now of [at(60), at(75), at(3000)]) {
        const metrics = reader.collect(lost, now);
        expect(valuesBy(metrics, 'frp.proxy.status', 'frp.proxy.state')).toEqual({ online: 0, offline: 1 });
        expect(valuesBy(metrics, 'frp.proxy.io', 'frp.traffic.direction')).toEqual({ in: 9, out: 1 });
      }
    });

    it('forgets what the snapshot forgot', () => {
      const reader = cumulativeReader();
      reader.collect(carried(5), at(60));
      expect(reader.collect(snapshot(), at(75))).toEqual([]);
    });
  });

  describe('the group of a proxy that changes', () => {
    const status = (metrics: ReturnType<SnapshotCollector['collect']>) =>
      pointsOf(metrics, 'frp.proxy.status')?.map(({ attributes, start, end, value }) => [
        attributes['frp.proxy.group'],
        attributes['frp.proxy.state'],
        (start - T0) / 1000,
        (end - T0) / 1000,
        value,
      ]);
    const inGroup = (group: string | undefined) => withProxy({ group });

    it('ends its states under the one and tells them under the other', () => {
      const reader = cumulativeReader();
      reader.collect(inGroup(undefined), at(60));
      expect(status(reader.collect(inGroup('pool'), at(75)))).toEqual([
        ['pool', 'online', 0, 75, 1],
        ['pool', 'offline', 0, 75, 0],
      ]);
      expect(status(reader.collect(inGroup('lake'), at(90)))).toEqual([
        ['lake', 'online', 0, 90, 1],
        ['lake', 'offline', 0, 90, 0],
      ]);
    });

    it('takes them back from the one and gives them to the other under delta, also when it returns', () => {
      const reader = new SnapshotCollector(() => AggregationTemporality.DELTA);
      reader.collect(inGroup('pool'), at(60));
      expect(status(reader.collect(inGroup('lake'), at(75)))).toEqual([
        ['lake', 'online', 0, 75, 1],
        ['lake', 'offline', 0, 75, 0],
        ['pool', 'online', 60, 75, -1],
        ['pool', 'offline', 60, 75, 0],
      ]);
      expect(status(reader.collect(inGroup('lake'), at(90)))).toEqual([
        ['lake', 'online', 75, 90, 0],
        ['lake', 'offline', 75, 90, 0],
      ]);
      expect(status(reader.collect(inGroup('pool'), at(105)))).toEqual([
        ['pool', 'online', 75, 105, 1],
        ['pool', 'offline', 75, 105, 0],
        ['lake', 'online', 90, 105, -1],
        ['lake', 'offline', 90, 105, 0],
      ]);
    });

    it('leaves what the proxy has carried as it is', () => {
      const reader = cumulativeReader();
      const carried = (bytesIn: number, group: string) => withProxy({ group, io: { in: bytesIn, out: 0 } });
      reader.collect(carried(5, 'pool'), at(60));
      const metrics = reader.collect(carried(9, 'lake'), at(75));
      expect(pointsOf(metrics, 'frp.proxy.io')?.[0]).toEqual({
        attributes: { ...ofWeb, 'frp.traffic.direction': 'in' },
        start: T0,
        end: at(75),
        value: 9,
      });
    });

    it('remembers no more with each group that it was in', () => {
      const reader = cumulativeReader();
      reader.collect(inGroup('pool'), at(60));
      const { size } = reader;
      for (let turn = 1; turn <= 5; turn += 1) reader.collect(inGroup(`pool-${turn}`), at(60 + turn));
      expect(reader.size).toBe(size);
    });
  });

  describe('attributes that change', () => {
    const owned = (team: string | undefined) => ({
      ...PLAIN_METRICS,
      proxyAttributes: () => (team === undefined ? {} : { team }),
    });
    const changing = (teams: { now: string | undefined }) => ({
      ...PLAIN_METRICS,
      proxyAttributes: () => owned(teams.now).proxyAttributes(),
    });
    const points = (metrics: ReturnType<SnapshotCollector['collect']>, name = 'frp.proxy.io') =>
      pointsOf(metrics, name)
        ?.filter(({ attributes }) => attributes['frp.traffic.direction'] !== 'out')
        .map(({ attributes, start, end, value }) => [attributes.team, (start - T0) / 1000, (end - T0) / 1000, value]);

    it('stand on every series of the proxy, gauges and derived ones too, and never in place of ours', () => {
      const reader = cumulativeReader({
        ...PLAIN_METRICS,
        proxyAttributes: ({ name }, { role }) => ({ team: `${name}-${role}`, 'frp.proxy.name': 'stolen' }),
      });
      reader.collect(richSnapshot(), at(60));
      const metrics = reader.collect(richSnapshot(), at(70));
      const ofProxies = metrics.filter(({ descriptor }) => descriptor.name.startsWith('frp.proxy.'));
      expect(ofProxies.length).toBeGreaterThan(10);
      for (const { dataPoints } of ofProxies) {
        for (const { attributes } of dataPoints) {
          expect(attributes.team).toBe(`${attributes['frp.proxy.name']}-${attributes['frp.role']}`);
        }
      }
      expect(JSON.stringify(metrics.filter((metric) => !ofProxies.includes(metric)))).not.toContain('team');
    });

    it('begin another cumulative series where the one before was told last', () => {
      const teams: { now: string | undefined } = { now: 'blue' };
      const reader = cumulativeReader(changing(teams));
      expect(points(reader.collect(carried(7), at(60)))).toEqual([['blue', 0, 60, 7]]);
      teams.now = 'red';
      expect(points(reader.collect(carried(9), at(75)))).toEqual([['red', 60, 75, 2]]);
      expect(points(reader.collect(carried(15), at(90)))).toEqual([['red', 60, 90, 8]]);
      teams.now = undefined;
      expect(points(reader.collect(carried(16), at(105)))).toEqual([[undefined, 90, 105, 1]]);
    });

    it('lose and repeat nothing under delta', () => {
      const teams: { now: string | undefined } = { now: 'blue' };
      const reader = deltaReader(changing(teams));
      expect(points(reader.collect(carried(7), at(60)))).toEqual([['blue', 0, 60, 7]]);
      teams.now = 'red';
      expect(points(reader.collect(carried(9), at(75)))).toEqual([['red', 60, 75, 2]]);
      teams.now = 'blue';
      expect(points(reader.collect(carried(12), at(90)))).toEqual([['blue', 75, 90, 3]]);
    });

    it('take what goes up and down along: whole where it is cumulative, from one to the other where it is delta', () => {
      const teams: { now: string | undefined } = { now: 'blue' };
      const name = 'frp.proxy.connection.active';
      const active = (activeConnections: number) => withProxy({ activeConnections });
      const scrape = cumulativeReader(changing(teams));
      const push = new SnapshotCollector(() => AggregationTemporality.DELTA, changing(teams));
      scrape.collect(active(5), at(60));
      push.collect(active(5), at(60));
      teams.now = 'red';
      expect(points(scrape.collect(active(6), at(75)), name)).toEqual([['red', 0, 75, 6]]);
      expect(points(push.collect(active(6), at(75)), name)).toEqual([
        ['blue', 60, 75, -5],
        ['red', 60, 75, 6],
      ]);
      expect(points(push.collect(active(4), at(90)), name)).toEqual([['red', 75, 90, -2]]);
    });

    it('begin another histogram, too', () => {
      const teams: { now: string | undefined } = { now: 'blue' };
      const reader = cumulativeReader(changing(teams));
      reader.collect(withProxy({ roundTrip: histogram([2, 0, 0], 0.25, [0.1, 0.15]) }), at(60));
      teams.now = 'red';
      const metrics = reader.collect(withProxy({ roundTrip: histogram([2, 1, 0], 0.75, [0.1, 0.5]) }), at(75));
      expect(pointsOf(metrics, 'frp.proxy.connection.rtt')).toMatchObject([
        {
          attributes: { team: 'red' },
          start: at(60),
          value: { count: 1, sum: 0.5, buckets: { counts: [0, 1, 0] } },
        },
      ]);
    });

    it('of an instance whose server changes its name begin others as well', () => {
      const reader = cumulativeReader();
      reader.collect(requests(5), at(60));
      const metrics = reader.collect(requests(8, { serverName: 'other:7000' }), at(75));
      expect(pointsOf(metrics, 'frp.server.dashboard.requests')).toMatchObject([
        { attributes: { 'frp.server.name': 'other:7000' }, start: at(60), value: 3 },
      ]);
    });

    it('of an instance that comes back under another server is expected once no more under the former', () => {
      const reader = cumulativeReader();
      const expected = (serverName: string, now: number) =>
        pointsOf(reader.collect(requests(0, { serverName }), now), 'frp.process.expected')?.map(
          ({ attributes, value }) => [attributes['frp.server.name'], value],
        );
      expect(expected('a:7000', at(60))).toEqual([['a:7000', 1]]);
      expect(expected('b:7000', at(75))).toEqual([
        ['a:7000', 0],
        ['b:7000', 1],
      ]);
      expect(expected('b:7000', at(90))).toEqual([['b:7000', 1]]);
    });
  });

  describe('what it remembers', () => {
    it('is of the subjects of the last snapshot alone, whatever came and went before', () => {
      const reader = cumulativeReader();
      const one = (name: string, since: number) => withProxy({ name, since, io: { in: 1, out: 1 } });
      reader.collect(one('proxy-0', T0), at(1));
      const size = reader.size;
      expect(size).toBeGreaterThan(5);
      for (let round = 1; round <= 1000; round += 1) reader.collect(one(`proxy-${round}`, at(round)), at(round + 1));
      expect(reader.size).toBe(size);
    });

    it('is nothing of gauges, whose attributes may come and go within a subject', () => {
      const reader = cumulativeReader();
      const versions = (version: string) => snapshot(server({ version }));
      reader.collect(versions('0.1.0'), at(1));
      const size = reader.size;
      for (let round = 1; round <= 100; round += 1) reader.collect(versions(`0.1.${round}`), at(round + 1));
      expect(reader.size).toBe(size);
    });
  });

  it('tells opt-in metrics only where they are asked for', () => {
    const names = (options: MetricOptions) =>
      cumulativeReader(options)
        .collect(richSnapshot(), at(60))
        .map(({ descriptor }) => descriptor.name);
    expect(names(PLAIN_METRICS)).not.toContain('frp.server.client.info');
    expect(names(allMetrics)).toContain('frp.server.client.info');
  });

  it('computes what a user derives, beside what is there', () => {
    const rule = {
      name: 'my.failures',
      unit: '{connection}',
      description: 'For tests.',
      of: 'frp.proxy.connections',
      where: { 'error.type': true },
      keep: ['frp.role'],
      compute: 'increase',
    } as const;
    const reader = cumulativeReader({ ...PLAIN_METRICS, derivedMetrics: [rule] });
    expect(pointsOf(reader.collect(richSnapshot(), at(60)), 'my.failures')).toEqual([
      { attributes: { 'frp.role': 'server' }, start: at(60), end: at(60), value: 1 },
      { attributes: { 'frp.role': 'client' }, start: at(60), end: at(60), value: 1 },
    ]);
  });

  describe('derived metrics', () => {
    const connections = (ok: number, failed: number, parts: Partial<InstanceSnapshot> = {}) =>
      withProxy(
        {
          connections: [
            { errorType: undefined, count: ok },
            { errorType: 'work_connection', count: failed },
          ],
        },
        parts,
      );

    it('tell the error ratio of a proxy from 3 failures on', () => {
      const reader = cumulativeReader();
      const told = (ok: number, failed: number, now: number) =>
        pointsOf(reader.collect(connections(ok, failed), now), 'frp.proxy.error.ratio')?.map(({ value }) => value);
      expect(told(0, 0, at(60))).toEqual([0]);
      expect(told(6, 2, at(75))).toEqual([0]);
      expect(told(6, 3, at(90))).toEqual([3 / 9]);
      expect(told(12, 3, at(600))).toEqual([0]);
    });

    it('tell no error ratio where only failures are known', () => {
      const reader = cumulativeReader();
      const only = withProxy({ connections: [{ errorType: 'connection_refused', count: 9 }] });
      expect(pointsOf(reader.collect(only, at(60)), 'frp.proxy.error.ratio')).toBeUndefined();
      expect(pointsOf(reader.collect(only, at(70)), 'frp.proxy.error.ratio')).toBeUndefined();
    });

    it('tell the error ratio of a server over logins, starts and connections', () => {
      const reader = cumulativeReader();
      const told = (logins: number, starts: number, failedConnections: number, now: number) => {
        const tally = (ok: number, failed: number) => [
          { errorType: undefined, count: ok },
          { errorType: 'x', count: failed },
        ];
        const parts = { server: serverState({ logins: tally(2, logins), proxyStarts: tally(3, starts) }) };
        const metrics = reader.collect(connections(5, failedConnections, parts), now);
        return pointsOf(metrics, 'frp.server.error.ratio')?.[0]?.value;
      };
      expect(told(0, 0, 0, at(10))).toBe(0);
      expect(told(1, 2, 7, at(20))).toBe(0.5);
    });

    it('count a burst of refused logins that came before the first look', () => {
      const logins = [
        { errorType: undefined, count: 1 },
        { errorType: 'token_mismatch', count: 12 },
      ];
      const metrics = cumulativeReader().collect(snapshot(server({ server: serverState({ logins }) })), at(20));
      expect(pointsOf(metrics, 'frp.server.login.failures.recent')).toEqual([
        { attributes: ofServer, start: at(20), end: at(20), value: 12 },
      ]);
    });

    it('add up the throughput of a server over proxies that come and go', () => {
      const reader = cumulativeReader();
      const told = (now: number, ...proxies: ProxySnapshot[]) =>
        valuesBy(reader.collect(snapshot(server({ proxies })), now), 'frp.server.throughput', 'frp.traffic.direction');
      const io = (bytesIn: number) => ({ in: bytesIn, out: 0 });
      told(at(0), proxy({ io: io(0) }));
      expect(told(at(10), proxy({ io: io(100) }))).toEqual({ in: 10, out: 0 });
      // One that came and went between two looks, and the end of the other.
      const short = proxy({ name: 'short', since: at(11), endedAt: at(12), io: io(500) });
      expect(told(at(20), proxy({ io: io(200), endedAt: at(15) }), short)).toEqual({ in: 35, out: 0 });
      expect(told(at(30), proxy({ name: 'new', since: at(25), io: io(0) }))).toEqual({ in: 700 / 30, out: 0 });
    });

    it('tell the latency as the mean of what was probed', () => {
      const reader = cumulativeReader();
      const told = (count: number, sum: number, now: number) => {
        const probeDuration = [{ errorType: undefined, histogram: histogram([count, 0, 0], sum) }];
        return pointsOf(reader.collect(withProxy({ probeDuration }), now), 'frp.proxy.latency')?.[0]?.value;
      };
      expect(told(2, 1, at(60))).toBe(0.5);
      expect(told(3, 2.5, at(600))).toBe(1.5);
      expect(told(3, 2.5, at(1200))).toBeUndefined();
    });

    it('neither lose nor repeat what a source did not tell for a while', () => {
      const reader = cumulativeReader();
      const told = (bytes: number | undefined, now: number) =>
        valuesBy(
          reader.collect(withProxy({ io: bytes === undefined ? undefined : { in: bytes, out: 0 } }), now),
          'frp.server.throughput',
          'frp.traffic.direction',
        ).in;
      told(1_000_000, at(600));
      expect(told(1_000_100, at(610))).toBe(10);
      expect(told(undefined, at(620))).toBeUndefined();
      expect(told(1_000_400, at(630))).toBe(30);
    });
  });

  describe('two readers', () => {
    it('of different temporality and rhythm do not disturb each other', () => {
      const [push, scrape] = [deltaReader(), cumulativeReader()];
      const pushed: unknown[] = [];
      const scraped: unknown[] = [];
      for (let second = 10; second <= 60; second += 10) {
        const point = pointsOf(scrape.collect(carried(second), at(second)), 'frp.proxy.io')?.[0];
        scraped.push([point?.start, point?.end, point?.value]);
        if (second % 30 !== 0) continue;
        const delta = pointsOf(push.collect(carried(second), at(second)), 'frp.proxy.io')?.[0];
        pushed.push([delta?.start, delta?.end, delta?.value]);
      }
      expect(scraped).toEqual([10, 20, 30, 40, 50, 60].map((second) => [T0, at(second), second]));
      expect(pushed).toEqual([
        [T0, at(30), 30],
        [at(30), at(60), 30],
      ]);
    });

    it('have each a window of their own for derived metrics', () => {
      const [push, scrape] = [deltaReader(), cumulativeReader()];
      const bytes = (second: number) => carried(second <= 30 ? 0 : 3000);
      push.collect(bytes(0), at(0));
      for (let second = 0; second < 60; second += 5) scrape.collect(bytes(second), at(second));
      const throughput = (reader: SnapshotCollector, second: number) =>
        valuesBy(reader.collect(bytes(second), at(second)), 'frp.proxy.throughput', 'frp.traffic.direction');
      expect(throughput(push, 60)).toEqual({ in: 50, out: 0 });
      expect(throughput(scrape, 60)).toEqual({ in: 50, out: 0 });
      expect(throughput(scrape, 100)).toEqual({ in: 0, out: 0 });
      expect(throughput(push, 100)).toEqual({ in: 30, out: 0 }); // it knows nothing between 0 and 60 s
    });
  });

  it('tells the throughput as a gauge of this moment, from the second collection on', () => {
    const reader = cumulativeReader();
    expect(pointsOf(reader.collect(carried(100), at(60)), 'frp.proxy.throughput')).toBeUndefined();
    const metrics = reader.collect(carried(400, 5), at(70));
    expect(shapeOf(metrics, 'frp.proxy.throughput')).toMatchObject({ type: 'GAUGE', unit: 'By/s', valueType: 1 });
    expect(pointsOf(metrics, 'frp.proxy.throughput')).toEqual([
      { attributes: { ...ofWeb, 'frp.traffic.direction': 'in' }, start: at(70), end: at(70), value: 30 },
      { attributes: { ...ofWeb, 'frp.traffic.direction': 'out' }, start: at(70), end: at(70), value: 0.5 },
    ]);
  });

  it('goes on with the throughput of a proxy whose type becomes known late, under its new attributes', () => {
    const reader = cumulativeReader();
    reader.collect(withProxy({ type: '', io: { in: 0, out: 0 } }), at(0));
    reader.collect(withProxy({ type: 'tcp', io: { in: 100, out: 0 } }), at(10));
    const metrics = reader.collect(withProxy({ type: 'tcp', io: { in: 300, out: 0 } }), at(20));
    expect(pointsOf(metrics, 'frp.proxy.throughput')?.[0]).toMatchObject({ attributes: ofWeb, value: 15 }); // 300 / 20 s
  });

  it('tells no metric without points', () => {
    const metrics = cumulativeReader().collect(snapshot(client()), at(60));
    expect(metrics.map(({ descriptor }) => descriptor.name)).toEqual([
      'frp.process.up',
      'frp.process.expected',
      'frp.process.restarts',
      'frp.client.connected',
      'frp.client.reconnects',
      'frp.client.config.reloads',
      'frp.telemetry.log.lines',
      'frp.client.reconnects.recent',
    ]);
    expect(cumulativeReader().collect(snapshot(), at(60))).toEqual([]);
  });

  it('tells the whole catalogue but the gauges that are a Meter’s, each metric once', () => {
    const reader = cumulativeReader(allMetrics);
    reader.collect(richSnapshot(), at(60));
    const names = reader.collect(richSnapshot(), at(70)).map(({ descriptor }) => descriptor.name);
    const rows = [...instanceCatalogue, ...proxyCatalogue].filter(({ kind }) => kind !== 'resource gauge');
    expect([...names].sort()).toEqual([...rows, ...derivedMetrics].map(({ name }) => name).sort());
  });

  it('reads uptimes at the time of the collection', () => {
    const metrics = cumulativeReader().collect(withProxy({ startedAt: at(15) }), at(60));
    expect(pointsOf(metrics, 'frp.proxy.uptime')).toEqual([
      { attributes: ofWeb, start: at(60), end: at(60), value: 45 },
    ]);
  });
});
