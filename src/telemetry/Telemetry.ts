import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import type { Resource } from '@opentelemetry/resources';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { FrpEvent, FrpEventSubject } from '../model/FrpEvent.js';
import type { FrpSignal } from '../model/FrpSignal.js';
import { activeSource } from './activeSource.js';
import { ATTR_FRP } from './catalogue/attributes.js';
import { LogEmitter } from './LogEmitter.js';
import { log } from './log.js';
import { observeOnMeter } from './observeOnMeter.js';
import type { RecordDropReason } from './providers/DeliveringLogProcessor.js';
import { exportersOf, prometheusAddress } from './providers/environment.js';
import { ownLoggerProvider, ownMeterProvider, ownPushReaders, ownTracerProvider } from './providers/ownProviders.js';
import { PrometheusEndpoint } from './providers/PrometheusEndpoint.js';
import { registeredLoggerProvider, registeredMeterProvider, registeredTracerProvider } from './providers/registered.js';
import { ownResource } from './providers/resource.js';
import type { SnapshotSource } from './SnapshotSource.js';
import { SpanEmitter } from './SpanEmitter.js';
import { SCOPE } from './scope.js';
import { FrpMetricReader } from './withFrp.js';
import { withinDeadline } from './withinDeadline.js';

export interface TelemetryOptions {
  readonly meterProvider?: MeterProvider | undefined;
  readonly loggerProvider?: LoggerProvider | undefined;
  readonly tracerProvider?: TracerProvider | undefined;
  readonly prometheus?: { readonly host: string; readonly port: number } | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the span of a connection has the address of its visitor. @default false */
  readonly recordClientAddress?: boolean;
  /** `service.instance.id` of our own resource. @default a new one */
  readonly instanceId?: string | undefined;
  /** No flush and no shutdown of a provider of ours takes longer, whatever the other end does. @default 10000 */
  readonly deadlineMillis?: number | undefined;
}

/** What will never be exported of one instance. */
export interface DroppedTelemetry {
  readonly instance: string;
  readonly item: 'log_record' | 'span';
  readonly reason: RecordDropReason | 'rate_limit';
  readonly count: number;
}

/** A provider of ours: it is flushed and shut down with us. */
interface Owned {
  readonly forceFlush: () => Promise<void>;
  readonly shutdown: () => Promise<void>;
}

/** A provider of the program, which may or may not be one that can be flushed. */
interface Used {
  readonly forceFlush?: () => Promise<void>;
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
  readonly #used: Used[] = [];
  readonly #disposers: (() => void)[] = [];
  readonly #dropped = new Map<string, DroppedTelemetry>();
  #waiting: (() => void)[] = [];
  #waitingDropped = 0;
  #ready: Promise<void> | undefined;
  #served: Promise<void> | undefined;
  #isReady = false;
  #isShutDown = false;
  #logs: LogEmitter | undefined;
  #spans: SpanEmitter | undefined;
  /** Without log records there is nothing to wait for. */
  #logsDelivered: () => Promise<boolean> = async () => true;
  #metricsUrl: string | undefined;
  #ownResource: Resource | undefined;

  constructor(options: TelemetryOptions, source: SnapshotSource) {
    this.#options = options;
    this.#source = source;
    // Asked for in so many words: served from the start, whatever provider the program has.
    const { prometheus } = options;
    if (prometheus !== undefined) this.#served = tried('/metrics', this.#serveMetrics(prometheus));
  }

  /** Where /metrics is served, once it is. */
  get metricsUrl(): string | undefined {
    return this.#metricsUrl;
  }

