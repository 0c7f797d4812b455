/** frp's levels, in its own letters: trace, debug, info, warn, error. */
export type FrpLogLevel = 'T' | 'D' | 'I' | 'W' | 'E';

/** One line of frp's log, without colours. */
export interface FrpLogLine {
  /** Milliseconds since the Unix epoch; frp prints local time without a zone, read here in this process's zone. */
  readonly time: number;
  readonly level: FrpLogLevel;
  /** Last two parts of the Go file's path and the line, `server/service.go:777`. */
  readonly caller: string;
  /** The session's id (16 hex digits), where the line belongs to one. */
  readonly runId: string | undefined;
  /** What follows the run id; it may begin with `[proxy] `. */
  readonly message: string;
}

// golib log/log.go (frp >= 0.55): `2006-01-02 15:04:05.000 [I] [server/service.go:777] [runID] message`.
// The console writer's colour reset follows the newline, so it starts the next line (golib log/output_console.go).
// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC starts a colour code
const COLOURS = /\x1b\[[\d;]{0,16}m/g;
const HEAD =
  /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3}) \[([TDIWE])\] \[([^\]\s]{1,200}:\d{1,7})\] (?:\[([0-9a-f]{16})\] )?/;

/** Removes terminal colours from a line of frp's console output. */
export const stripColours = (text: string): string => (text.includes('\x1b') ? text.replace(COLOURS, '') : text);

/**
 * Reads one line of frp's log in the format of frp >= 0.55.
 *
 * @param text one line without its newline and without colours (see {@link stripColours})
 * @returns undefined for a line that frp wrote outside its log, such as a fatal error on stdout
 */
export const parseLogLine = (text: string): FrpLogLine | undefined => {
  const head = HEAD.exec(text);
  if (head === null) return undefined;
  const [all, year, month, day, hour, minute, second, millis, level, caller = '', runId] = head;
  return {
    time: new Date(
      +`${year}`,
      +`${month}` - 1,
      +`${day}`,
      +`${hour}`,
      +`${minute}`,
      +`${second}`,
      +`${millis}`,
    ).getTime(),
    level: level as FrpLogLevel,
    caller,
    runId,
    message: text.slice(all.length),
  };
};
