import type { AlertRecord } from '../alerts/AlertRecord.js';
import type { FrpSnapshot } from '../model/FrpSnapshot.js';
import type { FrpEventOf, FrpListenedKind } from './EventListeners.js';
import type { FrpRecordedSignal } from './FrpRecordedSignal.js';
import type { FrpObserved } from './ProgramTargets.js';
import type { FrpObservable } from './readObservable.js';

/** What `registerFrpInstrumentation` gives. */
export interface FrpInstrumentationHandle {
  /** What is known now of every observed frp: frozen, safe to keep and to share. */
  snapshot(): FrpSnapshot;
  /**
   * Calls a function at each event of a kind, in the order of events; `alert.firing` and `alert.resolved` come where the option
   * `alerts` is on. A listener that throws or rejects harms nobody.
   *
   * @returns takes the listener away
   * @throws FrpOptionsError when there is no such event, or the listener is no function
   */
  on<Kind extends FrpListenedKind>(kind: Kind, listener: (event: FrpEventOf<Kind>) => unknown): () => void;
  /**
   * Observes a frp that this program has not spawned since it registered: a child process from before, a process of this
   * machine by its id, or a log file and an API. Each is observed once, however often and by whatever way it is named.
   *
   * A child whose output can be read takes over from its pid.
   *
   * @throws FrpOptionsError when it is nothing that can be observed, or all was shut down
   */
  observe(frp: FrpObservable): FrpObserved;
  /**
   * Observes it no more: its series end, and no event tells of an end. Once more is harmless.
   *
   * @throws FrpOptionsError when it is not what `observe` gave
   */
  unobserve(observed: FrpObserved): void;
  /**
   * Takes what the program itself knows of a frp: `process.started` first, `process.exited` last. It becomes metrics, log
   * records, spans and events as what we see does.
   *
   * @throws FrpOptionsError naming the field that is wrong, or when all was shut down; then nothing of it is taken
   */
  record(signal: FrpRecordedSignal): void;
  /**
   * The alerts that are pending or firing, then the last 1,000 that were resolved: frozen. Empty where the option `alerts` is
   * off.
   */
  alerts(): readonly AlertRecord[];
  /** Where /metrics is served on this host; undefined while it is not yet, or not at all. */
  readonly metricsUrl: string | undefined;
  /**
   * Looks at every source once more and flushes the providers, the program's too. Never rejects; done within 3 s for the
   * sources and 10 s for the providers, whatever they do.
   */
  forceFlush(): Promise<void>;
  /**
   * As `forceFlush`, then takes everything away: call it before the program's own SDK is shut down, whose providers stay.
   * Never rejects; the same limits.
   */
  shutdown(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
