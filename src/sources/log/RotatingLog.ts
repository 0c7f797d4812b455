import { type Stats, statSync } from 'node:fs';
import type { FilePlace } from './Checkpoints.js';
import { type FileLines, LogFile, type LogOwner, tryOpenLog } from './LogFile.js';
import { endOfLines, firstLineSince, lastLineTime } from './lineTimes.js';
import { type RotatedFile, rotatedFiles } from './rotatedFiles.js';
import { exactZoneShift } from './zoneShift.js';

const NOTHING: FileLines = { lines: [], cut: 0, rest: 'end' };

/**
 * A log over its rotations: the file that is read, and what comes after it. By rename, the old file is read to its end before
 * the new one is begun. By copytruncate, what was not read yet is read in the copy; what was written between the copying and the
 * truncating is in neither, and nobody can know of it.
 */
export class RotatingLog {
  readonly #path: string;
  readonly #owner: LogOwner;
  #file: LogFile | undefined;
  #zoneShift = 0;
  /** What is to be read after the file, which was read to its end. */
  #successor: { readonly path: string; readonly stats: Stats } | undefined;

  constructor(path: string, owner: LogOwner) {
    this.#path = path;
    this.#owner = owner;
  }

  /** The file that is read; undefined before it is opened. */
  get file(): LogFile | undefined {
    return this.#file;
  }

  /** Milliseconds, to be added to the time that frp printed to have ours. */
  get zoneShift(): number {
    return this.#zoneShift;
  }

  /**
   * Opens the file that has the place, there; what it was rotated to next where it is gone. Where there is no place, the first
   * one that was written since a time, at its begin; the present one where no time matters.
   *
   * @param since by our clock
   * @throws NotAFile, NotItsOwn, or the system's error
   */
  open(place?: FilePlace, since = Number.POSITIVE_INFINITY): LogFile {
    const file = (place && this.#find(place)) ?? this.#openNext(place?.modified ?? since);
    this.#file = file;
    this.#learnZone(file);
    return file;
  }

  /** Moves behind the lines that are there, or to the first of those that were written since a time by our clock. */
  moveToEnd(since?: number): void {
    const file = this.#open();
    const end = endOfLines(file);
    file.moveTo(since === undefined ? end : firstLineSince(file, end, since - this.#zoneShift, end));
  }

  /**
   * Reads the next lines, the same file's in one call.
   *
   * @throws the system's error, when the next file cannot be read; no line is lost by that
   */
  read(max: number): FileLines {
    if (this.#successor !== undefined) this.#succeed(this.#successor);
    const file = this.#open();
    const hasNews = file.hasNews();
    // Looked for before the reading: once there is one, nothing is written to the file any more.
    const successor = this.#findSuccessor(file);
    if (!hasNews && successor === undefined) return NOTHING;
    this.#learnZone(file);
    const read = file.read(max, { isOver: successor !== undefined });
    if (read.rest === 'replaced') {
      this.#findCopy(file);
      return { ...read, rest: 'more' };
    }
    if (read.rest === 'end' && successor !== undefined) {
      this.#successor = successor;
      return { ...read, rest: 'more' };
    }
    return read;
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#successor = undefined;
  }

  #open(): LogFile {
    this.#file ??= this.open();
    return this.#file;
  }

  #replace(file: LogFile): LogFile {
    this.#file?.close();
    this.#file = file;
    this.#learnZone(file);
    return file;
  }

  #find(place: FilePlace): LogFile | undefined {
    // A file that has the place was written after it was there, or then: the others are looked at only in case the clock was set back.
    const rotated = rotatedFiles(this.#path);
    const later = rotated.filter(({ stats }) => stats.mtimeMs >= place.modified);
    return this.#findAmong(later, place) ?? this.#findAmong(rotated, place);
  }

  #findAmong(rotated: readonly RotatedFile[], place: FilePlace): LogFile | undefined {
    const files = [this.#path, ...rotated.map(({ path }) => path)].flatMap(
      (path) => tryOpenLog(path, this.#owner) ?? [],
    );
    const holding = files.filter((file) => file.has(place));
    const found = holding.find(({ inode }) => inode === place.inode) ?? holding[0];
    for (const file of files) if (file !== found) file.close();
    found?.moveTo(place.offset);
    return found;
  }

  #openNext(modified: number): LogFile {
    const next = rotatedFiles(this.#path).find(({ stats }) => stats.mtimeMs > modified && stats.size > 0);
    return this.#openFile(next?.path ?? this.#path);
  }

  /** Empty ones are passed over: logrotate makes such, and frp writes on in the one that it has open. */
  #findSuccessor(file: LogFile): { path: string; stats: Stats } | undefined {
    const present = statOf(this.#path);
    if (present !== undefined && file.isAt(present)) return undefined;
    const rotated = rotatedFiles(this.#path).find(
      ({ stats }) => stats.mtimeMs > file.modified && stats.size > 0 && !file.isAt(stats),
    );
    if (rotated !== undefined) return rotated;
    return present !== undefined && present.size > 0 ? { path: this.#path, stats: present } : undefined;
  }

  #succeed({ path, stats }: { path: string; stats: Stats }): void {
    const file = this.#openFile(path);
    this.#successor = undefined;
    // Renamed between the look and the opening: the next look finds it.
    if (file.isAt(stats)) this.#replace(file);
    else file.close();
  }

  /** The file was truncated: what was not read of it may stand in a copy. */
  #findCopy(file: LogFile): void {
    const { place } = file;
    const copies = rotatedFiles(this.#path)
      .filter(({ stats }) => !file.isAt(stats) && stats.size >= place.offset)
      .flatMap(({ path }) => tryOpenLog(path, this.#owner) ?? []);
    const copy = place.offset === 0 ? undefined : copies.findLast((candidate) => candidate.has(place));
    for (const other of copies) if (other !== copy) other.close();
    if (copy === undefined) file.moveTo(0);
    else this.#replace(copy).moveTo(place.offset);
  }

  #learnZone(file: LogFile): void {
    const time = lastLineTime(file);
    this.#zoneShift = (time === undefined ? undefined : exactZoneShift(time, file.modified)) ?? this.#zoneShift;
  }

  #openFile(path: string): LogFile {
    return new LogFile(path, this.#owner);
  }
}

const statOf = (path: string): Stats | undefined => {
  try {
    return statSync(path);
  } catch {
    return undefined; // between a rename and the making of the new one, or its folder may not be entered any more
  }
};
