import type { MetricData, ViewOptions } from '@opentelemetry/sdk-metrics';
import { MetricStream } from './MetricStream.js';
import { selectableOf, selectsMetric } from './selectMetric.js';

/** The user's views on this package's metrics, with what one reader was told through them. */
export class MetricViews {
  readonly #views: readonly ViewOptions[];
  /** Of each metric; one that no view selects has none. */
  readonly #streams = new Map<string, readonly MetricStream[]>();
  #errors: unknown[] = [];

  constructor(views: readonly ViewOptions[]) {
    this.#views = views;
  }

  /** How many series are remembered. */
  get size(): number {
    let size = 0;
    for (const streams of this.#streams.values()) for (const stream of streams) size += stream.size;
    return size;
  }

  /** What attributes processors threw since this was asked last. */
  takeErrors(): readonly unknown[] {
    const errors = this.#errors;
    this.#errors = [];
    return errors;
  }

  /** @param metrics each once in a collection; a metric that no view selects stays as it is */
  show(metrics: readonly MetricData[]): MetricData[] {
    if (this.#views.length === 0) return [...metrics];
    return metrics.flatMap((metric) => {
      const streams = this.#streamsOf(metric);
      if (streams.length === 0) return [metric];
      return streams.flatMap((stream) => {
        const shown = stream.show(metric);
        return shown === undefined || shown.dataPoints.length === 0 ? [] : [shown];
      });
    });
  }

  #streamsOf(metric: MetricData): readonly MetricStream[] {
    const { name } = metric.descriptor;
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const selectable = selectableOf(metric);
    const streams = this.#views
      .filter((view) => selectable !== undefined && selectsMetric(view, selectable))
      .map((view) => new MetricStream(view, (error) => this.#errors.push(error)));
    this.#streams.set(name, streams);
    return streams;
  }
}
