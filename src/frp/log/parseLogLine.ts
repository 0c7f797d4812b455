import { localTime } from './localTime.js';

/** frp's levels, in its own letters: trace, debug, info, warn, error. */
export type FrpLogLevel = 'T' | 'D' | 'I' | 'W' | 'E';

/**
 * `golib` (frp >= 0.55, golib log/log.go): `2006-01-02 15:04:05.000 [I] [server/service.go:777] [runID] message`.
 * `beego` (frp <= 0.54): `2006/01/02 15:04:05 [I] [service.go:225] [runID] message`.
 */
export type FrpLogFormat = 'golib' | 'beego';

/** One line of frp's log, without colours. */
export interface FrpLogLine {
  /** Milliseconds since the Unix epoch; frp prints local time without a zone, read here in this process's zone. */
  readonly time: number;
  readonly level: FrpLogLevel;
  /** The Go file with its folder (golib) or without (beego), and the line, `server/service.go:777`. */
  readonly caller: string;
  /** The session's id (16 hex digits), where the line belongs to one. */
  readonly runId: string | undefined;
  /** What follows the run id and the request id; it may begin with `[proxy] `. */
  readonly message: string;
  readonly format: FrpLogFormat;
  /** Joins frps's line about a request to an HTTP plugin with that request's `X-Frp-Reqid`. */
  readonly requestId?: string | undefined;
}

/** Where the level's bracket stands, and the caller's. */
const LEVEL_AT: Readonly<Record<FrpLogFormat, number>> = { golib: 24, beego: 20 };
const MAX_CALLER_LENGTH = 208;
const RUN_ID_LENGTH = 16;
const REQUEST_ID_BEGIN = '[reqid: ';

/**
 * Reads one line of frp's log.
 *
 * @param text one line without its newline and without colours (see {@link stripColours})
 * @returns undefined for a line that frp wrote outside its log, such as a fatal error on stdout, or the further lines of a
 * message of several
 */
export const parseLogLine = (text: string): FrpLogLine | undefined => {
  const format = formatOf(text);
  if (format === undefined) return undefined;
  const levelAt = LEVEL_AT[format];
  const level = levelIn(text, levelAt);
  if (level === undefined) return undefined;
  const callerEnd = endOfCaller(text, levelAt + 4);
  if (callerEnd === -1) return undefined;
  const time = localTime(text, format === 'golib');
  if (Number.isNaN(time)) return undefined;
  const hasRunId = isRunId(text, callerEnd + 2);
  const runIdAt = callerEnd + 3;
  const prefixAt = hasRunId ? runIdAt + RUN_ID_LENGTH + 2 : callerEnd + 2;
  const requestIdEnd = endOfRequestId(text, prefixAt);
  return {
    time,
    level,
    caller: text.slice(levelAt + 5, callerEnd),
    runId: hasRunId ? text.slice(runIdAt, runIdAt + RUN_ID_LENGTH) : undefined,
    message: text.slice(requestIdEnd === -1 ? prefixAt : requestIdEnd + 2),
    format,
    requestId: requestIdEnd === -1 ? undefined : text.slice(prefixAt + REQUEST_ID_BEGIN.length, requestIdEnd),
  };
};

const SPACE = 0x20;
const DASH = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const COLON = 0x3a;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** The format that the separators are those of; {@link localTime} looks at what stands between them. */
const formatOf = (text: string): FrpLogFormat | undefined => {
  const dateSeparator = text.charCodeAt(4);
  if (
    text.charCodeAt(7) !== dateSeparator ||
    text.charCodeAt(10) !== SPACE ||
    text.charCodeAt(13) !== COLON ||
    text.charCodeAt(16) !== COLON
  ) {
    return undefined;
  }
  const afterSeconds = text.charCodeAt(19);
  if (dateSeparator === DASH && afterSeconds === DOT && text.charCodeAt(23) === SPACE) return 'golib';
  return dateSeparator === SLASH && afterSeconds === SPACE ? 'beego' : undefined;
};

/** The level in `[I] `. */
const levelIn = (text: string, at: number): FrpLogLevel | undefined => {
  if (text.charCodeAt(at) !== OPEN || text.charCodeAt(at + 2) !== CLOSE || text.charCodeAt(at + 3) !== SPACE) {
    return undefined;
  }
  const level = text.charAt(at + 1);
  return level === 'I' || level === 'W' || level === 'E' || level === 'D' || level === 'T' ? level : undefined;
};

/** Where `[file.go:12] ` closes; -1 where there is none. */
const endOfCaller = (text: string, at: number): number => {
  if (text.charCodeAt(at) !== OPEN) return -1;
  const end = text.indexOf('] ', at);
  if (end === -1 || end - at > MAX_CALLER_LENGTH || text.indexOf(' ', at) !== end + 1) return -1;
  let colon = end - 1;
  while (isDigit(text.charCodeAt(colon))) colon -= 1;
  return text.charCodeAt(colon) === COLON && colon > at + 1 && colon < end - 1 ? end : -1;
};

const isRunId = (text: string, at: number): boolean => {
  const end = at + 1 + RUN_ID_LENGTH;
  if (text.charCodeAt(at) !== OPEN || text.charCodeAt(end) !== CLOSE || text.charCodeAt(end + 1) !== SPACE)
    return false;
  for (let index = at + 1; index < end; index += 1) if (!isHexDigit(text.charCodeAt(index))) return false;
  return true;
};

/** Where `[reqid: 0123456789abcdef] ` closes; -1 where there is none. */
const endOfRequestId = (text: string, at: number): number => {
  if (!text.startsWith(REQUEST_ID_BEGIN, at)) return -1;
  const end = text.indexOf('] ', at);
  return end - at - REQUEST_ID_BEGIN.length <= 64 ? end : -1;
};

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isHexDigit = (code: number): boolean => isDigit(code) || (code >= 0x61 && code <= 0x66);

// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC starts a colour code
const COLOURS = /\x1b\[[\d;]{0,16}m/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, as many as begin the line
const FIRST_COLOURS = /(?:\x1b\[[\d;]{0,16}m)*/y;

/**
 * Removes terminal colours from a line of frp's console output. golib's reset follows the newline, so it starts the next line
 * (golib log/output_console.go); beego colours what follows the time.
 */
export const stripColours = (text: string): string => {
  if (!text.includes('\x1b')) return text;
  FIRST_COLOURS.lastIndex = 0;
  FIRST_COLOURS.test(text);
  const begin = FIRST_COLOURS.lastIndex;
  return text.includes('\x1b', begin) ? text.replace(COLOURS, '') : text.slice(begin);
};
