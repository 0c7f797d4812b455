import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { AggregationTemporality, InstrumentType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { SCOPE } from '../../src/telemetry/scope.js';
import { FrpMetricReader } from '../../src/telemetry/withFrp.js';
import { metricsOfScope, pointsOf } from './metricPoints.js';
import { NaiveReader, type NamedPoint } from './NaiveReader.js';
import { SimulatedServers } from './simulatedServers.js';
import { T0 } from './snapshots.js';

class ManualReader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

/** Told as well, and not worked out here. */
const NOT_COMPARED = new Set([
  'frp.process.up',
  'frp.process.expected',
  'frp.process.info',
  'frp.proxy.uptime',
  'frp.proxy.connection.active',
  'frp.proxy.errors',
  'frp.server.client.active',
  'frp.server.client.disconnects',
  'frp.server.proxy.active',
  'frp.server.dashboard.requests',
  'frp.server.errors',
  'frp.telemetry.log.lines',
  'frp.telemetry.dropped',
]);

const COUNTERS = new Set([
  'frp.process.restarts',
  'frp.server.logins',
  'frp.server.proxy.starts',
  'frp.proxy.io',
  'frp.proxy.connections',
]);
const OTHERS = [
  'frp.proxy.status',
  'frp.proxy.throughput',
  'frp.proxy.error.ratio',
  'frp.server.throughput',
  'frp.server.error.ratio',
  'frp.server.login.failures.recent',
];

const STEPS = 350;

const inOrder = (points: readonly NamedPoint[]): NamedPoint[] =>
  points
    .map((point) => ({ point, key: keyOf(point) }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ point }) => point);

const keyOf = ({ name, attributes }: Pick<NamedPoint, 'name' | 'attributes'>): string =>
  `${name} ${JSON.stringify(Object.entries(attributes).sort())}`;

afterEach(() => {
  jest.restoreAllMocks();
});

/** One reader beside its plain reckoning. */
class ComparedReader {
  readonly intervalMillis: number;
  readonly inner: MetricReader;
  readonly #naive: NaiveReader;
  collections = 0;
  /** All points that were told. */
  readonly points: NamedPoint[] = [];

  constructor(temporality: AggregationTemporality, intervalMillis: number) {
    this.intervalMillis = intervalMillis;
    // As OTLP's preference "delta" has it: up-down counters stay cumulative.
    const aggregationTemporalitySelector = (type: InstrumentType) =>
      type === InstrumentType.OBSERVABLE_UP_DOWN_COUNTER ? AggregationTemporality.CUMULATIVE : temporality;
    this.inner = new ManualReader({ aggregationTemporalitySelector });
    this.#naive = new NaiveReader(temporality === AggregationTemporality.DELTA);
  }

  async compare(servers: SimulatedServers, now: number): Promise<void> {
    const { resourceMetrics, errors } = await this.inner.collect();
    expect(errors).toEqual([]);
    const told = metricsOfScope(resourceMetrics, SCOPE.name).filter(
      ({ descriptor }) => !NOT_COMPARED.has(descriptor.name),
    );
    const points = told.flatMap(({ descriptor: { name } }) =>
      (pointsOf(told, name) ?? []).map((point) => ({ ...point, name }) as NamedPoint),
    );
    const expected = this.#naive.collect(servers.truth(now), now);
    expect(inOrder(points)).toEqual(inOrder(expected));
    this.collections += 1;
    this.points.push(...points);
  }
}

/** What was counted in all, over all lives of each series. */
const totalsOf = (points: readonly NamedPoint[], isDelta: boolean): Record<string, number> => {
  const values = new Map<string, number>();
  for (const point of points.filter(({ name }) => COUNTERS.has(name))) {
    const key = isDelta ? keyOf(point) : `${keyOf(point)} since ${point.start}`;
    values.set(key, point.value + (isDelta ? (values.get(key) ?? 0) : 0));
  }
  const totals: Record<string, number> = {};
  for (const [key, value] of values) {
    const [series = ''] = key.split(' since ');
    totals[series] = (totals[series] ?? 0) + value;
  }
  return totals;
};

describe('a simulated history of three frps', () => {
  it.each([1, 2, 3, 4, 5])('gives each reader exactly the points of the truth: seed %i', async (seed) => {
    const scrape = new ComparedReader(AggregationTemporality.CUMULATIVE, 30_000);
    const push = new ComparedReader(AggregationTemporality.DELTA, 70_000);
    let now = T0;
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    const due = new Map([scrape, push].map((reader) => [reader, T0 + reader.intervalMillis]));
    const collectUntil = async (until: number): Promise<void> => {
      for (;;) {
        const [next] = [...due].sort(([, one], [, other]) => one - other);
        if (next === undefined || next[1] >= until) break;
        const [reader, time] = next;
        now = time;
        await reader.compare(servers, time);
        due.set(reader, time + reader.intervalMillis);
      }
      now = until;
    };
    const servers = new SimulatedServers(seed, T0, collectUntil);
    const source = { snapshot: () => servers.snapshot(now) };
    const readers = [scrape, push].map(({ inner }) => new FrpMetricReader(inner, () => source));
    const provider = new MeterProvider({ readers });
    for (let step = 0; step < STEPS; step += 1) await servers.step();
    await scrape.compare(servers, now);
    await push.compare(servers, now);

    expect([scrape.collections > 80, push.collections > 30]).toEqual([true, true]);
    expect(totalsOf(push.points, true)).toEqual(totalsOf(scrape.points, false));
    for (const name of [...COUNTERS, ...OTHERS]) {
      const told = scrape.points.filter((point) => point.name === name && point.value > 0);
      expect([name, told.length > 10]).toEqual([name, true]); // a history in which something happens
    }
    await provider.shutdown();
  });
});
