import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { LineSplitter } from './log/LineSplitter.js';

const MAX_SAID = 2_000;

/** How a child ended. */
export interface PipedEnd {
  /** Null where it did not even start. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said last on stderr, or why it did not start. */
  readonly said: string;
}

export interface PipedOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Its stdin, which is closed when its stdout is; nothing by default. */
  readonly stdin?: 'pipe' | 'ignore';
  /** Whether it leads a process group of its own. */
  readonly detached?: boolean;
  /** UTF-16 code units. */
  readonly maxLineLength: number;
  /** A line of its stdout. What has no line break at the end is not told: its writer was killed. */
  readonly onLine: (text: string) => void;
  readonly onCut?: (droppedChars: number) => void;
  /** What it says on stderr, as it comes: it may go on. */
  readonly onComplaint?: (text: string) => void;
  /** Called once, never before this function returns. */
  readonly onEnd: (end: PipedEnd) => void;
}

/**
 * Runs a program that prints lines. It does not keep ours alive, and whatever keeps it from running is told by `onEnd`.
 *
 * @returns undefined where it did not start
 */
export const spawnPiped = (
  [program, ...args]: readonly [program: string, ...args: string[]],
  { env, stdin = 'ignore', detached = false, onLine, onEnd, ...options }: PipedOptions,
): ChildProcess | undefined => {
  let said = '';
  let isOver = false;
  const end = (code: number | null, signal: NodeJS.Signals | null): void => {
    if (isOver) return;
    isOver = true;
    onEnd({ code, signal, said });
  };
  const fail = ({ message }: Error): void => {
    said = message;
    end(null, null);
  };
  let child: ChildProcess;
  try {
    child = spawn(program, args, { stdio: [stdin, 'pipe', 'pipe'], env, detached });
  } catch (error) {
    setImmediate(fail, error as Error); // such as ENOMEM
    return undefined;
  }
  child.on('error', fail); // first of all: after EMFILE and ENFILE there are no streams, and this comes all the same
  child.once('close', end);
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr] as (Socket | null | undefined)[]) {
    stream?.unref();
    stream?.on('error', () => {}); // its end tells
  }
  const lines = new LineSplitter({ maxLength: options.maxLineLength, onLine, onCut: options.onCut ?? (() => {}) });
  child.stdout?.on('data', (chunk: Buffer) => lines.write(chunk));
  child.stdout?.once('close', () => child.stdin?.destroy());
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_SAID);
    options.onComplaint?.(text);
  });
  // To kill a child that has no pid is to kill our own process group (Node 20 to 24).
  return child.pid === undefined ? undefined : child;
};
