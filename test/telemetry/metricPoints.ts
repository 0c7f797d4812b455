import type { Attributes } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';

export interface Point {
  readonly attributes: Attributes;
  /** Milliseconds since the Unix epoch. */
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
}

/** The points of one metric with times in milliseconds; undefined when there is no such metric. */
export const pointsOf = (metrics: readonly MetricData[], name: string): Point[] | undefined =>
  metrics
    .find(({ descriptor }) => descriptor.name === name)
    ?.dataPoints.map(({ attributes, startTime, endTime, value }) => ({
      attributes,
      start: hrTimeToMilliseconds(startTime),
      end: hrTimeToMilliseconds(endTime),
      value,
    }));

/** Each value of one metric under what an attribute says: `{ in: 1, out: 2 }`. */
export const valuesBy = (metrics: readonly MetricData[], name: string, attribute: string): Record<string, unknown> =>
  Object.fromEntries(
    (pointsOf(metrics, name) ?? []).map(({ attributes, value }) => [String(attributes[attribute] ?? '-'), value]),
  );

/** What a backend needs to know of a metric before its points. */
export const shapeOf = (metrics: readonly MetricData[], name: string) => {
  const metric = metrics.find(({ descriptor }) => descriptor.name === name);
  if (metric === undefined) return undefined;
  const { descriptor, dataPointType, aggregationTemporality } = metric;
  return {
    ...descriptor,
    type: DataPointType[dataPointType],
    temporality: AggregationTemporality[aggregationTemporality],
    ...(metric.dataPointType === DataPointType.SUM && { isMonotonic: metric.isMonotonic }),
  };
};

/** The metrics that one scope tells in a collection. */
export const metricsOfScope = ({ scopeMetrics }: ResourceMetrics, name: string): MetricData[] =>
  scopeMetrics.filter(({ scope }) => scope.name === name).flatMap(({ metrics }) => metrics);
