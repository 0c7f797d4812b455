import type { FrpEventOf } from './EventListeners.js';
import type { FrpEventKind } from './model/FrpEvent.js';
import type { FrpSnapshot } from './model/FrpSnapshot.js';

/** What `registerFrpInstrumentation` gives. */
export interface FrpInstrumentationHandle {
  /** What is known now of every observed frp: frozen, safe to keep and to share. */
  snapshot(): FrpSnapshot;
  /**
   * Calls a function at each event of a kind, in the order of events. A listener that throws or rejects harms nobody.
   *
   * @returns takes the listener away
   */
  on<Kind extends FrpEventKind>(kind: Kind, listener: (event: FrpEventOf<Kind>) => unknown): () => void;
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
