import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  AggregationType,
  createAllowListAttributesProcessor,
  createDenyListAttributesProcessor,
  type IAttributesProcessor,
  InstrumentType,
  MeterProvider,
  type MetricData,
  MetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import type { FrpSnapshot, ProxySnapshot } from '../../../src/model/FrpSnapshot.js';
import { observeOnMeter } from '../../../src/telemetry/observeOnMeter.js';
import { SnapshotCollector } from '../../../src/telemetry/SnapshotCollector.js';
import { PLAIN_METRICS, type SnapshotSource } from '../../../src/telemetry/SnapshotSource.js';
import { SCOPE } from '../../../src/telemetry/scope.js';
import { MetricViews } from '../../../src/telemetry/views/MetricViews.js';
import { FrpMetricReader } from '../../../src/telemetry/withFrp.js';
import { metricsOfScope, pointsOf, shapeOf } from '../metricPoints.js';
import { at, histogram, proxy, richSnapshot, server, snapshot, T0 } from '../snapshots.js';

const byInstance: ViewOptions = {
  instrumentName: 'frp.proxy.*',
  attributesProcessors: [createAllowListAttributesProcessor(['frp.instance'])],
};
const ofInstance = { 'frp.instance': 'frps@host' };

/** One reader with views. */
class Viewed {
  readonly #collector: SnapshotCollector;
  readonly views: MetricViews;

  constructor(views: readonly ViewOptions[], temporality = AggregationTemporality.CUMULATIVE) {
    this.#collector = new SnapshotCollector(() => temporality);
    this.views = new MetricViews(views);
  }

