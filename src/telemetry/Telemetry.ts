import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import type { Resource } from '@opentelemetry/resources';
import type { FrpEvent, FrpEventSubject } from '../model/FrpEvent.js';
import type { FrpSignal } from '../model/FrpSignal.js';
import { activeSource } from './activeSource.js';
import { LogEmitter } from './LogEmitter.js';
import { log } from './log.js';
import { observeOnMeter } from './observeOnMeter.js';
import { exportersOf, prometheusAddress } from './providers/environment.js';
import { ownLoggerProvider, ownMeterProvider, ownPushReaders, ownTracerProvider } from './providers/ownProviders.js';
import { PrometheusEndpoint } from './providers/PrometheusEndpoint.js';
import { registeredLoggerProvider, registeredMeterProvider, registeredTracerProvider } from './providers/registered.js';
import { ownResource } from './providers/resource.js';
import type { SnapshotSource } from './SnapshotSource.js';
import { SpanEmitter } from './SpanEmitter.js';
import { SCOPE } from './scope.js';
import { FrpMetricReader } from './withFrp.js';

export interface TelemetryOptions {
  readonly meterProvider?: MeterProvider | undefined;
  readonly loggerProvider?: LoggerProvider | undefined;
  readonly tracerProvider?: TracerProvider | undefined;
  readonly prometheus?: { readonly host: string; readonly port: number } | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** No flush and no shutdown of a provider of ours takes longer, whatever the other end does. @default 10000 */
  readonly deadlineMillis?: number | undefined;
}

/** Something of ours that is flushed and shut down with us. */
interface Owned {
  readonly forceFlush: () => Promise<void>;
  readonly shutdown: () => Promise<void>;
}

/** Items that wait while the providers are made ready; more are not kept. */
const MAX_WAITING = 10_000;
const DEADLINE_MILLIS = 10_000;

/**
 * Sends what happens to OpenTelemetry. The providers are decided per signal when there is something to send, since a
 * preloaded instrumentation runs before the program's SDK: one that was passed in, else the program's registered one, else
 * one of ours, made from `OTEL_*` and not registered.
 */
export class Telemetry {
  readonly #options: TelemetryOptions;
  readonly #source: SnapshotSource;
  readonly #owned: Owned[] = [];
  readonly #disposers: (() => void)[] = [];
  #waiting: (() => void)[] = [];
  #waitingDropped = 0;
  #ready: Promise<void> | undefined;
  #isReady = false;
  #isShutDown = false;
  #logs: LogEmitter | undefined;
  #spans: SpanEmitter | undefined;
  #metricsUrl: string | undefined;
  #ownResource: Resource | undefined;

  constructor(options: TelemetryOptions, source: SnapshotSource) {
    this.#options = options;
    this.#source = source;
  }

  /** Where /metrics is served, once it is. */
  get metricsUrl(): string | undefined {
    return this.#metricsUrl;
  }

  /** Takes a signal with what it made happen. */
  receive(signal: FrpSignal, subject: FrpEventSubject, events: readonly FrpEvent[]): void {
    if (this.#isShutDown) return;
    this.#ready ??= this.#start().catch((error) => log.error('telemetry could not be started', error));
    if (this.#isReady) this.#emit(signal, subject, events);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(() => this.#emit(signal, subject, events));
    else this.#waitingDropped += 1;
  }

  async forceFlush(): Promise<void> {
    await this.#ready;
    await Promise.all(this.#owned.map((owned) => this.#withinDeadline('flush', owned.forceFlush())));
  }

  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    await this.#ready;
    // Providers export what there is as they shut down: until then the instruments must be observed.
    await Promise.all(this.#owned.map((owned) => this.#withinDeadline('shutdown', owned.shutdown())));
    for (const dispose of this.#disposers) dispose();
  }

  #emit(signal: FrpSignal, subject: FrpEventSubject, events: readonly FrpEvent[]): void {
    for (const event of events) this.#spans?.event(event);
    if (signal.kind === 'log.line') this.#logs?.line(signal, subject, events);
    else for (const event of events) this.#logs?.event(event);
  }

  async #start(): Promise<void> {
    // A signal that cannot be had is said, and harms not the other two.
    const tried = (what: string, started: Promise<void>) =>
      started.catch((error) => log.error(`${what} could not be started`, error));
    await Promise.all([
      tried('metrics', this.#startMetrics()),
      tried('spans', this.#startSpans()),
      tried('logs', this.#startLogs()),
    ]);
    this.#isReady = true; // from here on nothing waits
    if (this.#waitingDropped > 0) log.warn(`${this.#waitingDropped} signals came before the providers were ready`);
    for (const emit of this.#waiting) {
      try {
        emit();
      } catch (error) {
        log.error('a processor of the program failed', error); // the next one may go through
      }
    }
    this.#waiting = [];
  }

  async #startMetrics(): Promise<void> {
    const { meterProvider = registeredMeterProvider(), prometheus, env } = this.#options;
    if (meterProvider !== undefined) {
      this.#observe(meterProvider, activeSource.hasReader() ? 'resource gauges' : 'everything');
      if (prometheus === undefined) return;
    }
    const readers = meterProvider === undefined ? await ownPushReaders(env) : [];
    const wantsPrometheus = prometheus !== undefined || exportersOf('metrics', env).includes('prometheus');
    const endpoint = wantsPrometheus ? new PrometheusEndpoint() : undefined;
    if (endpoint !== undefined) readers.push(endpoint.reader);
    const wrapped = readers.map((reader) => new FrpMetricReader(reader, () => this.#source));
    const provider = ownMeterProvider(this.#resource(), wrapped);
    this.#owned.push(provider);
    this.#observe(provider, 'resource gauges');
    if (endpoint !== undefined) {
      this.#disposers.push(() => {
        endpoint.close();
        this.#metricsUrl = undefined;
      });
      const { host, port } = prometheus ?? prometheusAddress(env);
      this.#metricsUrl = await endpoint.listen(host, port);
    }
  }

  #observe(provider: MeterProvider, extent: Parameters<typeof observeOnMeter>[2]): void {
    const meter = provider.getMeter(SCOPE.name, SCOPE.version);
    this.#disposers.push(observeOnMeter(meter, this.#source, extent));
  }

  async #startSpans(): Promise<void> {
    const { tracerProvider = registeredTracerProvider(), env } = this.#options;
    const provider = tracerProvider ?? this.#own(await ownTracerProvider(this.#resource(), env));
    this.#spans = new SpanEmitter(provider.getTracer(SCOPE.name, SCOPE.version));
  }

  async #startLogs(): Promise<void> {
    const { loggerProvider = registeredLoggerProvider(), env } = this.#options;
    const provider = loggerProvider ?? this.#own(await ownLoggerProvider(this.#resource(), env));
    this.#logs = new LogEmitter(provider.getLogger(SCOPE.name, SCOPE.version));
  }

  #own<Provider extends Owned>(provider: Provider): Provider {
    this.#owned.push(provider);
    return provider;
  }

  /** One for the three signals: its service.instance.id is the same. */
  #resource(): Resource {
    this.#ownResource ??= ownResource();
    return this.#ownResource;
  }

  async #withinDeadline(what: string, work: Promise<void>): Promise<void> {
    const { deadlineMillis = DEADLINE_MILLIS } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done within ${deadlineMillis} ms`)), deadlineMillis);
    });
    try {
      await Promise.race([work, deadline]);
    } catch (error) {
      log.warn(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }
}
