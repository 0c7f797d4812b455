import type { SnapshotSource } from './SnapshotSource.js';

// A reader may be wrapped before there is anything to read: it asks here at each collection.
let source: SnapshotSource | undefined;
let readers = 0;

export const activeSource = {
  /** What readers wrapped by the program read, as long as an instrumentation is registered. */
  get: (): SnapshotSource | undefined => source,
  set: (next: SnapshotSource | undefined): void => {
    source = next;
  },
  /**
   * A reader wrapped by the program was given to a MeterProvider.
   *
   * @returns is called when that reader was shut down
   */
  readerAttached: (): (() => void) => {
    readers += 1;
    return () => {
      readers -= 1;
    };
  },
  hasReader: (): boolean => readers > 0,
};
