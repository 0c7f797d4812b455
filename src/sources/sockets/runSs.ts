import type { SourceReport } from '../Source.js';
import { spawnPiped } from '../spawnPiped.js';
import { parseSsLine, type SsLine } from './parseSsLine.js';
import { type NetworkPlace, ssCommand, ssEnvironment, ssFault } from './ssCommand.js';

/** 100,000 sockets take about 2 s. */
const TIMEOUT_MILLIS = 20_000;
const MAX_SOCKETS = 200_000;
/** What we read of a line stands before that. */
export const MAX_LINE = 4_096;

/** What one run told. */
export interface SsResult {
  readonly lines: readonly SsLine[];
  /** Sockets beyond the limit. */
  readonly dropped: number;
}

/** One run of `ss` that is bounded in time and in what it may print. */
export interface SsRun {
  /** Never rejects: of a failed run, which has not told all, it is what is wrong and what to do. */
  readonly result: Promise<SsResult | SourceReport>;
  readonly stop: () => void;
}

/** Lists the TCP sockets of a network that fit a filter, as {@link ssCommand} has it. */
export const runSs = (place: NetworkPlace, filter: string, withRemains = false): SsRun => {
  const lines: SsLine[] = [];
  let count = 0;
  let unexpected: string | undefined;
  let tell: (result: SsResult | SourceReport) => void;
  const result = new Promise<SsResult | SourceReport>((resolve) => {
    tell = resolve;
  });
  const ss = spawnPiped(ssCommand(place, filter, withRemains), {
    env: ssEnvironment(),
    maxLineLength: MAX_LINE,
    onLine: (text) => {
      count += 1;
      if (count > MAX_SOCKETS) return;
      const line = parseSsLine(text);
      if (line === undefined) unexpected ??= text;
      else lines.push(line);
    },
    onEnd: ({ code, signal, said }) => {
      clearTimeout(deadline);
      if (unexpected !== undefined) tell(['degraded', `ss prints what is not known here: ${unexpected.slice(0, 80)}`]);
      else if (signal !== null)
        tell(['degraded', `ss was ended by ${signal}, after ${TIMEOUT_MILLIS / 1000} s at the latest`]);
      else if (code !== 0) tell(ssFault(said === '' ? `exit code ${code}` : said));
      else tell({ lines, dropped: Math.max(0, count - MAX_SOCKETS) });
    },
  });
  const stop = (): void => void ss?.kill('SIGKILL');
  const deadline = setTimeout(stop, TIMEOUT_MILLIS).unref();
  return { result, stop };
};
