import {
  AggregationTemporality,
  AggregationType,
  DataPointType,
  type Histogram,
  type MetricData,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { type Arithmetic, HISTOGRAMS, NUMBERS, withBoundaries, withoutExtremes } from './arithmetic.js';
import { processed } from './attributeSets.js';
import { type Merge, MergedSeries } from './MergedSeries.js';

/** One metric as one view shows it, for one reader. */
export class MetricStream {
  readonly #view: ViewOptions;
  readonly #onFault: (error: unknown) => void;
  #numbers: MergedSeries<number> | undefined;
  #histograms: MergedSeries<Histogram> | undefined;

  /** @param onFault is told what an attributes processor threw */
  constructor(view: ViewOptions, onFault: (error: unknown) => void) {
    this.#view = view;
    this.#onFault = onFault;
  }

  /** How many series are remembered. */
  get size(): number {
    return (this.#numbers?.size ?? 0) + (this.#histograms?.size ?? 0);
  }

  /** @returns undefined where the view drops it */
  show(metric: MetricData): MetricData | undefined {
    const { name, description, aggregation } = this.#view;
    if (aggregation?.type === AggregationType.DROP) return undefined;
    const shown = {
      ...metric.descriptor,
      name: name ?? metric.descriptor.name,
      description: description ?? metric.descriptor.description,
    };
    return this.#aggregated({ ...this.#merged(metric), descriptor: shown });
  }

  #merged(metric: MetricData): MetricData {
    const { attributesProcessors, aggregationCardinalityLimit } = this.#view;
    if (attributesProcessors === undefined && aggregationCardinalityLimit === undefined) return metric;
    const isCumulative = metric.aggregationTemporality === AggregationTemporality.CUMULATIVE;
    switch (metric.dataPointType) {
      case DataPointType.GAUGE:
        this.#numbers ??= this.#merging('last', NUMBERS);
        return { ...metric, dataPoints: this.#numbers.collect(metric.dataPoints) };
      case DataPointType.SUM:
        this.#numbers ??= this.#merging(isCumulative && metric.isMonotonic ? 'running sum' : 'sum', NUMBERS);
        return { ...metric, dataPoints: this.#numbers.collect(metric.dataPoints) };
      case DataPointType.HISTOGRAM:
        this.#histograms ??= this.#merging(isCumulative ? 'running sum' : 'sum', HISTOGRAMS);
        return { ...metric, dataPoints: this.#histograms.collect(metric.dataPoints) };
      case DataPointType.EXPONENTIAL_HISTOGRAM:
        return metric;
    }
  }

  #merging<Value>(merge: Merge, arithmetic: Arithmetic<Value>): MergedSeries<Value> {
    const { attributesProcessors = [], aggregationCardinalityLimit: limit } = this.#view;
    const attributesOf = (attributes: Parameters<typeof processed>[0]) =>
      attributesProcessors.length === 0 ? attributes : processed(attributes, attributesProcessors, this.#onFault);
    return new MergedSeries({ merge, arithmetic, attributesOf, limit });
  }

  #aggregated(metric: MetricData): MetricData {
    const { aggregation } = this.#view;
    if (metric.dataPointType !== DataPointType.HISTOGRAM) return metric;
    if (aggregation?.type === AggregationType.SUM) {
      const dataPoints = metric.dataPoints.map((point) => ({ ...point, value: point.value.sum ?? 0 }));
      return { ...metric, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
    }
    if (aggregation?.type !== AggregationType.EXPLICIT_BUCKET_HISTOGRAM) return metric;
    const { boundaries, recordMinMax = true } = aggregation.options ?? {};
    const dataPoints = metric.dataPoints.map((point) => {
      const value = boundaries === undefined ? point.value : withBoundaries(point.value, boundaries);
      return { ...point, value: recordMinMax ? value : withoutExtremes(value) };
    });
    return { ...metric, dataPoints };
  }
}
