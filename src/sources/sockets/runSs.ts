import { spawn } from 'node:child_process';
import { LineSplitter } from '../log/LineSplitter.js';
import type { SourceReport } from '../Source.js';
import { parseSsLine, type SsLine } from './parseSsLine.js';
import { type NetworkPlace, ssCommand, ssEnvironment, ssFault } from './ssCommand.js';

/** 100,000 sockets take about 2 s. */
const TIMEOUT_MILLIS = 20_000;
const MAX_SOCKETS = 200_000;
export const MAX_LINE = 4_096;
export const MAX_STDERR = 2_000;

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
  const [program, ...args] = ssCommand(place, filter, withRemains);
  const ss = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: ssEnvironment(),
    timeout: TIMEOUT_MILLIS,
    killSignal: 'SIGKILL',
  });
  const lines: SsLine[] = [];
  let count = 0;
  let unexpected: string | undefined;
  let said = '';
  const splitter = new LineSplitter({
    maxLength: MAX_LINE,
    onLine: (text) => {
      count += 1;
      if (count > MAX_SOCKETS) return;
      const line = parseSsLine(text);
      if (line === undefined) unexpected ??= text;
      else lines.push(line);
    },
    onCut: () => {}, // what we read stands before that
  });
  ss.stdout.on('data', (chunk: Buffer) => splitter.write(chunk));
  ss.stderr.setEncoding('latin1').on('data', (text: string) => {
    said = (said + text).slice(0, MAX_STDERR);
  });
  const result = new Promise<SsResult | SourceReport>((resolve) => {
    ss.once('error', (error) => resolve(ssFault(error.message)));
    ss.once('close', (code, signal) => {
      splitter.end();
      if (unexpected !== undefined)
        resolve(['degraded', `ss prints what is not known here: ${unexpected.slice(0, 80)}`]);
      else if (signal !== null)
        resolve(['degraded', `ss was ended by ${signal}, after ${TIMEOUT_MILLIS / 1000} s at the latest`]);
      else if (code !== 0) resolve(ssFault(said === '' ? `exit code ${code}` : said));
      else resolve({ lines, dropped: Math.max(0, count - MAX_SOCKETS) });
    });
  });
  return { result, stop: () => ss.kill('SIGKILL') };
};
