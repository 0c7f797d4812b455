import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { parseLogLine, stripColours } from '../../frp/log/parseLogLine.js';
import { describeUnreadable } from '../../sources/config/readRegularFile.js';
import type { LogFileFacts } from './DoctorFacts.js';

const TAIL_BYTES = 64 * 1024;
const MINUTE_MILLIS = 60_000;
const ZONE_STEP_MINUTES = 15;
const WIDEST_ZONES_MINUTES = 26 * 60;

/**
 * Looks at the end of a log file.
 *
 * @param path where it is found
 * @param name as frp names it
 */
export const inspectLog = (path: string, name: string): LogFileFacts => {
  try {
    const { text, modifiedAt } = readTail(path);
    return {
      path: name,
      problem: undefined,
      hasColours: text.includes('\x1b['),
      zoneShift: zoneShiftOf(text, modifiedAt),
    };
  } catch (error) {
    return { path: name, problem: describeUnreadable(error), hasColours: false, zoneShift: 0 };
  }
};

const readTail = (path: string): { text: string; modifiedAt: number } => {
  // O_NONBLOCK: opening a FIFO must not wait for its writer.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size, mtimeMs } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const length = readSync(file, tail, 0, tail.length, size - tail.length);
    return { text: tail.toString('utf8', 0, length), modifiedAt: mtimeMs };
  } finally {
    closeSync(file);
  }
};

/** The last line is as old as the file's last change: what it says beyond that is its zone. */
const zoneShiftOf = (text: string, modifiedAt: number): number => {
  const last = text.split('\n').findLast((line) => parseLogLine(stripColours(line)) !== undefined);
  const time = last === undefined ? undefined : parseLogLine(stripColours(last))?.time;
  if (time === undefined) return 0;
  const minutes = (time - modifiedAt) / MINUTE_MILLIS;
  const shift = Math.round(minutes / ZONE_STEP_MINUTES) * ZONE_STEP_MINUTES;
  // Touched, or copied, long after it was written.
  const isZone = Math.abs(shift) <= WIDEST_ZONES_MINUTES && Math.abs(minutes - shift) < 1;
  return isZone ? shift || 0 : 0;
};
