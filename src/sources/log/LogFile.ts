import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { mayRead } from '../processes/mayRead.js';
import type { ProcessUser } from '../processes/processUser.js';
import type { FilePlace } from './Checkpoints.js';

/** UTF-16 code units. */
const MAX_LINE_LENGTH = 16_384;
const BLOCK_BYTES = 256 * 1024;
/** So many bytes before a place tell whether it is still the same file: they are some of frp's lines, with their times. */
const FINGERPRINT_BYTES = 512;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** One for all files: reading is synchronous, and nothing that is kept points into it. */
const block = Buffer.allocUnsafe(BLOCK_BYTES);

export interface FileLine {
  readonly text: string;
  /** Of its first byte. */
  readonly offset: number;
}

export interface FileLines {
  readonly lines: readonly FileLine[];
  /** UTF-16 code units beyond a line's limit. One that stands across two blocks of 256 KiB may count as two. */
  readonly cut: number;
  /** `more`: there may be. `end`: what is left is no whole line. `replaced`: what was read is no longer there. */
  readonly rest: 'more' | 'end' | 'replaced';
}

/** Whose log a file is. */
export interface LogOwner {
  /** The path leads into a container: its links would lead out of it. */
  readonly isForeign?: boolean;
  /** Who must be able to read it; undefined where that does not matter. */
  readonly user?: ProcessUser | undefined;
}

/** Thrown where the user of the process may not read it. */
export class NotItsOwn extends Error {
  override readonly name = 'NotItsOwn';

  constructor(readonly uid: number) {
    super(`uid ${uid} may not read it`);
  }
}

/** Thrown where the path names something else than a file. */
export class NotAFile extends Error {
  override readonly name = 'NotAFile';
}

/**
 * A log file that is open, and the place up to which it was read. Between two calls that is always the begin of a line, so that
 * nothing is kept of half a line: it is read again when it is whole.
 */
export class LogFile {
  /** Where it was opened. */
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  readonly #file: number;
  #modified: number;
  #offset = 0;
  /** The bytes before the offset. */
  #before: Buffer = Buffer.alloc(0);
  /** Within a line that is longer than a block, and told already. */
  #inLongLine = false;
  #seen: Pick<Stats, 'size' | 'mtimeMs'> | undefined;

