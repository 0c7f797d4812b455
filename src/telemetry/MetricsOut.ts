import type { MeterProvider } from '@opentelemetry/api';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import { log } from './log.js';
import { observeOnMeter } from './observeOnMeter.js';
import { exportersOf, prometheusAddress } from './providers/environment.js';
import { ownMeterProvider, ownPushReaders } from './providers/ownMeterProvider.js';
import { PrometheusEndpoint } from './providers/PrometheusEndpoint.js';
import { isSameProvider, ownProvider, type ProviderInUse, programProvider } from './providers/ProviderInUse.js';
import { actualMeterProvider, delegateOf, registeredMeterProvider } from './providers/registered.js';
import type { SnapshotSource } from './SnapshotSource.js';
import { SCOPE } from './scope.js';
import type { ProgramProviders, SignalOut, SignalOutParts } from './TelemetryOptions.js';
import { FrpMetricReader } from './withFrp.js';
import { wrappedReaders } from './wrappedReaders.js';

const NOT_WRAPPED =
  "frp's metrics are plain instruments of the program's MeterProvider: without histograms, series of a proxy that is gone " +
  'do not end, and all begin with the provider. To have all of them, wrap its readers: metricReaders: [withFrp(reader)]';
const UNKNOWN_PROVIDER =
  'withFrp: its MeterProvider is not known: register it, or pass it as meterProvider, for the process gauges';

/** A provider with our instruments on it. */
interface Observed extends ProviderInUse<MeterProvider> {
  /** Takes the instruments' callbacks away. */
  readonly release: () => void;
}

/** Where metrics go. */
export class MetricsOut implements SignalOut {
  readonly #parts: SignalOutParts;
  readonly #source: SnapshotSource;
  /** Asked for by option: beside whatever else there is. */
  #endpoint: Observed | undefined;
  #inUse: Observed | undefined;
  #isDecided = false;
  #metricsUrl: string | undefined;

  constructor(parts: SignalOutParts, source: SnapshotSource) {
    this.#parts = parts;
    this.#source = source;
  }

  /** Where /metrics is served, once it is. */
  get metricsUrl(): string | undefined {
    return this.#metricsUrl;
  }

  get isSettled(): boolean {
    return this.#inUse !== undefined || (this.#isDecided && this.#parts.options.ownProviders !== false);
  }

  /** Serves /metrics, whatever provider the program has. */
  async serve(address: { host: string; port: number }): Promise<void> {
    const endpoint = new PrometheusEndpoint();
    this.#endpoint = this.#ownObserved([endpoint.reader], () => {
      endpoint.close();
      this.#metricsUrl = undefined;
    });
    this.#metricsUrl = await endpoint.listen(address.host, address.port);
  }

  async decide({ meterProvider: set }: ProgramProviders): Promise<void> {
    const { options } = this.#parts;
    const programs = options.meterProvider ?? actualMeterProvider(set) ?? registeredMeterProvider();
    const before = this.#inUse;
    const isFirst = !this.#isDecided;
    this.#isDecided = true;
    if (programs === undefined) {
      if (isFirst && options.ownProviders !== false) await this.#startOwn();
      return;
    }
    if (isSameProvider(programs, before?.provider)) return;
    // Its wrapped readers export for the last time, and by that it is known which ones they are.
    if (before?.isOwn === false && wrappedReaders.exist()) await this.#parts.inTime('flush', before.flush);
    this.#inUse = this.#observePrograms(programs);
    if (before !== undefined) await this.#leave(before);
  }

  async flush(): Promise<void> {
    const { inTime } = this.#parts;
    await Promise.all(this.#all().map(({ flush }) => inTime('flush', flush)));
  }

  async end(): Promise<void> {
    const { inTime } = this.#parts;
    // Ours export what there is as they shut down, the program's by a flush: until then the instruments must be observed.
    await Promise.all(this.#all().map(({ end }) => inTime('shutdown', end)));
    for (const { release } of this.#all()) release();
  }

  async #startOwn(): Promise<void> {
    if (wrappedReaders.exist()) {
      log.warn(UNKNOWN_PROVIDER);
      return;
    }
    const { env, prometheus } = this.#parts.options;
    this.#inUse = this.#ownObserved(await ownPushReaders(env));
    const isServedByEnvironment = prometheus === undefined && exportersOf('metrics', env).includes('prometheus');
    if (isServedByEnvironment) await this.serve(prometheusAddress(env));
  }

  /** One of ours exports what there is; of one of the program's the instruments are taken away, and nothing else. */
  async #leave({ isOwn, end, release }: Observed): Promise<void> {
    if (isOwn) await this.#parts.inTime('shutdown', end);
    release();
  }

  #ownObserved(readers: readonly IMetricReader[], onRelease = () => {}): Observed {
    const wrapped = readers.map((reader) => new FrpMetricReader(reader, () => this.#source));
    const provider = ownProvider(ownMeterProvider(this.#parts.resource(), wrapped));
    const observed = this.#observe(provider, 'resource gauges');
    const release = (): void => {
      observed.release();
      onRelease();
    };
    return { ...observed, release };
  }

  #observePrograms(meterProvider: MeterProvider): Observed {
    const actual = delegateOf(meterProvider);
    const isWrapped = wrappedReaders.exist(actual);
    if (!isWrapped) log.info(NOT_WRAPPED);
    const extent = isWrapped ? 'resource gauges' : 'everything';
    const observed = this.#observe(programProvider(meterProvider), extent, () => wrappedReaders.asked(actual));
    wrappedReaders.use(actual);
    const release = (): void => {
      observed.release();
      wrappedReaders.leave(actual);
    };
    return { ...observed, release };
  }

  #observe(
    provider: ProviderInUse<MeterProvider>,
    extent: Parameters<typeof observeOnMeter>[2],
    onAsked?: () => void,
  ): Observed {
    const meter = provider.provider.getMeter(SCOPE.name, SCOPE.version);
    return { ...provider, release: observeOnMeter(meter, this.#source, extent, onAsked) };
  }

  #all(): readonly Observed[] {
    return [this.#inUse, this.#endpoint].filter((observed) => observed !== undefined);
  }
}
