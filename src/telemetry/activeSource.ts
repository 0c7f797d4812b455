import { processSlot } from './processSlot.js';
import type { SnapshotSource } from './SnapshotSource.js';

const { slot } = processSlot;

// A reader may be wrapped before there is anything to read: it asks here at each collection.
export const activeSource = {
  /** What readers wrapped by the program read, as long as an instrumentation is registered. */
  get: (): SnapshotSource | undefined => slot.source,
  set: (next: SnapshotSource | undefined): void => {
    slot.source = next;
  },
  /** Takes a source away, unless another has taken its place. */
  remove: (source: SnapshotSource): void => {
    if (slot.source === source) slot.source = undefined;
  },
  /**
   * A reader wrapped by the program was given to a MeterProvider.
   *
   * @returns is called when that reader was shut down
   */
  readerAttached: (): (() => void) => {
    slot.readers += 1;
    return () => {
      slot.readers -= 1;
    };
  },
  hasReader: (): boolean => slot.readers > 0,
};
