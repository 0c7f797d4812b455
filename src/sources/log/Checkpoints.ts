/** How far a log file has been read and told. */
export interface Checkpoint {
  /** Tell a file from another one that has its name by now. */
  readonly device: number;
  readonly inode: number;
  /** Bytes: what is before has been delivered. */
  readonly offset: number;
}

/** Where it is kept how far log files were delivered, over our restarts. */
export interface Checkpoints {
  /** @param path as frp names the file, absolute */
  readonly get: (path: string) => Checkpoint | undefined;
  /** Resolves when it is on the disk; never rejects: what cannot be written is said by `fault`. */
  readonly set: (path: string, checkpoint: Checkpoint) => Promise<void>;
  /** Why they are not kept (any more), with what to do; undefined while all is well. */
  readonly fault: string | undefined;
}
