import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { FrpSnapshot } from '../../src/model/FrpSnapshot.js';
import { instanceCatalogue, proxyCatalogue } from '../../src/telemetry/catalogue/catalogue.js';
import { derivedMetrics } from '../../src/telemetry/catalogue/derivedMetrics.js';
import { observeOnMeter } from '../../src/telemetry/observeOnMeter.js';
import { SCOPE } from '../../src/telemetry/scope.js';
import { FrpMetricReader } from '../../src/telemetry/withFrp.js';
import { metricsOfScope, pointsOf, shapeOf, valuesBy } from './metricPoints.js';
import { allMetrics, at, proxy, richSnapshot, server, snapshot, T0 } from './snapshots.js';

class ManualReader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

let known: FrpSnapshot = snapshot();
const source = { snapshot: () => known, metrics: allMetrics };
const setTime = (now: number) => jest.spyOn(Date, 'now').mockReturnValue(now);
const rows = [...instanceCatalogue, ...proxyCatalogue];
const namesOf = (...kinds: string[]) => rows.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);

let provider: MeterProvider | undefined;
afterEach(async () => {
  jest.restoreAllMocks();
  await provider?.shutdown();
});

/** A foreign provider with the catalogue on its meter. */
const observe = (extent: 'resource gauges' | 'everything') => {
  const reader = new ManualReader();
  provider = new MeterProvider({ readers: [reader] });
  const remove = observeOnMeter(provider.getMeter(SCOPE.name, SCOPE.version), source, extent);
  const collect = async (now: number) => {
    setTime(now);
    const { resourceMetrics, errors } = await reader.collect();
    expect(errors).toEqual([]);
    return metricsOfScope(resourceMetrics, SCOPE.name);
  };
  return { collect, remove };
};

describe('observeOnMeter', () => {
  it('gives a provider whose readers are wrapped the resource gauges alone', async () => {
    known = richSnapshot();
    const { collect } = observe('resource gauges');
    const metrics = await collect(at(60));
    expect(metrics.map(({ descriptor }) => descriptor.name).sort()).toEqual(namesOf('resource gauge').sort());
    expect(pointsOf(metrics, 'frp.process.cpu.utilization')).toMatchObject([
      {
        attributes: { 'frp.role': 'server', 'frp.instance': 'frps@host', 'frp.server.name': 'host:7000' },
        value: 0.125,
      },
    ]);
  });

  it('gives a foreign provider everything but histograms, which have no observable instrument', async () => {
    known = richSnapshot();
    const { collect } = observe('everything');
    await collect(at(60));
    const metrics = await collect(at(70));
    const expected = [
      ...namesOf('counter', 'updowncounter', 'gauge', 'resource gauge'),
      ...derivedMetrics.map(({ name }) => name),
    ];
    expect(metrics.map(({ descriptor }) => descriptor.name).sort()).toEqual(expected.sort());
    expect(metrics.filter(({ descriptor }) => namesOf('histogram').includes(descriptor.name))).toEqual([]);
  });

  it('makes of each row the instrument of its kind, with unit and description', async () => {
    known = richSnapshot();
    const { collect } = observe('everything');
    const metrics = await collect(at(60));
    for (const { name, kind, unit, description } of rows.filter((row) => row.kind !== 'histogram')) {
      expect(shapeOf(metrics, name)).toMatchObject({
        name,
        unit,
        description,
        ...(kind === 'counter' && { type: 'SUM', isMonotonic: true }),
        ...(kind === 'updowncounter' && { type: 'SUM', isMonotonic: false }),
        ...(kind.endsWith('gauge') && { type: 'GAUGE' }),
      });
    }
  });

  it('computes the derived metrics over its collections', async () => {
    const carried = (bytesIn: number) => snapshot(server({ proxies: [proxy({ io: { in: bytesIn, out: 0 } })] }));
    const { collect } = observe('everything');
    known = carried(100);
    expect(pointsOf(await collect(T0), 'frp.proxy.throughput')).toBeUndefined();
    known = carried(400);
    const metrics = await collect(at(10));
    expect(valuesBy(metrics, 'frp.proxy.throughput', 'frp.traffic.direction')).toEqual({ in: 30, out: 0 });
  });

  it('observes what was removed once more, with its last counts, and then no more', async () => {
    const { collect } = observe('everything');
    const active = (metrics: Parameters<typeof pointsOf>[0]) =>
      pointsOf(metrics, 'frp.proxy.connection.active')?.map(({ attributes, value }) => [
        attributes['frp.proxy.name'],
        value,
      ]);
    known = snapshot(server({ proxies: [proxy({ activeConnections: 4 }), proxy({ name: 'ssh' })] }));
    expect(active(await collect(at(30)))).toEqual([
      ['web', 4],
      ['ssh', 0],
    ]);
    known = snapshot(server({ proxies: [proxy({ endedAt: at(35) }), proxy({ name: 'ssh', activeConnections: 1 })] }));
    await collect(at(60));
    // Cumulative series of the SDK stay at their last value: that is one of the limits.
    expect(active(await collect(at(90)))).toEqual([
      ['web', 0],
      ['ssh', 1],
    ]);
  });

  it('observes no resource gauge of an instance that has ended', async () => {
    const { collect } = observe('everything');
    const [frps, frpc] = richSnapshot().instances;
    if (frps === undefined || frpc === undefined) throw new Error('expected both');
    known = snapshot({ ...frps, endedAt: at(50) }, frpc);
    expect(pointsOf(await collect(at(60)), 'frp.process.cpu.utilization')).toBeUndefined();
  });

  it('leaves opt-in metrics away where they are not asked for', async () => {
    known = richSnapshot();
    const reader = new ManualReader();
    provider = new MeterProvider({ readers: [reader] });
    observeOnMeter(provider.getMeter(SCOPE.name), { snapshot: () => known }, 'everything');
    setTime(at(60));
    const names = metricsOfScope((await reader.collect()).resourceMetrics, SCOPE.name).map(
      ({ descriptor }) => descriptor.name,
    );
    expect(names).toContain('frp.server.client.active');
    expect(names).not.toContain('frp.server.client.info');
  });

  it.each(['resource gauges', 'everything'] as const)(
    'observes nothing any more once taken away: %s',
    async (extent) => {
      known = richSnapshot();
      const { collect, remove } = observe(extent);
      const asked = jest.spyOn(source, 'snapshot');
      await collect(at(60));
      expect(asked).toHaveBeenCalledTimes(1);
      remove();
      await collect(at(75));
      expect(asked).toHaveBeenCalledTimes(1);
    },
  );

  it('never tells a metric that a producer tells too: over the whole catalogue', async () => {
    known = richSnapshot();
    const inner = new ManualReader();
    provider = new MeterProvider({ readers: [new FrpMetricReader(inner, () => source)] });
    observeOnMeter(provider.getMeter(SCOPE.name, SCOPE.version), source, 'resource gauges');
    setTime(at(60));
    await inner.collect();
    setTime(at(70));
    const { resourceMetrics } = await inner.collect();
    const names = metricsOfScope(resourceMetrics, SCOPE.name).map(({ descriptor }) => descriptor.name);
    expect(names.sort()).toEqual([...rows, ...derivedMetrics].map(({ name }) => name).sort());
  });
});
