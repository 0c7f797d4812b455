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
import type { WrappedReader } from './processSlot.js';
import { SnapshotCollector } from './SnapshotCollector.js';
import { PLAIN_METRICS, type SnapshotSource } from './SnapshotSource.js';
import { SCOPE } from './scope.js';
import { MetricViews } from './views/MetricViews.js';
import { wrappedReaders } from './wrappedReaders.js';

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
 * readers then get the process gauges only. So does another provider as long as a wrapped reader is attached anywhere in the
 * process, unless it is known to be of a provider that the program has replaced (`setMeterProvider`): such a reader is flushed
 * and then gets nothing more. It is known from its first collection; shut down one that is never collected, such as that of a
 * page that nobody scrapes, by yourself. In a wrapped reader all observable gauges end when they are not observed any more.
 *
 * @param reader any reader of `@opentelemetry/sdk-metrics`; use the returned one in its place
 * @throws FrpOptionsError when it is no reader
 */
export const withFrp = (reader: IMetricReader): IMetricReader => {
  if (isWrapped(reader)) return reader;
  if (typeof reader?.setMetricProducer !== 'function') {
    throw new FrpOptionsError(
      `withFrp: expected a metric reader, received ${reader === null ? 'null' : typeof reader}`,
    );
  }
  const known: WrappedReader = { provider: undefined };
  return new FrpMetricReader(reader, () => (wrappedReaders.isLeft(known) ? undefined : activeSource.get()), known);
};

/** Another copy of this package has a class of its own. */
const WRAPPED = Symbol.for('opentelemetry-instrumentation-frp.reader');

const isWrapped = (reader: unknown): boolean => typeof reader === 'object' && reader !== null && WRAPPED in reader;

/** A delegating reader: the inner one collects from a producer that adds frp's points to those of the SDK. */
export class FrpMetricReader implements IMetricReader {
  readonly [WRAPPED] = true;
  readonly #inner: IMetricReader;
  readonly #source: () => SnapshotSource | undefined;
  readonly #known: WrappedReader | undefined;
  #onDetached: (() => void) | undefined;

  /** @param known what the process knows of a reader that the program has wrapped */
  constructor(inner: IMetricReader, source: () => SnapshotSource | undefined, known?: WrappedReader) {
    this.#inner = inner;
    this.#source = source;
    this.#known = known;
  }

  setMetricProducer(sdkProducer: MetricProducer): void {
    const temporalityOf = (instrument: InstrumentType) => this.#inner.selectAggregationTemporality(instrument);
    const known = this.#known;
    const collectSdk: MetricProducer['collect'] =
      known === undefined
        ? (options) => sdkProducer.collect(options)
        : (options) => wrappedReaders.collect(known, () => sdkProducer.collect(options));
    this.#inner.setMetricProducer(new FrpMetricProducer({ collect: collectSdk }, temporalityOf, this.#source));
    this.#onDetached = known && wrappedReaders.attached(known);
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
