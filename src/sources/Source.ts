import type { FrpSignal, SourceState } from '../model/FrpSignal.js';

/** Where sources put what they see; never throws. */
export type Emit = (signal: FrpSignal) => void;

/** A started source. Stopping twice is harmless. */
export interface Source {
  readonly stop: () => void;
  /** Looks now instead of at the next interval; resolves when what it saw is emitted, and never rejects. */
  readonly refresh?: () => Promise<void>;
}

/** How a source is: what is wrong and what to do, without secrets; `givesSome` of a degraded one that gives something all the same. */
export type SourceReport = readonly [state: SourceState, reason?: string, givesSome?: true];
