import { AggregationTemporality, type MetricData } from '@opentelemetry/sdk-metrics';
import type { FrpSnapshot } from '../../model/FrpSnapshot.js';
import { SnapshotCollector } from '../../telemetry/SnapshotCollector.js';
import type { MetricOptions } from '../../telemetry/SnapshotSource.js';
import type { EffectiveRule } from '../AlertRule.js';

/**
 * A reader of the metrics that rules are of, and of no other: cumulative, with the resource gauges that other readers have from a
 * Meter, and without the user's views, which are for what leaves.
 */
export const ruleReader = (
  rules: readonly EffectiveRule[],
  metrics: MetricOptions,
): ((snapshot: FrpSnapshot, now: number) => readonly MetricData[]) => {
  const only = new Set(
    rules.flatMap((rule) => (rule.of === 'ratio' ? [rule.metric, rule.whole.metric] : [rule.metric])),
  );
  const collector = new SnapshotCollector(() => AggregationTemporality.CUMULATIVE, metrics, { only });
  return (snapshot, now) => collector.collect(snapshot, now);
};
