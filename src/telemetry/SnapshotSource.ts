import type { FrpSnapshot } from '../model/FrpSnapshot.js';

/** Where readers get what is known now. */
export interface SnapshotSource {
  readonly snapshot: () => FrpSnapshot;
}
