import { parseLogLine, stripColours } from '../../frp/log/parseLogLine.js';
import type { LogFile } from './LogFile.js';

const BLOCK_BYTES = 64 * 1024;
/** The time, the level and the caller of a line are within so many bytes. */
const HEAD_BYTES = 300;
const NEWLINE = 0x0a;

/** When frp wrote a line, as it printed it; undefined for what is no line of its log. */
export const timeOfLine = (text: string): number | undefined => parseLogLine(stripColours(text))?.time;

/** The time of the last whole line in the file's last 64 KiB. */
export const lastLineTime = (file: LogFile): number | undefined => {
  const { size } = file.stats();
  const from = Math.max(0, size - BLOCK_BYTES);
  for (const { time } of linesBackwards(file.peek(from, size - from))) if (time !== undefined) return time;
  return undefined;
};

/** Where the last line begins that is not whole yet; the end where all are. */
export const endOfLines = (file: LogFile): number => {
  const { size } = file.stats();
  const from = Math.max(0, size - BLOCK_BYTES);
  const newline = file.peek(from, size - from).lastIndexOf(NEWLINE);
  if (newline !== -1) return from + newline + 1;
  return from === 0 ? 0 : size;
};

/**
 * Where the lines begin that were written since a time, found by reading backwards.
 *
 * @param end where a line ends; those after are not looked at
 * @param since as frp prints it, milliseconds since the Unix epoch
 * @param maxBytes so far back at the most
 */
export const firstLineSince = (file: LogFile, end: number, since: number, maxBytes: number): number => {
  const first = Math.max(0, end - maxBytes);
  let found = end;
  while (found > first) {
    const from = Math.max(first, found - BLOCK_BYTES);
    const bytes = file.peek(from, found - from);
    let begin: number | undefined;
    for (const line of linesBackwards(bytes)) {
      // The block may begin in the middle of a line.
      if (line.begin === 0 && from > 0) break;
      if (line.time !== undefined && line.time < since) return from + line.end;
      begin = line.begin;
    }
    if (from === first) return begin === undefined ? found : from + begin;
    found = begin === undefined ? from : from + begin; // a line that is longer than a block has no time that matters
  }
  return found;
};

/** The whole lines of a block, the last one first. */
function* linesBackwards(bytes: Buffer): Generator<{ begin: number; end: number; time: number | undefined }> {
  let end = bytes.lastIndexOf(NEWLINE) + 1;
  while (end > 0) {
    const begin = end === 1 ? 0 : bytes.lastIndexOf(NEWLINE, end - 2) + 1;
    const head = bytes.toString('latin1', begin, Math.min(end - 1, begin + HEAD_BYTES));
    yield { begin, end, time: timeOfLine(head) };
    end = begin;
  }
}
