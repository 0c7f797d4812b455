import type { FrpRole } from '../../frp/FrpRole.js';
import { type FrpLogLine, parseLogLine, stripColours } from '../../frp/log/parseLogLine.js';
import { readBareMeaning, readLogMeaning } from '../../frp/log/readLogMeaning.js';
import type { LogLineRead, LogPlace, TargetId } from '../../model/FrpSignal.js';
import type { OwnRequests } from '../api/OwnRequests.js';
import { zoneShift } from './zoneShift.js';

/** Messages longer than this are records, but nothing is looked for in them. One may name all proxies that a reload took away. */
const MAX_MEANINGFUL_LENGTH = 16_384;

/** Where a line was found that did not come by the pipe of a child. */
export interface LogOrigin {
  readonly place?: LogPlace | undefined;
  /** Whether it was written before we came, or told before our restart. */
  readonly replayed: boolean;
  /** Milliseconds, added to the time that frp printed to have ours. */
  readonly zoneShift: number;
}

/** Whose lines are read. */
export interface LogReader {
  readonly role: FrpRole;
  readonly target: TargetId;
  readonly ownRequests: OwnRequests;
  /** When the line was read. */
  readonly now: number;
  /** Undefined for a line that comes as frp prints it. */
  readonly origin?: LogOrigin | undefined;
}

/**
 * Makes a signal of one line of frp's output.
 *
 * @returns undefined for an empty line and for frps's report of a request of ours
 */
export const readLog = (
  text: string,
  { role, target, ownRequests, now, origin }: LogReader,
): LogLineRead | undefined => {
  const plain = stripColours(text);
  if (plain === '') return undefined;
  const line = datedLine(parseLogLine(plain), now, origin);
  const message = line === undefined ? plain : line.message;
  const meaning = message.length > MAX_MEANINGFUL_LENGTH ? undefined : meaningOf(role, message, line !== undefined);
  const aboutApi = meaning?.kind === 'api.request' || meaning?.kind === 'api.response';
  if (aboutApi && ownRequests.claim(meaning.kind, meaning.path, now)) return undefined;
  return {
    kind: 'log.line',
    time: line === undefined ? now : line.time,
    target,
    text: plain,
    line,
    meaning,
    observedTime: now,
    ...(origin === undefined && { stream: 'stdout' }),
    ...(origin?.place && { place: origin.place }),
    ...(origin?.replayed && { replayed: true }),
  };
};

const datedLine = (
  line: FrpLogLine | undefined,
  now: number,
  origin: LogOrigin | undefined,
): FrpLogLine | undefined => {
  if (line === undefined) return undefined;
  return origin === undefined
    ? withinItsSecond(inOurZone(line, now), now)
    : { ...line, time: line.time + origin.zoneShift };
};

const meaningOf = (role: FrpRole, message: string, isLogged: boolean) =>
  isLogged ? readLogMeaning(role, message) : readBareMeaning(role, message);

/** A line comes as frp prints it: what looks hours old or early was written in another zone, or in the repeated hour. */
const inOurZone = (line: FrpLogLine, now: number): FrpLogLine => {
  const shift = zoneShift(line.time, now) ?? 0;
  return shift === 0 ? line : { ...line, time: line.time + shift };
};

/** frp < 0.55 logs whole seconds. A line read within its second is as old as the reading, and others are not dated before it. */
const withinItsSecond = (line: FrpLogLine, now: number): FrpLogLine => {
  if (line.format !== 'beego') return line;
  return { ...line, time: Math.max(line.time, Math.min(now, line.time + 999)) };
};
