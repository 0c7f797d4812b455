import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  type IMetricReader,
  InMemoryMetricExporter,
  InstrumentType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { FrpSnapshot } from '../../src/model/FrpSnapshot.js';
import { activeSource } from '../../src/telemetry/activeSource.js';
import { observeOnMeter } from '../../src/telemetry/observeOnMeter.js';
import type { SnapshotSource } from '../../src/telemetry/SnapshotSource.js';
import { SCOPE } from '../../src/telemetry/scope.js';
import { withFrp } from '../../src/telemetry/withFrp.js';
import { wrappedReaders } from '../../src/telemetry/wrappedReaders.js';
import { metricsOfScope, pointsOf, shapeOf } from './metricPoints.js';
import { at, proxy, richSnapshot, server, snapshot, T0 } from './snapshots.js';

let known: FrpSnapshot;
const source = { snapshot: () => known };
const carried = (bytesIn: number) => snapshot(server({ proxies: [proxy({ io: { in: bytesIn, out: 0 } })] }));
const setTime = (now: number) => jest.spyOn(Date, 'now').mockReturnValue(now);

/** As one observation begins and ends. */
const register = (next: SnapshotSource) => activeSource.add(next);
const unregister = () => {
  for (let read = activeSource.get(); read !== undefined; read = activeSource.get()) activeSource.remove(read);
};

let push: { reader: IMetricReader; exporter: InMemoryMetricExporter };
let prometheus: { reader: IMetricReader };
let provider: MeterProvider;

beforeEach(() => {
  known = snapshot();
  setTime(T0);
  register(source);
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  push = { reader: new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 }), exporter };
  prometheus = { reader: new PrometheusExporter({ preventServerStart: true }) };
  provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'a-program' }),
    readers: [withFrp(push.reader), withFrp(prometheus.reader)],
  });
});

afterEach(async () => {
  unregister();
  jest.restoreAllMocks();
  await provider.shutdown();
});

/** What the delta reader exports at a time. */
const pushed = async (now: number) => {
  setTime(now);
  push.exporter.reset();
  await push.reader.forceFlush();
  return push.exporter.getMetrics()[0];
};

/** What a scrape at a time gets. */
const scraped = async (now: number) => {
  setTime(now);
  const { resourceMetrics, errors } = await prometheus.reader.collect();
  return { resourceMetrics, errors, text: new PrometheusSerializer().serialize(resourceMetrics) };
};

const frpOf = (collected: Parameters<typeof metricsOfScope>[0] | undefined) =>
  collected === undefined ? [] : metricsOfScope(collected, SCOPE.name);

