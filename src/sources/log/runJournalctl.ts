import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { LineSplitter } from './LineSplitter.js';
import { type JournalEntry, readJournalEntry } from './readJournalEntry.js';

/** A message of 48 KiB, all of it as an array of bytes. */
const MAX_JSON_LENGTH = 262_144;
const MAX_COMPLAINT_LENGTH = 200;

/** `--all`: without it a message of more than 4,096 bytes is null (systemd 252). */
const FORMAT = ['--output=json', '--all', '--output-fields=MESSAGE'];

export interface RunningJournalctl {
  readonly pause: () => void;
  readonly resume: () => void;
  /** Nothing is told any more. */
  readonly stop: () => void;
}

/** Runs journalctl. It does not keep the program alive. */
export const runJournalctl = (
  args: readonly string[],
  {
    onEntry,
    onCut,
    onComplaint,
    onEnd,
  }: {
    readonly onEntry: (entry: JournalEntry) => void;
    readonly onCut: (droppedChars: number) => void;
    /** What it says on stderr: it may go on. */
    readonly onComplaint: (text: string) => void;
    /** @param failure undefined when it ended well */
    readonly onEnd: (failure: string | undefined) => void;
  },
): RunningJournalctl => {
  const child = spawn('journalctl', [...FORMAT, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C.UTF-8' }, // what it complains of is told in English
  });
  let over = false;
  let complaint: string | undefined;

  const lines = new LineSplitter({
    maxLength: MAX_JSON_LENGTH,
    onLine: (text) => {
      const entry = readJournalEntry(text);
      if (entry !== undefined) onEntry(entry);
    },
    onCut,
  });
  const end = (failure: string | undefined): void => {
    if (over) return;
    over = true;
    onEnd(failure);
  };
  child.stdout.on('data', (chunk: Buffer) => {
    if (!over) lines.write(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (over) return;
    complaint = chunk.toString('utf8').trim().split('\n', 1)[0]?.slice(0, MAX_COMPLAINT_LENGTH) ?? '';
    onComplaint(complaint);
  });
  child.on('error', ({ message }) => end(message));
  child.on('close', (code) => end(code === 0 ? undefined : (complaint ?? `exit code ${code}`)));

  child.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as unknown as Socket).unref();
  return {
    pause: () => child.stdout.pause(),
    resume: () => child.stdout.resume(),
    stop: () => {
      over = true;
      child.kill();
    },
  };
};
