import type { Histogram } from '@opentelemetry/sdk-metrics';

/** How values of series that fall together are merged. */
export interface Arithmetic<Value> {
  readonly plus: (one: Value, other: Value) => Value;
  /** What has come since an earlier value of the same series; all of it, where it began anew. */
  readonly since: (now: Value, before: Value) => Value;
}

export const NUMBERS: Arithmetic<number> = {
  plus: (one, other) => one + other,
  since: (now, before) => (now < before ? now : now - before),
};

export const HISTOGRAMS: Arithmetic<Histogram> = {
  plus: (one, other) => ({
    ...extremes(one, other),
    buckets: {
      boundaries: one.buckets.boundaries,
      counts: one.buckets.counts.map((count, bucket) => count + (other.buckets.counts[bucket] ?? 0)),
    },
    sum: (one.sum ?? 0) + (other.sum ?? 0),
    count: one.count + other.count,
  }),
  since: (now, before) =>
    now.count < before.count
      ? now
      : {
          ...now, // its extremes are those since its start: of what it is merged into, too
          buckets: {
            boundaries: now.buckets.boundaries,
            counts: now.buckets.counts.map((count, bucket) => count - (before.buckets.counts[bucket] ?? 0)),
          },
          sum: (now.sum ?? 0) - (before.sum ?? 0),
          count: now.count - before.count,
        },
};

/** Of two of which one has recorded nothing, the other's; they are not known where those of one are not. */
const extremes = (one: Histogram, other: Histogram): Pick<Histogram, 'min' | 'max'> => {
  if (one.count === 0) return known(other.min, other.max);
  if (other.count === 0) return known(one.min, one.max);
  const { min = Number.NaN, max = Number.NaN } = one;
  const { min: otherMin = Number.NaN, max: otherMax = Number.NaN } = other;
  const merged = { min: Math.min(min, otherMin), max: Math.max(max, otherMax) };
  return Number.isNaN(merged.min) || Number.isNaN(merged.max) ? {} : merged;
};

const known = (min: number | undefined, max: number | undefined): Pick<Histogram, 'min' | 'max'> => ({
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
});

/** The same histogram with fewer buckets. @param boundaries some of its own, ascending */
export const withBoundaries = (histogram: Histogram, boundaries: readonly number[]): Histogram => {
  const counts = new Array<number>(boundaries.length + 1).fill(0);
  histogram.buckets.counts.forEach((count, bucket) => {
    const bound = histogram.buckets.boundaries[bucket] ?? Number.POSITIVE_INFINITY;
    const wider = boundaries.findIndex((each) => each >= bound);
    const into = wider === -1 ? boundaries.length : wider;
    counts[into] = (counts[into] ?? 0) + count;
  });
  return { ...histogram, buckets: { boundaries: [...boundaries], counts } };
};

export const withoutExtremes = ({ buckets, sum, count }: Histogram): Histogram => ({
  buckets,
  count,
  ...(sum !== undefined && { sum }),
});