  /** @throws NotAFile, NotItsOwn, or the system's error */
  constructor(path: string, { isForeign = false, user }: LogOwner = {}) {
    // O_NONBLOCK: opening a FIFO must not wait for its writer.
    this.#file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | (isForeign ? constants.O_NOFOLLOW : 0));
    const stats = fstatSync(this.#file);
    this.path = path;
    this.device = stats.dev;
    this.inode = stats.ino;
    this.#modified = stats.mtimeMs;
    try {
      if (!stats.isFile()) throw new NotAFile('expected a file');
      if (user && !mayRead(user, this.#file, isForeign ? path : undefined)) throw new NotItsOwn(user.uid);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get offset(): number {
    return this.#offset;
  }

  /** When it was written, as of the last look. */
  get modified(): number {
    return this.#modified;
  }

  get place(): FilePlace {
    const { device, inode } = this;
    const fingerprint = fingerprintOf(this.#before);
    return { device, inode, offset: this.#offset, fingerprint, modified: this.#modified };
  }

  stats(): Stats {
    return fstatSync(this.#file);
  }

  isAt({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): boolean {
    return dev === this.device && ino === this.inode;
  }

  /** Whether the place is in this file, by what stands before it. */
  has({ device, inode, offset, fingerprint }: FilePlace): boolean {
    if (offset === 0) return this.isAt({ dev: device, ino: inode });
    const before = this.#bytesBefore(offset);
    return before.length === Math.min(offset, FINGERPRINT_BYTES) && fingerprintOf(before) === fingerprint;
  }

  /** @param offset where a line begins */
  moveTo(offset: number): void {
    this.#offset = offset;
    this.#before = this.#bytesBefore(offset);
    this.#inLongLine = false;
    this.#seen = undefined;
  }

  /** Whether it was written since it was last read to its end. */
  hasNews(): boolean {
    const { size, mtimeMs } = this.stats();
    this.#modified = mtimeMs;
    return this.#seen === undefined || size !== this.#seen.size || mtimeMs !== this.#seen.mtimeMs;
  }

  /** Bytes from there, for as long as nothing else is read. */
  peek(from: number, length: number): Buffer {
    const wanted = Math.min(length, BLOCK_BYTES);
    return block.subarray(0, readSync(this.#file, block, 0, wanted, from));
  }

  /**
   * Reads the next whole lines.
   *
   * @param max lines
   * @param isOver nothing more will be written: what is left at its end is a line, too
   */
  read(max: number, { isOver = false } = {}): FileLines {
    const { size, mtimeMs } = this.stats(); // before the reading: what comes meanwhile is news at the next look
    this.#modified = mtimeMs;
    const before = this.#before.length;
    const bytes = this.peek(this.#offset - before, BLOCK_BYTES);
    // Truncated, and written again by now or not. A writer without O_APPEND, which frp is in a file that it made itself, goes on
    // where it was: what is before is a hole then.
    if (bytes.length < before || !bytes.subarray(0, before).equals(this.#before)) {
      return { lines: [], cut: 0, rest: 'replaced' };
    }
    const begin = this.#offset - before;
    const lines: FileLine[] = [];
    let cut = 0;
    let at = before;
    const tell = (end: number): void => {
      const text = textOf(bytes, at, end);
      cut += Math.max(0, text.length - MAX_LINE_LENGTH);
      lines.push({ text: text.slice(0, MAX_LINE_LENGTH), offset: begin + at });
    };

    while (lines.length < max) {
      if (!this.#inLongLine) at = afterHole(bytes, at);
      const newline = bytes.indexOf(NEWLINE, at);
      if (newline === -1) break;
      if (this.#inLongLine) cut += textOf(bytes, at, newline).length;
      else tell(newline);
      this.#inLongLine = false;
      at = newline + 1;
    }
    const isFull = bytes.length === BLOCK_BYTES;
    const rest = lines.length === max || isFull ? 'more' : 'end';
    if (lines.length < max && at < bytes.length) {
      if (this.#inLongLine) {
        cut += textOf(bytes, at, bytes.length).length;
        at = bytes.length;
      } else if (isFull ? at === before : isOver) {
        tell(bytes.length);
        this.#inLongLine = isFull;
        at = bytes.length;
      }
    }

    this.#before = Buffer.from(bytes.subarray(Math.max(0, at - FINGERPRINT_BYTES), at));
    this.#offset = begin + at;
    this.#seen = rest === 'end' ? { size, mtimeMs } : undefined;
    return { lines, cut, rest };
  }

  close(): void {
    closeSync(this.#file);
  }

  #bytesBefore(offset: number): Buffer {
    const length = Math.min(offset, FINGERPRINT_BYTES);
    return Buffer.from(this.peek(offset - length, length));
  }
}

/** Undefined where it cannot be read: for one among several that may be the one that is looked for. */
export const tryOpenLog = (...of: ConstructorParameters<typeof LogFile>): LogFile | undefined => {
  try {
    return new LogFile(...of);
  } catch {
    return undefined;
  }
};

/** Not the bytes themselves: a log may hold what nobody else should read. */
const fingerprintOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url');

const textOf = (bytes: Buffer, from: number, to: number): string =>
  bytes.toString('utf8', from, bytes[to - 1] === RETURN && to > from ? to - 1 : to);

/** Where something is written again: a truncated file has a hole before what its writer goes on with. */
const afterHole = (bytes: Uint8Array, from: number): number => {
  let at = from;
  while (bytes[at] === 0) at += 1;
  return at;
};
