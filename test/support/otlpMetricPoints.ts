import { z } from 'zod';
import {
  attributes,
  double,
  flag,
  integer,
  nanos,
  type OtlpAttributes,
  type OtlpOrigin,
  otlpRead,
  resource,
  scope,
  text,
  word,
} from './otlpWire.js';

export interface HistogramValue {
  readonly count: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly bucketCounts: readonly number[];
  readonly explicitBounds: readonly number[];
}

/** One data point, with what OTLP says of its metric repeated in it. */
export interface MetricPoint extends OtlpOrigin {
  readonly name: string;
  readonly kind: 'sum' | 'gauge' | 'histogram';
  readonly unit: string;
  readonly description: string;
  /** Of sums only. */
  readonly isMonotonic?: boolean;
  /** Of sums and histograms. */
  readonly temporality?: 'delta' | 'cumulative';
  readonly attributes: OtlpAttributes;
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
  readonly value: number | HistogramValue;
  /** OTLP doesn't say it of histograms; their sum is a double. */
  readonly valueType: 'int' | 'double';
}

// Number 0, "unspecified", isn't allowed on a sum or a histogram.
const aggregationTemporality = word({ 1: 'delta', 2: 'cumulative' });

const pointHead = { attributes, startTimeUnixNano: nanos, timeUnixNano: nanos };

// The SDK's JSON for a NaN or infinite value is `"asDouble": null`, which is neither: that is refused, not read as 0.
const numberPoint = z
  .object({ ...pointHead, asInt: integer.optional(), asDouble: double.optional() })
  .transform(({ asInt, asDouble, ...head }, context) => {
    if (asInt !== undefined) return { ...head, value: asInt, valueType: 'int' as const };
    if (asDouble !== undefined) return { ...head, value: asDouble, valueType: 'double' as const };
    context.addIssue('expected asInt or asDouble, received neither');
    return z.NEVER;
  });

const histogramPoint = z
  .object({
    ...pointHead,
    count: integer.default(0),
    sum: double.optional(),
    min: double.optional(),
    max: double.optional(),
    bucketCounts: z.array(integer).default([]),
    explicitBounds: z.array(double).default([]),
  })
  .transform(({ attributes, startTimeUnixNano, timeUnixNano, ...value }) => ({
    attributes,
    startTimeUnixNano,
    timeUnixNano,
    value: value as HistogramValue,
    valueType: 'double' as const,
  }));

const numberPoints = z.array(numberPoint).default([]);

const sum = z.object({ dataPoints: numberPoints, aggregationTemporality, isMonotonic: flag });
const gauge = z.object({ dataPoints: numberPoints });
const histogram = z.object({ dataPoints: z.array(histogramPoint).default([]), aggregationTemporality });

const metric = z
  .object({ name: text, description: text, unit: text })
  .extend(z.object({ sum, gauge, histogram }).partial().shape)
  .transform(({ sum, gauge, histogram, ...head }, context): Omit<MetricPoint, keyof OtlpOrigin>[] => {
    if (sum) {
      const { dataPoints, isMonotonic, aggregationTemporality: temporality } = sum;
      return dataPoints.map((point) => ({ ...head, kind: 'sum', isMonotonic, temporality, ...point }));
    }
    if (gauge) return gauge.dataPoints.map((point) => ({ ...head, kind: 'gauge', ...point }));
    if (histogram) {
      const { dataPoints, aggregationTemporality: temporality } = histogram;
      return dataPoints.map((point) => ({ ...head, kind: 'histogram', temporality, ...point }));
    }
    context.addIssue(`expected sum, gauge or histogram in metric '${head.name}', received none of them`);
    return z.NEVER;
  });

const scopeMetrics = z.object({ scope, metrics: z.array(metric).default([]) });
const resourceMetrics = z.object({ resource, scopeMetrics: z.array(scopeMetrics).default([]) });
const metricsMessage = z.object({ resourceMetrics: z.array(resourceMetrics).default([]) });

/** @throws Error if the message isn't a metrics request, or holds exponential histograms or summaries. */
export function otlpMetricPoints(message: unknown, exportIndex: number): MetricPoint[] {
  return otlpRead(metricsMessage, message).resourceMetrics.flatMap(({ resource, scopeMetrics }) =>
    scopeMetrics.flatMap(({ scope, metrics }) =>
      metrics.flat().map((point) => ({ ...point, resource, scope, exportIndex })),
    ),
  );
}
