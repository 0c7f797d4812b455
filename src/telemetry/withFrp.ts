import {
  AggregationTemporality,
  type CollectionResult,
  type IMetricReader,
  InstrumentType,
  type MetricCollectOptions,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import { FrpOptionsError } from '../config/FrpInstrumentationOptions.js';
import { activeSource } from './activeSource.js';
import { SnapshotCollector } from './SnapshotCollector.js';
import { PLAIN_METRICS, type SnapshotSource } from './SnapshotSource.js';
import { SCOPE } from './scope.js';
import { MetricViews } from './views/MetricViews.js';

/**
 * Wraps a metric reader so that each of its collections also holds what is known of frp, with full fidelity: as cumulative
 * or delta as the reader wants it, right start times, and series that end with their proxy.
 *
 * ```ts
 * new NodeSDK({ metricReaders: [withFrp(new PeriodicExportingMetricReader({ exporter }))] });
 * registerFrpInstrumentation();
 * ```
 *
 * Wrap every reader of a provider or none: what is wrapped gets frp's metrics from here, and the rest of the provider's
 * readers then get the process gauges only. In a wrapped reader all observable gauges end when they are not observed any more.
 *
 * @param reader any reader of `@opentelemetry/sdk-metrics`; use the returned one in its place
 * @throws FrpOptionsError when it is no reader
 */
export const withFrp = (reader: IMetricReader): IMetricReader => {
  if (reader instanceof FrpMetricReader) return reader;
  if (typeof reader?.setMetricProducer !== 'function') {
    throw new FrpOptionsError(
      `withFrp: expected a metric reader, received ${reader === null ? 'null' : typeof reader}`,
    );
  }
  return new FrpMetricReader(reader, activeSource.get, activeSource.readerAttached);
};

/** A delegating reader: the inner one collects from a producer that adds frp's points to those of the SDK. */
export class FrpMetricReader implements IMetricReader {
  readonly #inner: IMetricReader;
  readonly #source: () => SnapshotSource | undefined;
  readonly #onAttached: () => () => void;
  #onDetached: (() => void) | undefined;

  /** @param onAttached is called when a MeterProvider has taken the reader; what it returns, when the reader is shut down */
  constructor(
    inner: IMetricReader,
    source: () => SnapshotSource | undefined,
    onAttached: () => () => void = () => () => {},
  ) {
    this.#inner = inner;
    this.#source = source;
    this.#onAttached = onAttached;
  }

  setMetricProducer(sdkProducer: MetricProducer): void {
    const temporalityOf = (instrument: InstrumentType) => this.#inner.selectAggregationTemporality(instrument);
    this.#inner.setMetricProducer(new FrpMetricProducer(sdkProducer, temporalityOf, this.#source));
    this.#onDetached = this.#onAttached();
  }

  selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality {
    // A cumulative observable gauge is exported for ever (opentelemetry-js #4096); a delta one ends with its process.
    if (instrument === InstrumentType.OBSERVABLE_GAUGE) return AggregationTemporality.DELTA;
    return this.#inner.selectAggregationTemporality(instrument);
  }

  selectAggregation(instrument: InstrumentType): ReturnType<IMetricReader['selectAggregation']> {
    return this.#inner.selectAggregation(instrument);
  }

  selectCardinalityLimit(instrument: InstrumentType): number {
    return this.#inner.selectCardinalityLimit(instrument);
  }

  collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    return this.#inner.collect(options);
  }

  shutdown(options?: Parameters<IMetricReader['shutdown']>[0]): Promise<void> {
    this.#onDetached?.();
    this.#onDetached = undefined;
    return this.#inner.shutdown(options);
  }

  forceFlush(options?: Parameters<IMetricReader['forceFlush']>[0]): Promise<void> {
    return this.#inner.forceFlush(options);
  }
}

/** What one reader was told of one source. */
interface ToldSource {
  readonly source: SnapshotSource;
  readonly collector: SnapshotCollector;
  readonly views: MetricViews;
}

class FrpMetricProducer implements MetricProducer {
  readonly #sdkProducer: MetricProducer;
  readonly #temporalityOf: (instrument: InstrumentType) => AggregationTemporality;
  readonly #source: () => SnapshotSource | undefined;
  #told: ToldSource | undefined;

  constructor(
    sdkProducer: MetricProducer,
    temporalityOf: (instrument: InstrumentType) => AggregationTemporality,
    source: () => SnapshotSource | undefined,
  ) {
    this.#sdkProducer = sdkProducer;
    this.#temporalityOf = temporalityOf;
    this.#source = source;
  }

  async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    const collected = await this.#sdkProducer.collect(options);
    const source = this.#source();
    if (source === undefined) return collected;
    const { resourceMetrics, errors } = collected;
    try {
      const { collector, views } = this.#toldOf(source);
      // Of our own scope the SDK has the resource gauges: they are seen through the views, too.
      const sdkMetrics = resourceMetrics.scopeMetrics.map((each) =>
        each.scope.name === SCOPE.name ? { ...each, metrics: views.show(each.metrics) } : each,
      );
      const metrics = views.show(collector.collect(source.snapshot(), Date.now()));
      const scopeMetrics = [...sdkMetrics, { scope: SCOPE, metrics }].filter((each) => each.metrics.length > 0);
      return { resourceMetrics: { ...resourceMetrics, scopeMetrics }, errors: [...errors, ...views.takeErrors()] };
    } catch (error) {
      return { resourceMetrics, errors: [...errors, error] };
    }
  }

  /** Another source is another registration: what was told of the one before is no part of its counts. */
  #toldOf(source: SnapshotSource): ToldSource {
    if (this.#told?.source === source) return this.#told;
    const { metrics = PLAIN_METRICS } = source;
    const collector = new SnapshotCollector(this.#temporalityOf, metrics);
    this.#told = { source, collector, views: new MetricViews(metrics.views) };
    return this.#told;
  }
}