  at(seconds: number, known: FrpSnapshot): MetricData[] {
    return this.views.show(this.#collector.collect(known, at(seconds)));
  }

  /** Start and end in seconds, and the value, of a metric's points. */
  points(seconds: number, known: FrpSnapshot, name: string): (readonly unknown[])[] | undefined {
    return pointsOf(this.at(seconds, known), name)?.map(({ attributes, start, end, value }) => [
      attributes,
      (start - T0) / 1000,
      (end - T0) / 1000,
      value,
    ]);
  }
}

const proxies = (...parts: Partial<ProxySnapshot>[]): FrpSnapshot => snapshot(server({ proxies: parts.map(proxy) }));
const io = (bytesIn: number, bytesOut = 0) => ({ in: bytesIn, out: bytesOut });

describe('MetricViews', () => {
  it('leaves all as it is where no view selects anything', () => {
    const [plain, viewed] = [new Viewed([]), new Viewed([{ instrumentName: 'http.*', name: 'x' }])];
    expect(viewed.at(60, richSnapshot())).toEqual(plain.at(60, richSnapshot()));
  });

  describe('selects', () => {
    const selected = (view: ViewOptions): string[] =>
      new Viewed([{ description: 'seen', ...view }])
        .at(60, richSnapshot())
        .flatMap(({ descriptor }) => (descriptor.description === 'seen' ? [descriptor.name] : []));

    it.each<[ViewOptions, string[]]>([
      [{ instrumentName: 'frp.proxy.io' }, ['frp.proxy.io']],
      [
        { instrumentName: 'frp.client.*s' },
        ['frp.client.logins', 'frp.client.reconnects', 'frp.client.config.reloads', 'frp.client.errors'],
      ],
      [
        { instrumentName: 'frp.proxy.*.*' },
        [
          'frp.proxy.connection.active',
          'frp.proxy.connection.duration',
          'frp.proxy.connection.rtt',
          'frp.proxy.probe.duration',
          'frp.proxy.error.ratio',
        ],
      ],
      [{ instrumentUnit: 'By/s' }, []],
      [{ instrumentUnit: '{login}' }, ['frp.server.logins', 'frp.client.logins', 'frp.server.login.failures.recent']],
      [
        { instrumentType: InstrumentType.HISTOGRAM },
        [
          'frp.client.login.duration',
          'frp.proxy.connection.duration',
          'frp.proxy.connection.rtt',
          'frp.proxy.probe.duration',
        ],
      ],
      [{ instrumentName: 'frp.proxy.i*', instrumentType: InstrumentType.OBSERVABLE_COUNTER }, ['frp.proxy.io']],
      [{ instrumentName: 'frp.proxy.i*', instrumentType: InstrumentType.COUNTER }, ['frp.proxy.io']],
      [{ instrumentName: 'frp.proxy.i*', instrumentType: InstrumentType.OBSERVABLE_GAUGE }, []],
      [{ instrumentName: 'frp.proxy.io', instrumentUnit: 's' }, []],
      [{ instrumentName: 'frp.proxy.io', meterName: SCOPE.name, meterVersion: SCOPE.version }, ['frp.proxy.io']],
      [{ instrumentName: 'frp.proxy.io', meterName: 'other' }, []],
      [{ instrumentName: 'frp.proxy.io', meterVersion: '0.0.0' }, []],
      [{ instrumentName: 'frp.proxy.io', meterSchemaUrl: 'https://example.com' }, []],
    ])('%j', (view, names) => {
      expect(selected(view).sort()).toEqual(names.sort());
    });
  });

  it('gives a stream its name and description', () => {
    const metrics = new Viewed([{ instrumentName: 'frp.proxy.io', name: 'bytes', description: 'Bytes.' }]).at(
      60,
      richSnapshot(),
    );
    expect(shapeOf(metrics, 'bytes')).toMatchObject({ description: 'Bytes.', unit: 'By', type: 'SUM' });
    expect(shapeOf(metrics, 'frp.proxy.io')).toBeUndefined();
  });

  it('makes two streams where two views select one metric', () => {
    const views = [
      { instrumentName: 'frp.proxy.io', name: 'all', attributesProcessors: [createAllowListAttributesProcessor([])] },
      { instrumentName: 'frp.proxy.io' },
    ];
    const metrics = new Viewed(views).at(60, proxies({ io: io(1, 2) }, { name: 'ssh', io: io(3, 4) }));
    expect(pointsOf(metrics, 'all')).toEqual([{ attributes: {}, start: T0, end: at(60), value: 10 }]);
    expect(pointsOf(metrics, 'frp.proxy.io')?.map(({ value }) => value)).toEqual([1, 2, 3, 4]);
  });

  it('drops what it is told to, except what another view wants', () => {
    const drop = { aggregation: { type: AggregationType.DROP } } as const;
    const views = [{ instrumentName: '*', ...drop }, { instrumentName: 'frp.proxy.io' }];
    expect(new Viewed(views).at(60, richSnapshot()).map(({ descriptor }) => descriptor.name)).toEqual(['frp.proxy.io']);
  });

  describe('merges cumulative counters', () => {
    it('from the earliest start, and does not fall when one of them ends', () => {
      const viewed = new Viewed([byInstance]);
      const told = (seconds: number, known: FrpSnapshot) => viewed.points(seconds, known, 'frp.proxy.io');
      expect(told(60, proxies({ since: at(10), io: io(5) }, { name: 'ssh', since: at(20), io: io(7) }))).toEqual([
        [ofInstance, 10, 60, 12],
      ]);
      expect(
        told(75, proxies({ since: at(10), io: io(6) }, { name: 'ssh', since: at(20), io: io(9), endedAt: at(70) })),
      ).toEqual([[ofInstance, 10, 75, 15]]);
      expect(told(90, proxies({ since: at(10), io: io(8) }))).toEqual([[ofInstance, 10, 90, 17]]);
      expect(told(105, proxies({ since: at(10), io: io(8) }, { name: 'new', since: at(91), io: io(1) }))).toEqual([
        [ofInstance, 10, 105, 18],
      ]);
    });

    it('and goes on with one that comes back', () => {
      const viewed = new Viewed([byInstance]);
      const told = (seconds: number, ended: boolean, bytes: number) =>
        viewed.points(seconds, proxies({ io: io(bytes), endedAt: ended ? at(65) : undefined }), 'frp.proxy.io');
      expect(told(60, false, 5)).toEqual([[ofInstance, 0, 60, 5]]);
      expect(told(75, true, 9)).toEqual([[ofInstance, 0, 75, 9]]);
      expect(told(90, true, 9)).toBeUndefined();
      expect(told(105, false, 10)).toEqual([[ofInstance, 0, 105, 10]]);
    });

    it('and takes one of the same name that began later as another', () => {
      const viewed = new Viewed([byInstance]);
      viewed.at(60, proxies({ io: io(50) }));
      expect(viewed.points(75, proxies({ since: at(70), io: io(2) }), 'frp.proxy.io')).toEqual([
        [ofInstance, 0, 75, 52],
      ]);
    });

    it('and forgets the one that ended longest ago when it remembers too many', () => {
      const viewed = new Viewed([
        {
          instrumentName: 'frp.proxy.io',
          attributesProcessors: [createDenyListAttributesProcessor(['frp.traffic.direction'])],
        },
      ]);
      let told: unknown;
      for (let round = 1; round <= 2_100; round += 1) {
        const batch = Array.from({ length: 5 }, (_, index) => ({
          name: `p${round}-${index}`,
          since: at(round),
          io: io(1),
        }));
        told = viewed.points(round + 1, proxies(...batch), 'frp.proxy.io')?.length;
      }
      expect(told).toBe(5);
      expect(viewed.views.size).toBeLessThanOrEqual(10_005);
    });
  });

  it('merges delta counters and histograms by adding them up', () => {
    const viewed = new Viewed([byInstance], AggregationTemporality.DELTA);
    const known = (bytes: number, trips: number) =>
      proxies(
        { io: io(bytes), roundTrip: histogram([trips, 0, 0], trips / 4, [0.01, 0.05]) },
        { name: 'ssh', io: io(1, bytes), roundTrip: histogram([0, 1, 0], 0.5, [0.5, 0.5]) },
      );
    const first = viewed.at(60, known(5, 2));
    expect(pointsOf(first, 'frp.proxy.io')).toEqual([{ attributes: ofInstance, start: T0, end: at(60), value: 11 }]);
    expect(pointsOf(first, 'frp.proxy.connection.rtt')).toEqual([
      {
        attributes: ofInstance,
        start: T0,
        end: at(60),
        value: { buckets: { boundaries: [0.1, 1], counts: [2, 1, 0] }, sum: 1, count: 3, min: 0.01, max: 0.5 },
      },
    ]);
    const second = viewed.at(75, known(7, 4));
    expect(pointsOf(second, 'frp.proxy.io')).toEqual([
      { attributes: ofInstance, start: at(60), end: at(75), value: 4 },
    ]);
    expect(pointsOf(second, 'frp.proxy.connection.rtt')?.[0]?.value).toEqual({
      buckets: { boundaries: [0.1, 1], counts: [2, 0, 0] },
      sum: 0.5,
      count: 2,
    });
  });

  it('merges cumulative histograms so that they do not fall', () => {
    const viewed = new Viewed([byInstance]);
    const trip = (count: number) => histogram([count, 0, 0], count / 4, [0.01, 0.05]);
    const told = (seconds: number, known: FrpSnapshot) =>
      viewed.points(seconds, known, 'frp.proxy.connection.rtt')?.[0]?.[3];
    told(60, proxies({ roundTrip: trip(4) }, { name: 'ssh', roundTrip: histogram([0, 1, 0], 0.5, [0.5, 0.5]) }));
    expect(told(75, proxies({ roundTrip: trip(8) }))).toEqual({
      buckets: { boundaries: [0.1, 1], counts: [8, 1, 0] },
      sum: 2.5,
      count: 9,
      min: 0.01,
      max: 0.5,
    });
  });

  it('adds up what goes up and down as it is now', () => {
    const viewed = new Viewed([byInstance]);
    const told = (seconds: number, known: FrpSnapshot) => viewed.points(seconds, known, 'frp.proxy.connection.active');
    expect(told(60, proxies({ activeConnections: 5 }, { name: 'ssh', activeConnections: 3 }))).toEqual([
      [ofInstance, 0, 60, 8],
    ]);
    expect(told(75, proxies({ activeConnections: 2 }))).toEqual([[ofInstance, 0, 75, 2]]);
  });

  it('lets the last gauge win, in the order of the snapshot', () => {
    const viewed = new Viewed([byInstance]);
    const known = proxies({ startedAt: at(10) }, { name: 'ssh', startedAt: at(40) });
    expect(viewed.points(60, known, 'frp.proxy.uptime')).toEqual([[ofInstance, 60, 60, 20]]);
  });

  it('comes after what is computed: a ratio stays when the view takes error.type away', () => {
    const deny = createDenyListAttributesProcessor(['error.type']);
    const viewed = new Viewed([{ instrumentName: 'frp.proxy.*', attributesProcessors: [deny] }]);
    const tally = (ok: number, failed: number) => [
      { errorType: undefined, count: ok },
      { errorType: 'work_connection', count: failed },
    ];
    viewed.at(0, proxies({ connections: tally(0, 0) }));
    const metrics = viewed.at(60, proxies({ connections: tally(8, 4) }));
    expect(pointsOf(metrics, 'frp.proxy.connections')?.map(({ value }) => value)).toEqual([12]);
    expect(pointsOf(metrics, 'frp.proxy.error.ratio')?.map(({ value }) => value)).toEqual([4 / 12]);
  });

  describe('with a limit of series', () => {
    const limited = (limit: number) =>
      new Viewed([{ instrumentName: 'frp.proxy.io', aggregationCardinalityLimit: limit }]);
    const names = (points: (readonly unknown[])[] | undefined) =>
      points?.map(([attributes, , , value]) => {
        const { 'frp.proxy.name': name, 'frp.traffic.direction': direction } = attributes as Attributes;
        return [name === undefined ? attributes : `${name} ${direction}`, value];
      });
    const overflow = { 'otel.metric.overflow': true };

    it('makes one of all that is beyond, and loses nothing', () => {
      const viewed = limited(3);
      const known = (bytes: number) => proxies({ io: io(bytes, 1) }, { name: 'ssh', io: io(10, bytes) });
      expect(names(viewed.points(60, known(5), 'frp.proxy.io'))).toEqual([
        ['web in', 5],
        ['web out', 1],
        [overflow, 15],
      ]);
      expect(names(viewed.points(75, known(6), 'frp.proxy.io'))).toEqual([
        ['web in', 6],
        ['web out', 1],
        [overflow, 16],
      ]);
    });

    it('gives the place of one that ended to one that comes', () => {
      const viewed = limited(3);
      viewed.at(60, proxies({ io: io(5, 5) }));
      expect(names(viewed.points(75, proxies({ name: 'new', since: at(70), io: io(1, 2) }), 'frp.proxy.io'))).toEqual([
        ['new in', 1],
        ['new out', 2],
      ]);
    });
  });

  it('makes a histogram coarser, or the sum of what was recorded, or leaves its extremes away', () => {
    const coarse = (options: { boundaries: number[]; recordMinMax?: boolean }): ViewOptions => ({
      instrumentName: 'frp.proxy.connection.rtt',
      aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options },
    });
    const known = proxies({ roundTrip: histogram([3, 2, 1], 5, [0.01, 4]) });
    const value = (view: ViewOptions) => new Viewed([view]).points(60, known, 'frp.proxy.connection.rtt')?.[0]?.[3];
    expect(value(coarse({ boundaries: [1] }))).toEqual({
      buckets: { boundaries: [1], counts: [5, 1] },
      sum: 5,
      count: 6,
      min: 0.01,
      max: 4,
    });
    expect(value(coarse({ boundaries: [0.1], recordMinMax: false }))).toEqual({
      buckets: { boundaries: [0.1], counts: [3, 3] },
      sum: 5,
      count: 6,
    });
    const sum = new Viewed([
      { instrumentName: 'frp.proxy.connection.rtt', aggregation: { type: AggregationType.SUM } },
    ]).at(60, known);
    expect(shapeOf(sum, 'frp.proxy.connection.rtt')).toMatchObject({ type: 'SUM', isMonotonic: true });
    expect(pointsOf(sum, 'frp.proxy.connection.rtt')?.[0]?.value).toBe(5);
  });

  it('keeps a fault of an attributes processor to itself, and tells of it', () => {
    const fault = new Error('no attributes today');
    const throwing: IAttributesProcessor = {
      process: () => {
        throw fault;
      },
    };
    const odd: IAttributesProcessor = {
      process: (attributes) => ({ ...attributes, big: 1n as unknown as number, fn: (() => 1) as unknown as string }),
    };
    const viewed = new Viewed([
      { instrumentName: 'frp.proxy.io', attributesProcessors: [throwing] },
      { instrumentName: 'frp.proxy.status', attributesProcessors: [odd] },
    ]);
    const plain = new Viewed([]);
    const known = proxies({ io: io(1, 2) });
    expect(viewed.at(60, known)).toEqual(plain.at(60, known));
    expect(viewed.views.takeErrors()).toEqual([fault, fault]);
    expect(viewed.views.takeErrors()).toEqual([]);
  });
});

