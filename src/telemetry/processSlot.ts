import { AsyncLocalStorage } from 'node:async_hooks';
import type { SnapshotSource } from './SnapshotSource.js';
import { SCOPE } from './scope.js';

/**
 * What every copy of this package in one process shares: two of them, such as a preloaded one and the program's own, must not
 * observe the same frp twice, and the readers that one has wrapped read what the other has seen.
 */
export interface ProcessSlot {
  /** Of this interface and of the snapshot's shape: a copy with another number is left alone. */
  readonly contract: typeof CONTRACT;
  /** Of the copy that came first. */
  readonly version: string;
  /** What readers wrapped by the program read: the first; the others are registered while it is still shutting down. */
  sources: SnapshotSource[];
  /** Readers wrapped by the program that a MeterProvider has. */
  readonly readers: Set<WrappedReader>;
  /** The reader in the course of whose collection we are. */
  readonly collecting: AsyncLocalStorage<WrappedReader>;
  /** The program's, that has the instruments. */
  meterProvider: object | undefined;
  /** Who observes, as `sharedObservation` has it. */
  observation: unknown;
}

export interface WrappedReader {
  /** Whose it is; undefined while that is not known. */
  provider: object | undefined;
}

/** How the slot of the process was found. */
export interface FoundSlot {
  readonly slot: ProcessSlot;
  /** `first`: nobody was here. `shared`: another copy was. `foreign`: one was that is no good to us, and keeps its slot. */
  readonly found: 'first' | 'shared' | 'foreign';
  /** Of the copy that came first. */
  readonly version: string;
}

const CONTRACT = 2;
const KEY = Symbol.for('opentelemetry-instrumentation-frp');

/** @param globals what all copies have in common */
export const findSlot = (globals: Record<symbol, unknown> = globalThis as never): FoundSlot => {
  const there = globals[KEY] as Partial<ProcessSlot> | undefined;
  if (there?.contract === CONTRACT) return { slot: there as ProcessSlot, found: 'shared', version: `${there.version}` };
  const { version } = SCOPE;
  const slot: ProcessSlot = {
    contract: CONTRACT,
    version,
    sources: [],
    readers: new Set(),
    collecting: new AsyncLocalStorage(),
    meterProvider: undefined,
    observation: undefined,
  };
  if (there !== undefined) return { slot, found: 'foreign', version: `${there.version ?? 'unknown'}` };
  Object.defineProperty(globals, KEY, { value: slot });
  return { slot, found: 'first', version };
};

/** Of this process. */
export const processSlot = findSlot();
