import { describe, expect, it } from '@jest/globals';
import { AggregationTemporality, InstrumentType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { ProxySnapshot } from '../../src/model/FrpSnapshot.js';
import { instanceCatalogue, proxyCatalogue } from '../../src/telemetry/catalogue/catalogue.js';
import type { MetricRow } from '../../src/telemetry/catalogue/MetricRow.js';
import { SnapshotCollector } from '../../src/telemetry/SnapshotCollector.js';
import { pointsOf } from './metricPoints.js';
import { randomFrom } from './simulatedServers.js';
import { allMetrics, at, histogram, proxy, richSnapshot, server, snapshot } from './snapshots.js';

const READERS: Readonly<Record<string, (instrument: InstrumentType) => AggregationTemporality>> = {
  cumulative: () => AggregationTemporality.CUMULATIVE,
  delta: () => AggregationTemporality.DELTA,
  'delta but for what goes up and down': (instrument) =>
    instrument === InstrumentType.OBSERVABLE_UP_DOWN_COUNTER
      ? AggregationTemporality.CUMULATIVE
      : AggregationTemporality.DELTA,
};
const STEPS = 300;
const NAMES = ['web', 'ssh', 'db', 'late'];

type Random = () => number;

/** What may become of a proxy between two collections: mostly nothing, and then its snapshot is the same object. */
const changed = (before: ProxySnapshot, random: Random, now: number): ProxySnapshot => {
  const up = (most: number) => Math.floor(random() * most);
  const { io = { in: 0, out: 0 }, connections, roundTrip = histogram([0, 0, 0], 0) } = before;
  const changes: readonly (() => Partial<ProxySnapshot>)[] = [
    () => ({ io: { in: io.in + up(900), out: io.out + up(90) } }),
    () => ({ io: undefined }),
    () => ({ io: { in: up(50), out: 0 } }), // it began anew
    () => ({ connections: connections.map((each) => ({ ...each, count: each.count + up(3) })) }),
    () => ({ connections: [...connections.slice(0, 1), { errorType: 'work_connection', count: up(9) }] }),
    () => ({ activeConnections: up(4) }),
    () => ({ roundTrip: histogram([up(2) + (roundTrip.counts[0] ?? 0), 1, 0], roundTrip.sum + 0.5, [0.01, 0.5]) }),
    () => ({ probeDuration: [{ errorType: undefined, histogram: histogram([up(9), 1, 0], up(5)) }] }),
    () => ({ type: before.type === 'tcp' ? 'udp' : 'tcp' }),
    () => ({ endedAt: before.endedAt === undefined ? now : undefined }),
    () => ({ since: now, endedAt: undefined, io: { in: 1, out: 1 } }),
  ];
  return { ...before, ...changes[up(changes.length)]?.() };
};

/** Metrics in the order in which they are told, but points of a derived one, which have none, by their attributes. */
const comparable = (metrics: readonly MetricData[]) =>
  metrics.map((metric) => ({
    ...metric,
    dataPoints: metric.dataPoints.map((point) => JSON.stringify(point)).sort(),
  }));

describe('a proxy that has not changed since the last collection', () => {
  describe.each(Object.keys(READERS))('is told, to a reader that is %s,', (name) => {
    const temporalityOf = READERS[name] ?? (() => AggregationTemporality.CUMULATIVE);

    it.each([1, 2, 3, 4])('exactly as if it were read anew, whatever happens: seed %i', (seed) => {
      const random = randomFrom(seed);
      let team = 'blue';
      const options = seed % 2 === 0 ? allMetrics : { ...allMetrics, proxyAttributes: () => ({ team }) };
      const ours = new SnapshotCollector(temporalityOf, options);
      const readsAll = new SnapshotCollector(temporalityOf, options);
      let proxies = NAMES.slice(0, 3).map((each) => proxy({ name: each }));
      let serverName = 'host:7000';
      let unchanged = 0;
      for (let step = 1; step <= STEPS; step += 1) {
        const now = at(step * 10);
        const before = proxies;
        proxies = proxies.map((each) => (random() < 0.2 ? changed(each, random, now) : each));
        if (random() < 0.03) proxies = proxies.slice(1);
        const missing = NAMES.find((each) => !proxies.some((known) => known.name === each));
        if (random() < 0.05 && missing !== undefined) proxies = [...proxies, proxy({ name: missing, since: now })];
        if (random() < 0.02) serverName = `${step}:7000`;
        if (random() < 0.02) team = `team ${step}`;
        unchanged += proxies.filter((each) => before.includes(each)).length;
        const taken = snapshot(server({ serverName, proxies }));
        expect(comparable(ours.collect(taken, now))).toEqual(comparable(readsAll.collect(structuredClone(taken), now)));
        expect(ours.size).toBe(readsAll.size);
      }
      expect(unchanged).toBeGreaterThan(STEPS);
    });

    it('without being read again', () => {
      let reads = 0;
      const one = Object.freeze({
        ...proxy(),
        get io() {
          reads += 1;
          return { in: 7, out: 0 };
        },
      });
      const reader = new SnapshotCollector(temporalityOf);
      const collect = (now: number) => reader.collect(snapshot(server({ proxies: [one] })), now);
      collect(at(10));
      const first = collect(at(20));
      const readsBefore = reads;
      const second = collect(at(30));
      expect([readsBefore > 0, reads]).toEqual([true, readsBefore]);
      const [before, after] = [first, second].map((metrics) => pointsOf(metrics, 'frp.proxy.io')?.[0]);
      expect([before?.end, after?.end]).toEqual([at(20), at(30)]);
      expect([after?.value, after?.attributes === before?.attributes]).toEqual([before?.value, true]);
    });
  });

  it('leaves the points of the last collection as they are', () => {
    const reader = new SnapshotCollector(() => AggregationTemporality.DELTA);
    const taken = snapshot(server({ proxies: [proxy({ roundTrip: histogram([2, 0, 0], 0.1, [0.05, 0.05]) })] }));
    reader.collect(taken, at(10));
    const told = reader.collect(taken, at(20));
    const copy = structuredClone(told);
    reader.collect(taken, at(30));
    reader.collect(taken, at(40));
    expect(told).toEqual(copy);
  });
});

describe('the catalogue', () => {
  it('has nothing but gauges that grow by themselves: all else of an unchanged subject is told again unread', () => {
    const { instances } = richSnapshot();
    const read = <Of>(row: MetricRow<Of>, subject: Of, now: number): string => {
      const values: unknown[] = [];
      row.read(subject, (...value: unknown[]) => values.push(value), now);
      return JSON.stringify(values);
    };
    const growing = <Of>(rows: readonly MetricRow<Of>[], subjects: readonly Of[]): MetricRow<Of>[] =>
      rows.filter((row) => subjects.some((each) => read(row, each, at(500)) !== read(row, each, at(900))));
    const kinds = [
      ...growing(instanceCatalogue, instances),
      ...growing(
        proxyCatalogue,
        instances.flatMap(({ proxies }) => proxies),
      ),
    ].map(({ kind, name }) => [name, kind]);
    expect(kinds).toContainEqual(['frp.proxy.uptime', 'gauge']);
    expect(kinds.filter(([, kind]) => kind !== 'gauge' && kind !== 'resource gauge')).toEqual([]);
  });
});
