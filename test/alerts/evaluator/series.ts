import { ValueType } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';

/** One series over the evaluations of a case. */
export interface CaseSeries {
  readonly metric: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** As promtool writes them, one for each evaluation: `0x3 1+2x4 _ stale NaN`. Where a series ends, `stale` says so. */
  readonly values: string;
  /** When it began, for a counter; long before all evaluations, unless it is said. */
  readonly since?: number;
}

/** What a series has at each evaluation; undefined where it is not there. */
export const expand = (values: string): readonly (number | undefined)[] =>
  values.split(/\s+/).flatMap((token) => {
    const [, value = '', step, times = '0'] = /^([^x+]+?|[^x+]+)(?:([+-][\d.]+)?x(\d+))?$/.exec(token) ?? [];
    const count = Number(times) + (value === '_' ? Math.min(0, Number(times) === 0 ? 0 : -1) : 0);
    return Array.from({ length: count + 1 }, (_, index) =>
      value === '_' || value === 'stale' ? undefined : Number(value) + index * Number(step ?? 0),
    );
  });

const LONG_AGO = -86_400_000;

/** What a reader collects at one of the evaluations. */
export const collected = (series: readonly CaseSeries[], evaluation: number, now: number): MetricData[] =>
  [...new Set(series.map(({ metric }) => metric))].map((metric) => ({
    descriptor: { name: metric, unit: '', description: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.GAUGE,
    dataPoints: series
      .filter((each) => each.metric === metric)
      .flatMap(({ attributes, values, since = LONG_AGO }) => {
        const value = expand(values)[evaluation];
        if (value === undefined) return [];
        return [{ startTime: millisToHrTime(since), endTime: millisToHrTime(now), attributes, value }];
      }),
  }));
