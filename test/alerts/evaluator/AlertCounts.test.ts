import { describe, expect, it } from '@jest/globals';
import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import type { AlertRecord } from '../../../src/alerts/AlertRecord.js';
import { DEFAULT_RULES } from '../../../src/alerts/defaultRules.js';
import { AlertCounts } from '../../../src/alerts/evaluator/AlertCounts.js';
import type { FrpSnapshot } from '../../../src/model/FrpSnapshot.js';
import { SnapshotCollector } from '../../../src/telemetry/SnapshotCollector.js';
import { pointsOf } from '../../telemetry/metricPoints.js';
import { at, client, server, snapshot } from '../../telemetry/snapshots.js';

const alert = (attributes: Readonly<Record<string, string>>, parts: Partial<AlertRecord> = {}): AlertRecord => ({
  id: '5f2c0a91d0e4b37a',
  name: 'FrpServerDown',
  severity: 'critical',
  subject: 'server',
  state: 'firing',
  summary: '',
  description: '',
  runbook: [],
  attributes,
  metric: 'frp.process.up',
  value: 0,
  threshold: 0,
  createdAt: at(0),
  firedAt: at(1),
  resolvedAt: undefined,
  ...parts,
});

const both = snapshot(server(), client());
/** `instance rule severity`: how many, of those that are not 0. */
const told = (counts: AlertCounts, of: FrpSnapshot = both): Record<string, unknown> => {
  const metrics = new SnapshotCollector(() => AggregationTemporality.CUMULATIVE).collect(counts.on(of), at(9));
  return Object.fromEntries(
    (pointsOf(metrics, 'frp.alert.active') ?? []).map(({ attributes, value }) => [
      [attributes['frp.instance'], attributes['frp.alert.name'], attributes['frp.alert.severity']].join(' '),
      value,
    ]),
  );
};
const above0 = (points: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(points).filter(([, value]) => value !== 0));

describe('AlertCounts', () => {
  it('tells 0 for each rule that can be of an instance, and nothing for those of the other role', () => {
    const points = told(new AlertCounts(DEFAULT_RULES));
    expect(points).toMatchObject({
      'frps@host FrpServerDown critical': 0,
      'frpc@host FrpClientDown high': 0,
      'frps@host FrpProxyDown high': 0,
      'frps@host FrpProxyDown low': 0,
      'frpc@host FrpProxyDown high': 0,
    });
    expect(Object.keys(points)).not.toContain('frpc@host FrpServerDown critical');
    expect(Object.keys(points)).not.toContain('frps@host FrpClientDown high');
  });

  it('counts what fires, by instance, rule and severity', () => {
    const counts = new AlertCounts(DEFAULT_RULES);
    const down = { name: 'FrpProxyDown', severity: 'high' } as const;
    counts.update([
      alert({ 'frp.instance': 'frps@host' }),
      alert({ 'frp.instance': 'frpc@host', 'frp.proxy.name': 'web' }, down),
      alert({ 'frp.instance': 'frpc@host', 'frp.proxy.name': 'ssh' }, down),
    ]);
    expect(above0(told(counts))).toEqual({ 'frps@host FrpServerDown critical': 1, 'frpc@host FrpProxyDown high': 2 });
    counts.update([]);
    expect(above0(told(counts))).toEqual({});
  });

  it('counts an alert that is of a server and of no instance at its frps, else at the first of its clients', () => {
    const counts = new AlertCounts(DEFAULT_RULES);
    const ratio = { name: 'FrpProxyErrorRatioHigh', severity: 'medium' } as const;
    counts.update([alert({ 'frp.server.name': 'host:7000', 'frp.proxy.name': 'web' }, ratio)]);
    expect(above0(told(counts))).toEqual({ 'frps@host FrpProxyErrorRatioHigh medium': 1 });
    expect(above0(told(counts, snapshot(client())))).toEqual({ 'frpc@host FrpProxyErrorRatioHigh medium': 1 });
  });

  it('counts it once when its frps comes later, and at its client again when that goes', () => {
    const counts = new AlertCounts(DEFAULT_RULES);
    const of = { frps: server(), frpc: client() };
    const ratio = { name: 'FrpProxyErrorRatioHighAcrossRoles', severity: 'medium' } as const;
    counts.update([alert({ 'frp.server.name': 'host:7000', 'frp.proxy.name': 'web' }, ratio)]);
    const atClient = { 'frpc@host FrpProxyErrorRatioHighAcrossRoles medium': 1 };
    expect(above0(told(counts, snapshot(of.frpc)))).toEqual(atClient);
    expect(above0(told(counts, snapshot(of.frpc, of.frps)))).toEqual({
      'frps@host FrpProxyErrorRatioHighAcrossRoles medium': 1,
    });
    expect(above0(told(counts, snapshot(of.frpc)))).toEqual(atClient);
  });

  it('counts a rule of the user at an instance where it would not be looked for', () => {
    const counts = new AlertCounts(DEFAULT_RULES);
    counts.update([alert({ 'frp.instance': 'frpc@host' })]);
    expect(above0(told(counts))).toEqual({ 'frpc@host FrpServerDown critical': 1 });
  });

  it('gives the same instance as long as neither it nor its alerts are others', () => {
    const counts = new AlertCounts(DEFAULT_RULES);
    const [first] = counts.on(both).instances;
    expect(counts.on(both).instances[0]).toBe(first);
    counts.update([alert({ 'frp.instance': 'frps@host' })]);
    expect(counts.on(both).instances[0]).not.toBe(first);
  });
});
