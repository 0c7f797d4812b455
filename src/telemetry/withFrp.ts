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
import type { SnapshotSource } from './SnapshotSource.js';
import { SCOPE } from './scope.js';

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
    const collector = new SnapshotCollector((instrument) => this.#inner.selectAggregationTemporality(instrument));
    this.#inner.setMetricProducer(new FrpMetricProducer(sdkProducer, collector, this.#source));
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

class FrpMetricProducer implements MetricProducer {
  readonly #sdkProducer: MetricProducer;
  readonly #collector: SnapshotCollector;
  readonly #source: () => SnapshotSource | undefined;

  constructor(sdkProducer: MetricProducer, collector: SnapshotCollector, source: () => SnapshotSource | undefined) {
    this.#sdkProducer = sdkProducer;
    this.#collector = collector;
    this.#source = source;
  }

  async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    const { resourceMetrics, errors } = await this.#sdkProducer.collect(options);
    const source = this.#source();
    if (source === undefined) return { resourceMetrics, errors };
    try {
      const metrics = this.#collector.collect(source.snapshot(), Date.now());
      if (metrics.length === 0) return { resourceMetrics, errors };
      const scopeMetrics = [...resourceMetrics.scopeMetrics, { scope: SCOPE, metrics }];
      return { resourceMetrics: { ...resourceMetrics, scopeMetrics }, errors };
    } catch (error) {
      return { resourceMetrics, errors: [...errors, error] };
    }
  }
}
