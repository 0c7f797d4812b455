import { processSlot } from './processSlot.js';
import type { SnapshotSource } from './SnapshotSource.js';

const { slot } = processSlot;

// A reader may be wrapped before there is anything to read: it asks here at each collection.
export const activeSource = {
  /**
   * What readers wrapped by the program read, as long as an instrumentation is registered. Where one is registered while the
   * one before is still shutting down, its turn comes when that has exported its last counts.
   */
  get: (): SnapshotSource | undefined => slot.sources[0],
  add: (source: SnapshotSource): void => {
    slot.sources.push(source);
  },
  remove: (source: SnapshotSource): void => {
    slot.sources = slot.sources.filter((other) => other !== source);
  },
};