describe('withFrp with views', () => {
  class ManualReader extends MetricReader {
    protected async onShutdown(): Promise<void> {}
    protected async onForceFlush(): Promise<void> {}
  }

  let provider: MeterProvider | undefined;
  afterEach(async () => {
    jest.restoreAllMocks();
    await provider?.shutdown();
  });

  it('shows the resource gauges, which come from the Meter, through them as well', async () => {
    const views = [
      { instrumentName: 'frp.process.cpu.utilization', name: 'cpu' },
      { instrumentName: 'frp.process.up', name: 'up' },
      { instrumentName: 'orders', name: 'not.ours' },
    ];
    const source: SnapshotSource = { snapshot: richSnapshot, metrics: { ...PLAIN_METRICS, views } };
    const reader = new ManualReader();
    provider = new MeterProvider({ readers: [new FrpMetricReader(reader, () => source)] });
    observeOnMeter(provider.getMeter(SCOPE.name, SCOPE.version), source, 'resource gauges');
    provider.getMeter('a-program').createCounter('orders').add(1);
    jest.spyOn(Date, 'now').mockReturnValue(at(60));
    const { resourceMetrics, errors } = await reader.collect();
    expect(errors).toEqual([]);
    const ours = metricsOfScope(resourceMetrics, SCOPE.name).map(({ descriptor }) => descriptor.name);
    expect(ours).toEqual(expect.arrayContaining(['cpu', 'up', 'frp.process.uptime']));
    expect(ours).not.toEqual(expect.arrayContaining(['frp.process.cpu.utilization']));
    expect(metricsOfScope(resourceMetrics, 'a-program').map(({ descriptor }) => descriptor.name)).toEqual(['orders']);
  });
});
