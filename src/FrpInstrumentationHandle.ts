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
  /** Where /metrics is served on this host; undefined while it is not. */
  readonly metricsUrl: string | undefined;
  /** Looks at every source once more and exports what there is. Never rejects; done within about 10 s. */
  forceFlush(): Promise<void>;
  /** Exports what there is and takes everything away; providers that are not ours stay. Never rejects. */
  shutdown(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
