import { AggregationTemporality, type MetricData } from '@opentelemetry/sdk-metrics';
import type { FrpSnapshot } from '../../model/FrpSnapshot.js';
import { SnapshotCollector } from '../../telemetry/SnapshotCollector.js';
import type { MetricOptions } from '../../telemetry/SnapshotSource.js';
import type { EffectiveRule } from '../AlertRule.js';
import { metricsOfRule } from './metricsOfRule.js';

/**
 * A reader of the metrics that rules are of, and of no other: cumulative, with the resource gauges that other readers have from a
 * Meter, and without the user's views, which are for what leaves.
 */
export const ruleReader = (
  rules: readonly EffectiveRule[],
  metrics: MetricOptions,
): ((snapshot: FrpSnapshot, now: number) => readonly MetricData[]) => {
  const only = new Set(rules.flatMap(metricsOfRule));
  const collector = new SnapshotCollector(() => AggregationTemporality.CUMULATIVE, metrics, { only });
  return (snapshot, now) => collector.collect(snapshot, now);
};
