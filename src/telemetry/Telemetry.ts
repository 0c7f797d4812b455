import type { Resource } from '@opentelemetry/resources';
import type { FrpEvent, FrpEventSubject } from '../model/FrpEvent.js';
import type { FrpSignal, TargetId } from '../model/FrpSignal.js';
import { LogsOut } from './LogsOut.js';
import { log } from './log.js';
import { MetricsOut } from './MetricsOut.js';
import { ownResource } from './providers/resource.js';
import type { SnapshotSource } from './SnapshotSource.js';
import { SpansOut } from './SpansOut.js';
import type {
  DroppedTelemetry,
  ProgramProviders,
  SignalOut,
  SignalOutParts,
  TelemetryOptions,
} from './TelemetryOptions.js';
import type { TelledAlert } from './TelledAlert.js';
import { withinDeadline } from './withinDeadline.js';

/** Items that wait while the providers are made ready; more are not kept. */
const MAX_WAITING = 10_000;
const DEADLINE_MILLIS = 10_000;

/**
 * Sends what happens to OpenTelemetry. The providers are decided per signal when there is something to send, since a
 * preloaded instrumentation runs before the program's SDK, and anew when the program sets one.
 */
export class Telemetry {
  readonly #options: TelemetryOptions;
  readonly #metrics: MetricsOut;
  readonly #spans: SpansOut;
  readonly #logs: LogsOut;
  readonly #dropped = new Map<string, DroppedTelemetry>();
  #set: ProgramProviders = {};
  #waiting: (() => void)[] = [];
  #waitingDropped = 0;
  /** Resolves when the providers are decided; undefined while there was nothing to send. */
  #ready: Promise<void> | undefined;
  readonly #served: Promise<void> | undefined;
  #isReady = false;
  #isDeciding = false;
  #isShutDown = false;
  /** Said, and not tried again until another provider is set. */
  readonly #broken = new Set<SignalOut>();
  #ownResource: Resource | undefined;

  constructor(options: TelemetryOptions, source: SnapshotSource) {
    this.#options = options;
    const parts: SignalOutParts = {
      options,
      inTime: (what, work) => this.#inTime(what, work),
      resource: () => this.#resource(),
      onDropped: (dropped) => this.#countDropped(dropped),
    };
    this.#metrics = new MetricsOut(parts, source);
    this.#spans = new SpansOut(parts);
    this.#logs = new LogsOut(parts);
    // Asked for in so many words: served from the start, whatever provider the program has.
    const { prometheus } = options;
    this.#served = prometheus && this.#serve(prometheus);
  }

  /** Where /metrics is served, once it is. */
  get metricsUrl(): string | undefined {
    return this.#metrics.metricsUrl;
  }

  /** What comes next goes to these, unless others were passed in; those that are left out stay as they are. */
  setProviders(providers: ProgramProviders): void {
    this.#set = { ...this.#set, ...providers };
    this.#broken.clear();
    if (this.#ready !== undefined) this.#decideAgain();
  }

  /** Takes a signal with what it made happen. */
  receive(signal: FrpSignal, subject: FrpEventSubject, events: readonly FrpEvent[]): void {
    if (this.#isShutDown) return;
    this.#ready ??= this.#start();
    // Now and then: a provider may be registered without a word to us.
    if (signal.kind === 'process.sampled' && this.#isReady && !this.#isSettled) this.#decideAgain();
    if (this.#isReady) this.#emit(signal, subject, events);
    else if (this.#waiting.length < MAX_WAITING || isOfFile(signal)) {
      this.#waiting.push(() => this.#emit(signal, subject, events));
    } else this.#waitingDropped += 1;
  }

  /** Takes what has become of an alert. */
  alert(alert: TelledAlert): void {
    if (this.#isShutDown) return;
    this.#ready ??= this.#start();
    const tell = () => this.#logs.emitter?.alert(alert);
    if (this.#isReady) tell();
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(tell);
    else this.#waitingDropped += 1;
  }

  /** A process is observed no more, and goes on. */
  released(target: TargetId, subject: FrpEventSubject, time: number): void {
    const tell = () => this.#spans.emitter?.released(target, subject, time);
    if (this.#isReady) tell();
    else this.#waiting.push(tell);
  }

  async forceFlush(): Promise<void> {
    await Promise.all([this.#ready, this.#served]);
    await Promise.all(this.#outs.map((out) => out.flush()));
  }

  /**
   * Resolves when all log records of what was received so far are exported; false when some could not be, and wait. The
   * program's own provider is flushed, and tells no more.
   */
  async delivered(): Promise<boolean> {
    await this.#ready;
    return this.#logs.delivered();
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
    await Promise.all(this.#outs.map((out) => out.end()));
  }

  get #outs() {
    return [this.#metrics, this.#spans, this.#logs] as const;
  }

  get #isSettled(): boolean {
    return this.#outs.every((out) => out.isSettled || this.#broken.has(out));
  }

  #emit(signal: FrpSignal, subject: FrpEventSubject, events: readonly FrpEvent[]): void {
    const context = this.#spans.emitter?.receive(signal, subject, events);
    const records = this.#logs.emitter;
    if (signal.kind === 'log.line') records?.line(signal, subject, events, context);
    else for (const event of events) records?.event(event, context);
  }

  async #serve(address: NonNullable<TelemetryOptions['prometheus']>): Promise<void> {
    try {
      await this.#metrics.serve(address);
    } catch (error) {
      log.error('/metrics could not be started', error);
    }
  }

  async #start(): Promise<void> {
    await this.#decide();
    this.#isReady = true; // from here on nothing waits
    if (this.#waitingDropped > 0) log.warn(`${this.#waitingDropped} signals came before the providers were ready`);
    for (const emit of this.#waiting) {
      try {
        emit();
      } catch (error) {
        log.error('a signal could not be told', error); // the next one may go through
      }
    }
    this.#waiting = [];
  }

  async #decide(): Promise<void> {
    const decide = async (what: string, out: SignalOut): Promise<void> => {
      try {
        await out.decide(this.#set);
      } catch (error) {
        this.#broken.add(out);
        log.error(`${what} could not be started`, error); // it harms not the others
      }
    };
    await Promise.all([decide('metrics', this.#metrics), decide('spans', this.#spans), decide('logs', this.#logs)]);
  }

  /** After what is under way; asked many times meanwhile, once. */
  #decideAgain(): void {
    if (this.#isDeciding || this.#isShutDown) return;
    this.#isDeciding = true;
    this.#ready = Promise.resolve(this.#ready).then(() => {
      this.#isDeciding = false;
      return this.#decide();
    });
  }

  #countDropped(dropped: Omit<DroppedTelemetry, 'count'>): void {
    const key = `${dropped.instance} ${dropped.item} ${dropped.reason}`;
    this.#dropped.set(key, { ...dropped, count: (this.#dropped.get(key)?.count ?? 0) + 1 });
  }

  #inTime(what: string, work: () => Promise<void> | undefined): Promise<void> {
    const { deadlineMillis = DEADLINE_MILLIS } = this.#options;
    // async: a provider that throws at once is like one that rejects
    const attempt = async (): Promise<void> => work();
    return withinDeadline(what, deadlineMillis, attempt());
  }

  /** One for the three signals: its service.instance.id is the same. */
  #resource(): Resource {
    this.#ownResource ??= ownResource(this.#options.instanceId);
    return this.#ownResource;
  }
}

/** What a file holds waits there: its source hands on no more before what it has handed on is delivered. */
const isOfFile = (signal: FrpSignal): boolean => signal.kind === 'log.line' && signal.place !== undefined;
