/** How far a log file has been read and told. */
export interface FilePlace {
  /** Tell a file from another one that has its name by now. */
  readonly device: number;
  readonly inode: number;
  /** Bytes: what is before has been delivered. */
  readonly offset: number;
  /** Of the bytes before the offset: a file that was truncated and has grown again, or a new one with an old inode, has others. */
  readonly fingerprint: string;
  /** When the file was last written, milliseconds since the Unix epoch: files that it was rotated to since are younger. */
  readonly modified: number;
}

/** How far a unit's journal has been read and told: journald's name of the last entry. */
export interface JournalPlace {
  readonly cursor: string;
}

export type Checkpoint = FilePlace | JournalPlace;

/** Where it is kept how far logs were delivered, over our restarts. */
export interface Checkpoints {
  /**
   * Where to go on: what this run has handed on last, or what was delivered before it.
   *
   * @param path as frp names the file, absolute
   */
  readonly get: (path: string) => Checkpoint | undefined;
  /**
   * Resolves when it is on the disk; never rejects: what cannot be written is said by `fault`.
   *
   * @param delivered whether all before has been exported: it is not written before that resolves to true
   */
  readonly set: (path: string, checkpoint: Checkpoint, delivered?: Promise<boolean>) => Promise<void>;
  /** Why they are not kept (any more), with what to do; undefined while all is well. */
  readonly fault: string | undefined;
}

/** Logs of so many files are gone on with; those told longest ago are forgotten first. */
const MAX_LOGS = 1_000;

/** Takes an entry as the newest, and lets the oldest go. */
export const setNewest = <Value>(entries: Map<string, Value>, key: string, value: Value): void => {
  entries.delete(key);
  entries.set(key, value);
  for (const oldest of entries.keys()) {
    if (entries.size <= MAX_LOGS) return;
    entries.delete(oldest);
  }
};

/** For as long as the program runs: an frp that starts again goes on in its log. */
export const memoryCheckpoints = (): Checkpoints => {
  const told = new Map<string, Checkpoint>();
  return {
    get: (path) => told.get(path),
    set: async (path, checkpoint) => setNewest(told, path, checkpoint),
    fault: undefined,
  };
};
