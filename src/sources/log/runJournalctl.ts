import { delimiter } from 'node:path';
import { programFolders } from '../programPath.js';
import { spawnPiped } from '../spawnPiped.js';
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
  let over = false;
  let complaint: string | undefined;
  const child = spawnPiped(['journalctl', ...FORMAT, ...args], {
    env: { ...process.env, PATH: programFolders().join(delimiter), LC_ALL: 'C.UTF-8' }, // what it complains of is told in English
    maxLineLength: MAX_JSON_LENGTH,
    onLine: (text) => {
      const entry = over ? undefined : readJournalEntry(text);
      if (entry !== undefined) onEntry(entry);
    },
    onCut: (droppedChars) => {
      if (!over) onCut(droppedChars);
    },
    onComplaint: (text) => {
      complaint = firstLine(text);
      if (!over) onComplaint(complaint);
    },
    onEnd: ({ code, said }) => {
      if (over) return;
      over = true;
      onEnd(code === 0 ? undefined : (complaint ?? (firstLine(said) || `exit code ${code}`)));
    },
  });
  return {
    pause: () => child?.stdout?.pause(),
    resume: () => child?.stdout?.resume(),
    stop: () => {
      over = true;
      child?.kill();
    },
  };
};

const firstLine = (text: string): string => text.trim().split('\n', 1)[0]?.slice(0, MAX_COMPLAINT_LENGTH) ?? '';