describe('withFrp', () => {
  it('gives a pushing delta reader and a Prometheus exporter on one provider each what it wants', async () => {
    known = carried(10);
    const first = frpOf(await pushed(at(60)));
    expect(shapeOf(first, 'frp.proxy.io')).toMatchObject({ temporality: 'DELTA', isMonotonic: true });
    expect(pointsOf(first, 'frp.proxy.io')?.[0]).toMatchObject({ start: T0, end: at(60), value: 10 });

    known = carried(25);
    const scrape = await scraped(at(70));
    expect(scrape.errors).toEqual([]);
    expect(shapeOf(frpOf(scrape.resourceMetrics), 'frp.proxy.io')).toMatchObject({ temporality: 'CUMULATIVE' });
    expect(scrape.text).toMatch(/^frp_proxy_io_total\{[^}]*frp_traffic_direction="in"[^}]*\} 25$/m);

    const second = frpOf(await pushed(at(120)));
    expect(pointsOf(second, 'frp.proxy.io')?.[0]).toMatchObject({ start: at(60), end: at(120), value: 15 });
  });

  it('leaves the program’s own instruments and resource as they are', async () => {
    known = carried(10);
    const counter = provider.getMeter('a-program').createCounter('orders');
    counter.add(3, { shop: 'x' });
    const collected = await pushed(at(60));
    expect(collected?.resource.attributes).toEqual({ 'service.name': 'a-program' });
    expect(collected?.scopeMetrics.map(({ scope }) => scope)).toEqual([
      expect.objectContaining({ name: 'a-program' }),
      { name: 'opentelemetry-instrumentation-frp', version: SCOPE.version },
    ]);
    expect(pointsOf(metricsOfScope(collected ?? never(), 'a-program'), 'orders')?.[0]).toMatchObject({
      attributes: { shop: 'x' },
      value: 3,
    });
    expect((await scraped(at(61))).text).toMatch(/^orders_total\{shop="x"[^}]*\} 3$/m);
  });

  it('ends an observable gauge with its process', async () => {
    const removeGauges = observeOnMeter(provider.getMeter(SCOPE.name, SCOPE.version), source, 'resource gauges');
    known = richSnapshot();
    expect(pointsOf(frpOf(await pushed(at(60))), 'frp.process.uptime')?.map(({ value }) => value)).toEqual([60]);
    expect((await scraped(at(60))).text).toMatch(/^frp_process_cpu_utilization\{[^}]*\} 0.125$/m);
    known = snapshot(server());
    await pushed(at(75));
    await scraped(at(75)); // another reader's collection may have kept the old value until now
    expect(pointsOf(frpOf(await pushed(at(90))), 'frp.process.uptime')).toBeUndefined();
    expect((await scraped(at(90))).text).not.toContain('frp_process_cpu_utilization');
    removeGauges();
  });

  it('leaves a program’s counters cumulative where the reader wants that: it changes observable gauges alone', () => {
    const wrapped = withFrp(prometheus.reader);
    const temporality = (type: InstrumentType) => wrapped.selectAggregationTemporality(type);
    expect(temporality(InstrumentType.OBSERVABLE_GAUGE)).toBe(AggregationTemporality.DELTA);
    for (const type of Object.values(InstrumentType).filter((each) => each !== InstrumentType.OBSERVABLE_GAUGE)) {
      expect(temporality(type)).toBe(AggregationTemporality.CUMULATIVE);
    }
  });

  it('wraps a reader once, however often it is asked', () => {
    const reader = withFrp(prometheus.reader);
    expect(withFrp(reader)).toBe(reader);
  });

  it.each([[undefined], [null], [{}], [new MeterProvider()]])('refuses %p, which is no reader', (value) => {
    expect(() => withFrp(value as unknown as IMetricReader)).toThrow(/withFrp: expected a metric reader, received/);
  });

  it('adds no scope when nothing is known of frp', async () => {
    provider.getMeter('a-program').createCounter('orders').add(1);
    const names = async () => (await pushed(at(60)))?.scopeMetrics.map(({ scope }) => scope.name);
    expect(await names()).toEqual(['a-program']); // registered, and no frp yet
    unregister();
    known = carried(10);
    provider.getMeter('a-program').createCounter('orders').add(1);
    expect(await names()).toEqual(['a-program']); // not registered
  });

  it('begins with what is known when the instrumentation is registered after the provider', async () => {
    unregister();
    await pushed(at(30));
    known = carried(10);
    register(source);
    expect(pointsOf(frpOf(await pushed(at(60))), 'frp.proxy.io')?.[0]).toMatchObject({ start: T0, value: 10 });
  });

  it('reports a fault while collecting as an error of the collection, and keeps what the SDK has', async () => {
    provider.getMeter('a-program').createCounter('orders').add(2);
    const fault = new Error('the snapshot broke');
    unregister();
    register({
      snapshot: () => {
        throw fault;
      },
    });
    const { resourceMetrics, errors } = await scraped(at(60));
    expect(errors).toEqual([fault]);
    expect(pointsOf(metricsOfScope(resourceMetrics, 'a-program'), 'orders')?.[0]?.value).toBe(2);
  });

  it('is known to be in use from when a provider has it until it is shut down', async () => {
    expect(wrappedReaders.exist()).toBe(true);
    await provider.shutdown();
    expect(wrappedReaders.exist()).toBe(false);
    const wrapped = withFrp(new PrometheusExporter({ preventServerStart: true }));
    expect(wrappedReaders.exist()).toBe(false);
    const other = new MeterProvider({ readers: [wrapped] });
    expect(wrappedReaders.exist()).toBe(true);
    await wrapped.shutdown();
    await wrapped.shutdown();
    expect(wrappedReaders.exist()).toBe(false);
    await other.shutdown();
  });

  it('hands everything else to the reader it wraps', async () => {
    const calls: unknown[][] = [];
    const collected = { resourceMetrics: { resource: resourceFromAttributes({}), scopeMetrics: [] }, errors: [] };
    const inner: IMetricReader = {
      setMetricProducer: () => calls.push(['setMetricProducer']),
      selectAggregation: (type) => {
        calls.push(['selectAggregation', type]);
        return { type: AggregationType.DROP };
      },
      selectAggregationTemporality: () => AggregationTemporality.DELTA,
      selectCardinalityLimit: (type) => {
        calls.push(['selectCardinalityLimit', type]);
        return 17;
      },
      collect: async (options) => {
        calls.push(['collect', options]);
        return collected;
      },
      shutdown: async (options) => {
        calls.push(['shutdown', options]);
      },
      forceFlush: async (options) => {
        calls.push(['forceFlush', options]);
      },
    };
    const wrapped = withFrp(inner);
    expect(wrapped.selectAggregation(InstrumentType.COUNTER)).toEqual({ type: AggregationType.DROP });
    expect(wrapped.selectCardinalityLimit(InstrumentType.GAUGE)).toBe(17);
    expect(await wrapped.collect({ timeoutMillis: 5 })).toBe(collected);
    await wrapped.forceFlush({ timeoutMillis: 6 });
    await wrapped.shutdown({ timeoutMillis: 7 });
    expect(calls).toEqual([
      ['selectAggregation', InstrumentType.COUNTER],
      ['selectCardinalityLimit', InstrumentType.GAUGE],
      ['collect', { timeoutMillis: 5 }],
      ['forceFlush', { timeoutMillis: 6 }],
      ['shutdown', { timeoutMillis: 7 }],
    ]);
  });

  it('hands on a failure to shut down or to flush', async () => {
    const reader = new PrometheusExporter({ preventServerStart: true });
    jest.spyOn(reader, 'shutdown').mockRejectedValue(new Error('shutdown failed'));
    jest.spyOn(reader, 'forceFlush').mockRejectedValue(new Error('flush failed'));
    await expect(withFrp(reader).shutdown()).rejects.toThrow('shutdown failed');
    await expect(withFrp(reader).forceFlush()).rejects.toThrow('flush failed');
  });
});

const never = (): never => {
  throw new Error('nothing was exported');
};
