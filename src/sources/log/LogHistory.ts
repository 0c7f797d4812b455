import { type FileLines, type LogFile, type LogOwner, tryOpenLog } from './LogFile.js';
import { firstLineSince, lastLineTime } from './lineTimes.js';
import { rotatedFiles } from './rotatedFiles.js';
import { exactZoneShift } from './zoneShift.js';

/** A part of a file: from where the file stands to its end. */
interface Part {
  readonly file: LogFile;
  readonly end: number;
  readonly zoneShift: number;
}

interface HistoryOptions {
  readonly path: string;
  readonly owner: LogOwner;
  /** The file in which the news begins, and where it begins. */
  readonly news: LogFile;
  /** By our clock, milliseconds since the Unix epoch: what was written before is left out. */
  readonly since: number;
  readonly maxBytes: number;
}

/** What a log has before its news, over rotations. Its files are open: whatever is done to them meanwhile, it stays what it was. */
export class LogHistory {
  readonly #parts: Part[];

  constructor({ path, owner, news, since, maxBytes }: HistoryOptions) {
    this.#parts = [];
    let part = { path: news.path, end: news.offset, modified: news.modified };
    for (let left = maxBytes; ; ) {
      const file = tryOpenLog(part.path, owner);
      if (file === undefined) break;
      const time = lastLineTime(file);
      const shift = (time === undefined ? undefined : exactZoneShift(time, file.modified)) ?? 0;
      const first = firstLineSince(file, part.end, since - shift, left);
      file.moveTo(first);
      this.#parts.unshift({ file, end: part.end, zoneShift: shift });
      left -= part.end - first;
      const older = rotatedFiles(path).findLast(
        ({ stats }) => stats.mtimeMs < part.modified && stats.mtimeMs >= since && stats.size > 0,
      );
      if (first > 0 || left <= 0 || older === undefined) break;
      part = { path: older.path, end: older.stats.size, modified: older.stats.mtimeMs };
    }
    this.#skipWhatIsRead();
  }

  get isRead(): boolean {
    return this.#parts.length === 0;
  }

  /** The next lines, one file's in one call. */
  read(max: number): Pick<FileLines, 'lines' | 'cut'> & { readonly zoneShift: number } {
    const [part] = this.#parts;
    if (part === undefined) return { lines: [], cut: 0, zoneShift: 0 };
    const { file, end } = part;
    const { lines, cut, rest } = file.read(max, { isOver: true });
    if (rest !== 'more') this.#parts.shift()?.file.close();
    this.#skipWhatIsRead();
    return { lines: lines.filter(({ offset }) => offset < end), cut, zoneShift: part.zoneShift };
  }

  close(): void {
    for (const { file } of this.#parts.splice(0)) file.close();
  }

  #skipWhatIsRead(): void {
    for (let [part] = this.#parts; part !== undefined && part.file.offset >= part.end; [part] = this.#parts) {
      this.#parts.shift()?.file.close();
    }
  }
}
