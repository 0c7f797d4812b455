import { describe, expect, it } from '@jest/globals';
import {
  AggregationType,
  createAllowListAttributesProcessor,
  InstrumentType,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { SnapshotCollector } from '../../../src/telemetry/SnapshotCollector.js';
import { checkViews } from '../../../src/telemetry/views/checkViews.js';
import { HISTOGRAM_BOUNDARIES } from '../../../src/telemetry/views/histogramBoundaries.js';
import { knownMetrics } from '../../../src/telemetry/views/knownMetrics.js';
import { seriesNames } from '../../../src/telemetry/views/seriesNames.js';
import { newModel, serverStarted } from '../../model/signals.js';

const explicit = (boundaries?: number[]) => ({
  type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM as const,
  ...(boundaries !== undefined && { options: { boundaries } }),
});

describe('checkViews', () => {
  it.each<[string, ViewOptions]>([
    ['all of one kind', { instrumentType: InstrumentType.COUNTER, aggregation: { type: AggregationType.SUM } }],
    ['a name of its own', { instrumentName: 'frp.proxy.io', name: 'bytes', description: 'Bytes.' }],
    ['fewer attributes', { instrumentName: 'frp.*', attributesProcessors: [createAllowListAttributesProcessor([])] }],
    ['a limit', { instrumentName: 'frp.proxy.io', aggregationCardinalityLimit: 100 }],
    ['nothing', { instrumentName: '*', aggregation: { type: AggregationType.DROP } }],
    ['a gauge as it is', { instrumentName: 'frp.process.up', aggregation: { type: AggregationType.LAST_VALUE } }],
    ['fewer buckets', { instrumentName: 'frp.proxy.connection.rtt', aggregation: explicit([0.01, 0.1, 1]) }],
    ['no buckets', { instrumentName: 'frp.proxy.connection.rtt', aggregation: explicit([]) }],
    ['the sum', { instrumentName: 'frp.proxy.connection.rtt', aggregation: { type: AggregationType.SUM } }],
    ['none of ours', { instrumentName: 'http.*', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
    ['another meter', { instrumentName: '*', meterName: 'x', aggregation: explicit() }],
    ['a resource gauge', { instrumentName: 'frp.process.cpu.utilization', name: 'cpu' }],
  ])('takes a view of %s', (_, view) => {
    expect(checkViews([view])).toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no views', 'x', /^views: expected an array of view options, received "x"$/],
    ['what is no view', [7], /^views\.0: expected view options, received 7$/],
    ['an unknown key', [{ instrumentName: '*', instrument: 'x' }], /^views\.0\.instrument: unknown; known are name, /],
    ['no selector', [{ description: 'x' }], /^views\.0: expected at least one of instrumentName, /],
    ['a wrong type', [{ instrumentName: 7 }], /^views\.0\.instrumentName: expected a string, received 7$/],
    [
      'a wrong instrument',
      [{ instrumentType: 'x' }],
      /^views\.0\.instrumentType: expected one of COUNTER, .*, received "x"$/,
    ],
    ['an empty name', [{ instrumentName: 'frp.proxy.io', name: '' }], /^views\.0\.name: expected a name of letters/],
    [
      'a named wildcard',
      [{ instrumentName: 'frp.proxy.i*', name: 'x' }],
      /^views\.0\.name: expected an instrumentName without \*/,
    ],
    [
      'a named type',
      [{ instrumentType: InstrumentType.COUNTER, name: 'x' }],
      /^views\.0\.name: expected an instrumentName/,
    ],
    [
      'a name that is taken',
      [{ instrumentName: 'frp.proxy.io', name: 'frp.proxy.status' }],
      /^views\.0\.name: .*frp\.proxy\.status is there already/,
    ],
    [
      'a name that Prometheus has',
      [{ instrumentName: 'frp.proxy.uptime', name: 'frp_proxy_Status' }],
      /^views\.0\.name: .*frp\.proxy\.status is there already/,
    ],
    [
      'the name of a total',
      [{ instrumentName: 'frp.proxy.uptime', name: 'frp.proxy.io_total' }],
      /^views\.0\.name: .*frp\.proxy\.io is there already/,
    ],
    [
      'the name of a sum',
      [{ instrumentName: 'frp.proxy.uptime', name: 'frp.proxy.connection.rtt.sum' }],
      /^views\.0\.name: .*frp\.proxy\.connection\.rtt is there already/,
    ],
    [
      'the name of the resource',
      [{ instrumentName: 'frp.proxy.uptime', name: 'target.info' }],
      /^views\.0\.name: .*target_info is there already, of the resource$/,
    ],
    [
      'two of one name in Prometheus',
      [
        { instrumentName: 'frp.proxy.io', name: 'io.a' },
        { instrumentName: 'frp.proxy.io', name: 'IO_a' },
      ],
      /^views\.1\.name: .*io\.a is there already, of frp\.proxy\.io$/,
    ],
    [
      'two of one name',
      [{ instrumentName: 'frp.*' }, { instrumentName: 'frp.proxy.io' }],
      /^views\.1\.name: .*frp\.proxy\.io is there already/,
    ],
    [
      'a misspelt metric',
      [{ instrumentName: 'frp.proxy.oi' }],
      /^views\.0\.instrumentName: .*received "frp\.proxy\.oi"$/,
    ],
    [
      'processors that are none',
      [{ instrumentName: '*', attributesProcessors: [{}] }],
      /^views\.0\.attributesProcessors: /,
    ],
    [
      'one processor alone',
      [{ instrumentName: '*', attributesProcessors: createAllowListAttributesProcessor([]) }],
      /attributesProcessors: expected an array/,
    ],
    [
      'a limit of 0',
      [{ instrumentName: '*', aggregationCardinalityLimit: 0 }],
      /aggregationCardinalityLimit: .*received 0$/,
    ],
    ['an unknown aggregation', [{ instrumentName: '*', aggregation: { type: 17 } }], /^views\.0\.aggregation: /],
    ['no aggregation', [{ instrumentName: '*', aggregation: 'sum' }], /aggregation: .*received "sum"$/],
    [
      'an exponential histogram',
      [{ instrumentName: 'frp.proxy.connection.rtt', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
      /cannot be told as an exponential histogram$/,
    ],
    [
      'the sum of a gauge',
      [{ instrumentName: 'frp.process.up', aggregation: { type: AggregationType.SUM } }],
      /frp\.process\.up is a gauge and cannot be told as a sum$/,
    ],
    [
      'the last value of a counter',
      [{ instrumentName: 'frp.proxy.io', aggregation: { type: AggregationType.LAST_VALUE } }],
      /is a counter and cannot be told as a last value$/,
    ],
    [
      'a histogram of a counter',
      [{ instrumentName: 'frp.proxy.io', aggregation: explicit([1]) }],
      /is a counter and cannot be told as a histogram$/,
    ],
    [
      'other boundaries',
      [{ instrumentName: 'frp.proxy.connection.rtt', aggregation: explicit([0.01, 0.3]) }],
      /some of these, received 0\.01, 0\.3$/,
    ],
    ['default boundaries', [{ instrumentName: 'frp.proxy.connection.rtt', aggregation: explicit() }], /received none$/],
    [
      'falling boundaries',
      [{ instrumentName: 'frp.proxy.connection.rtt', aggregation: explicit([1, 0.1]) }],
      /ascending/,
    ],
    [
      'a boundary that is NaN',
      [{ instrumentName: 'frp.proxy.connection.rtt', aggregation: explicit([Number.NaN]) }],
      /received NaN$/,
    ],
  ])('refuses %s', (_, views, expected) => {
    const faults = checkViews(views);
    expect(faults[0]).toMatch(expected);
    expect(faults).toHaveLength(1);
  });

  it('takes the name of a part that a view leaves out', () => {
    const rtt = 'frp.proxy.connection.rtt';
    const sum = { instrumentName: rtt, aggregation: { type: AggregationType.SUM } };
    const taken = { instrumentName: 'frp.proxy.uptime', name: `${rtt}.bucket` };
    expect(checkViews([taken])).toHaveLength(1);
    expect(checkViews([taken, sum])).toEqual([]);
    expect(checkViews([{ ...taken, name: `${rtt}.total` }, sum])).toHaveLength(1);
  });

  it('finds no two metrics of the catalogue with one name in Prometheus', () => {
    const names = [...knownMetrics.values()].flatMap(({ name, kind }) => seriesNames(name, kind));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('knows the metrics that a user derives', () => {
    const rule = {
      name: 'my.rate',
      unit: 'By/s',
      description: '',
      of: 'frp.proxy.io',
      keep: [],
      compute: 'rate',
    } as const;
    const sum = { instrumentName: 'my.rate', aggregation: { type: AggregationType.SUM } };
    expect(checkViews([sum])).toEqual([]);
    expect(checkViews([sum], [rule])[0]).toMatch(/my\.rate is a gauge/);
  });

  it('knows the boundaries of every histogram', () => {
    const histograms = [...knownMetrics.values()].filter(({ kind }) => kind === 'histogram').map(({ name }) => name);
    expect(Object.keys(HISTOGRAM_BOUNDARIES).sort()).toEqual(histograms.sort());
    const model = newModel();
    model.apply(serverStarted(0));
    expect(new SnapshotCollector(() => 1).collect(model.snapshot(), 1).length).toBeGreaterThan(0);
  });
});