  /** Takes a signal with what it made happen. */
  receive(signal: FrpSignal, subject: FrpEventSubject, events: readonly FrpEvent[]): void {
    if (this.#isShutDown) return;
    this.#ready ??= tried('telemetry', this.#start());
    if (this.#isReady) this.#emit(signal, subject, events);
    else if (this.#waiting.length < MAX_WAITING || isOfFile(signal)) {
      this.#waiting.push(() => this.#emit(signal, subject, events));
    } else this.#waitingDropped += 1;
  }

  async forceFlush(): Promise<void> {
    await Promise.all([this.#ready, this.#served]);
    await this.#withAll('flush', [...this.#owned, ...this.#used], (provider) => provider.forceFlush?.());
  }

  /**
   * Resolves when all log records of what was received so far are exported; false when some could not be, and wait. The
   * program's own provider is flushed, and tells no more.
   */
  async delivered(): Promise<boolean> {
    await this.#ready;
    return this.#logsDelivered();
  }

  /** What was dropped since this was asked last. */
  takeDropped(): readonly DroppedTelemetry[] {
    const dropped = [...this.#dropped.values()];
    this.#dropped.clear();
    return dropped;
  }

  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    await Promise.all([this.#ready, this.#served]);
    // Ours export what there is as they shut down, the program's by a flush: until then the instruments must be observed.
    await Promise.all([
      this.#withAll('shutdown', this.#owned, (provider) => provider.shutdown()),
      this.#withAll('flush', this.#used, (provider) => provider.forceFlush?.()),
    ]);
    for (const dispose of this.#disposers) dispose();
  }

  #emit(signal: FrpSignal, subject: FrpEventSubject, events: readonly FrpEvent[]): void {
    const context = this.#spans?.receive(signal, subject, events);
    if (signal.kind === 'log.line') this.#logs?.line(signal, subject, events, context);
    else for (const event of events) this.#logs?.event(event, context);
  }

  async #start(): Promise<void> {
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
      this.#use(meterProvider);
      this.#observe(meterProvider, activeSource.hasReader() ? 'resource gauges' : 'everything');
      return;
    }
    if (activeSource.hasReader()) {
      log.warn(
        'withFrp: its MeterProvider is not known: register it, or pass it as meterProvider, for the process gauges',
      );
      return;
    }
    this.#ownMetrics(await ownPushReaders(env));
    const isServedByEnvironment = prometheus === undefined && exportersOf('metrics', env).includes('prometheus');
    if (isServedByEnvironment) await this.#serveMetrics(prometheusAddress(env));
  }

  async #serveMetrics({ host, port }: { host: string; port: number }): Promise<void> {
    const endpoint = new PrometheusEndpoint();
    this.#ownMetrics([endpoint.reader]);
    this.#disposers.push(() => {
      endpoint.close();
      this.#metricsUrl = undefined;
    });
    this.#metricsUrl = await endpoint.listen(host, port);
  }

  #ownMetrics(readers: readonly IMetricReader[]): void {
    const wrapped = readers.map((reader) => new FrpMetricReader(reader, () => this.#source));
    this.#observe(this.#own(ownMeterProvider(this.#resource(), wrapped)), 'resource gauges');
  }

  #observe(provider: MeterProvider, extent: Parameters<typeof observeOnMeter>[2]): void {
    const meter = provider.getMeter(SCOPE.name, SCOPE.version);
    this.#disposers.push(observeOnMeter(meter, this.#source, extent));
  }

  async #startSpans(): Promise<void> {
    const { tracerProvider = registeredTracerProvider(), recordClientAddress, env } = this.#options;
    if (tracerProvider !== undefined) this.#use(tracerProvider);
    const provider = tracerProvider ?? this.#own(await ownTracerProvider(this.#resource(), env));
    this.#spans = new SpanEmitter(provider.getTracer(SCOPE.name, SCOPE.version), {
      recordClientAddress,
      onDropped: ({ instance }) => this.#countDropped({ instance, item: 'span', reason: 'rate_limit' }),
    });
  }

  async #startLogs(): Promise<void> {
    const { loggerProvider = registeredLoggerProvider() } = this.#options;
    const provider = loggerProvider === undefined ? await this.#ownLogs() : this.#usedLogs(loggerProvider);
    this.#logs = new LogEmitter(provider.getLogger(SCOPE.name, SCOPE.version));
  }

  #usedLogs(provider: LoggerProvider): LoggerProvider {
    const used = this.#use(provider);
    this.#logsDelivered = async () => {
      await this.#withAll('flush', [used], (provider) => provider.forceFlush?.());
      return true;
    };
    return provider;
  }

  async #ownLogs(): Promise<LoggerProvider> {
    const provider = await ownLoggerProvider(this.#resource(), this.#options.env, ({ attributes }, reason) =>
      this.#countDropped({ instance: String(attributes[ATTR_FRP.instance]), item: 'log_record', reason }),
    );
    this.#logsDelivered = provider.delivered;
    return this.#own(provider);
  }

  #countDropped(dropped: Omit<DroppedTelemetry, 'count'>): void {
    const key = `${dropped.instance} ${dropped.item} ${dropped.reason}`;
    this.#dropped.set(key, { ...dropped, count: (this.#dropped.get(key)?.count ?? 0) + 1 });
  }

  #own<Provider extends Owned>(provider: Provider): Provider {
    this.#owned.push(provider);
    return provider;
  }

  /** A proxy of the API delegates to the program's provider, which is the one that can be flushed. */
  #use(provider: object): Used {
    const { getDelegate } = provider as { getDelegate?: () => object };
    const used = (getDelegate?.call(provider) ?? provider) as Used;
    this.#used.push(used);
    return used;
  }

  async #withAll<Provider>(
    what: string,
    providers: readonly Provider[],
    work: (provider: Provider) => Promise<void> | undefined,
  ): Promise<void> {
    const { deadlineMillis = DEADLINE_MILLIS } = this.#options;
    // async: a provider that throws at once is like one that rejects
    const attempt = async (provider: Provider): Promise<void> => work(provider);
    await Promise.all(providers.map((provider) => withinDeadline(what, deadlineMillis, attempt(provider))));
  }

  /** One for the three signals: its service.instance.id is the same. */
  #resource(): Resource {
    this.#ownResource ??= ownResource(this.#options.instanceId);
    return this.#ownResource;
  }
}

/** What a file holds waits there: its source hands on no more before what it has handed on is delivered. */
const isOfFile = (signal: FrpSignal): boolean => signal.kind === 'log.line' && signal.place !== undefined;

/** What cannot be had is said, and harms not the others. */
const tried = (what: string, started: Promise<void>): Promise<void> =>
  started.catch((error) => log.error(`${what} could not be started`, error));
