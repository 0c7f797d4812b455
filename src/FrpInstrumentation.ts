import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import { type FrpInstrumentationOptions, FrpOptionsError } from './config/FrpInstrumentationOptions.js';
import type { FrpInstrumentationConfig as ParsedConfig } from './config/parseOptions.js';
import { readConfiguration } from './config/readConfiguration.js';
import type { FrpInstrumentationHandle } from './observation/FrpInstrumentationHandle.js';
import { joinObservation, presentObservation, type SharedObservation } from './observation/sharedObservation.js';
import { sdkDisabled } from './telemetry/providers/environment.js';
import { SCOPE } from './telemetry/scope.js';
import type { ProgramProviders } from './telemetry/TelemetryOptions.js';

/** Options of `FrpInstrumentation`. */
export interface FrpInstrumentationConfig extends FrpInstrumentationOptions {
  /** Whether it is enabled when it is made. Registering it enables it all the same, as it does any instrumentation. @default true */
  enabled?: boolean;
}

/**
 * The same as `registerFrpInstrumentation()`, for programs that set up OpenTelemetry by a list of instrumentations:
 *
 * ```ts
 * new NodeSDK({
 *   instrumentations: [new FrpInstrumentation()],
 *   metricReaders: [withFrp(new PeriodicExportingMetricReader({ exporter }))],
 * });
 * ```
 *
 * It is an `Instrumentation` of `@opentelemetry/instrumentation`, whose base class patches modules, which nothing here needs.
 * As any instrumentation it gives to the program's providers only, and makes none of its own. Without `withFrp` the metrics
 * are plain instruments: without histograms, and series of a proxy that is gone do not end.
 */
export class FrpInstrumentation {
  readonly instrumentationName = SCOPE.name;
  readonly instrumentationVersion = SCOPE.version;
  #config: FrpInstrumentationConfig;
  #parsed: ParsedConfig;
  #providers: ProgramProviders = {};
  #joined: SharedObservation | undefined;

  /** @throws FrpOptionsError when an option is not what it should be; nothing is thrown later */
  constructor(config: FrpInstrumentationConfig = {}) {
    ({ given: this.#config, parsed: this.#parsed } = read(config));
    if (this.#config.enabled) this.enable();
  }

  /** What is observed, and its events; undefined while it is not enabled, and once its handle was shut down. */
  get handle(): FrpInstrumentationHandle | undefined {
    return this.#joined === presentObservation() ? this.#joined?.handle : undefined;
  }

  /** Observes what the program spawns from now on, and what it spawned before it was disabled. Twice is harmless. */
  enable(): void {
    if (sdkDisabled(process.env)) return;
    const joined = joinObservation(this.#parsed, { ownProviders: false });
    this.#joined = joined;
    joined?.hold(this);
    joined?.setProviders(this.#providers);
  }

  /** Stops to observe, unless the program has registered it in another way, too; what is known is exported meanwhile. */
  disable(): void {
    this.#joined?.release(this);
    this.#joined = undefined;
  }

  /** What comes next goes there. */
  setTracerProvider(tracerProvider: TracerProvider): void {
    this.#set({ tracerProvider });
  }

  /** The instruments move there. The wrapped readers of the provider before export what is there, and nothing more of frp. */
  setMeterProvider(meterProvider: MeterProvider): void {
    this.#set({ meterProvider });
  }

  /** What comes next goes there. */
  setLoggerProvider(loggerProvider: LoggerProvider): void {
    this.#set({ loggerProvider });
  }

  /**
   * Has effect when it is enabled again.
   *
   * @throws FrpOptionsError when an option is not what it should be; then the config stays as it was
   */
  setConfig(config: FrpInstrumentationConfig = {}): void {
    ({ given: this.#config, parsed: this.#parsed } = read(config));
  }

  getConfig(): FrpInstrumentationConfig {
    return this.#config;
  }

  /** No module is patched. */
  getModuleDefinitions(): [] {
    return [];
  }

  #set(providers: ProgramProviders): void {
    this.#providers = { ...this.#providers, ...providers };
    this.#joined?.setProviders(providers);
  }
}

const read = (config: unknown): { readonly given: FrpInstrumentationConfig; readonly parsed: ParsedConfig } => {
  const { enabled = true, ...options } = copyOf(config);
  if (typeof enabled !== 'boolean') {
    throw new FrpOptionsError(`FrpInstrumentation: enabled: expected true or false, received ${typeof enabled}`);
  }
  return { given: { ...options, enabled }, parsed: readConfiguration(options, process.env) };
};

const copyOf = (config: unknown): FrpInstrumentationConfig => {
  if (typeof config !== 'object' || config === null) {
    throw new FrpOptionsError(
      `FrpInstrumentation: expected an object, received ${config === null ? 'null' : typeof config}`,
    );
  }
  try {
    return { ...config };
  } catch {
    throw new FrpOptionsError('FrpInstrumentation: an option cannot be read'); // a getter of it throws
  }
};
