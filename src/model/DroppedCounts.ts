import type { ItemsDropped } from './FrpSignal.js';
import type { InstanceSnapshot } from './FrpSnapshot.js';

type Dropped = InstanceSnapshot['dropped'][number];

/** Kinds of what was dropped, each with its reason; a program may record any. Each is a series for good. */
const MAX_KINDS = 100;

/** What was left out of one instance, by kind and reason. */
export class DroppedCounts {
  readonly #counts = new Map<string, Dropped>();

  add({ item, reason, count }: Pick<ItemsDropped, 'item' | 'reason' | 'count'>): void {
    const hasRoom = this.#counts.size < MAX_KINDS || this.#counts.has(keyOf({ item, reason }));
    addTo(this.#counts, { item, reason: hasRoom ? reason : '_OTHER', count });
  }

  /** @param ofModel what the model itself has left out: a source may leave out some for the same reason, and together they are one count */
  snapshot(ofModel: readonly Dropped[]): InstanceSnapshot['dropped'] {
    const counts = new Map(this.#counts);
    for (const entry of ofModel) addTo(counts, entry);
    return Object.freeze(Array.from(counts.values(), (entry) => Object.freeze({ ...entry })));
  }
}

const keyOf = ({ item, reason }: Pick<Dropped, 'item' | 'reason'>): string => `${item} ${reason}`;

const addTo = (counts: Map<string, Dropped>, { item, reason, count }: Dropped): void => {
  const key = keyOf({ item, reason });
  counts.set(key, { item, reason, count: (counts.get(key)?.count ?? 0) + count });
};
