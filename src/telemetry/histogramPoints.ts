import type { Histogram } from '@opentelemetry/sdk-metrics';
import type { HistogramSnapshot } from '../model/FrpSnapshot.js';

/** What was recorded after an earlier snapshot of the same histogram; the extremes of that part alone are not known. */
export const histogramSince = (now: HistogramSnapshot, before: HistogramSnapshot | undefined): HistogramSnapshot => {
  if (before === undefined || before.count > now.count) return now; // it began anew
  return {
    boundaries: now.boundaries,
    counts: Object.freeze(now.counts.map((count, bucket) => count - (before.counts[bucket] ?? 0))),
    sum: now.sum - before.sum,
    count: now.count - before.count,
    min: undefined,
    max: undefined,
  };
};

/** The same may be told of several collections: its parts are the frozen ones of the snapshot, which the SDK's type cannot say. */
export const toSdkHistogram = ({ boundaries, counts, sum, count, min, max }: HistogramSnapshot): Histogram =>
  Object.freeze({
    buckets: Object.freeze({ boundaries: boundaries as number[], counts: counts as number[] }),
    sum,
    count,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  });
