import type { AlertRecord } from '../AlertRecord.js';
import { oneAtATime } from '../oneAtATime.js';
import { alertRecordLine } from './alertRecordLine.js';
import { appendToHistoryFile, readHistoryFile, replaceHistoryFile } from './historyFile.js';
import {
  alertsOf,
  type HistoryLine,
  keptLines,
  newestLines,
  readHistoryLines,
  sizeOf,
  stillFiring,
  toldOf,
} from './historyLines.js';
import { toldLine } from './toldLine.js';

const DAY = 86_400_000;
/** Bytes: about 20,000 alerts. Beyond, the oldest go before their time. */
const MAX_BYTES = 16 * 2 ** 20;
/** Lines that wait for a disk that takes nothing; more are lost. All proxies of a server may be down at once. */
const MAX_WAITING = 20_000;
/** Of those that are over, how many are read back. */
const MAX_RESOLVED = 1_000;

export interface AlertHistoryOptions {
  readonly file: string;
  readonly days: number;
  /** Hears of a fault once, and again only after all was well in between. */
  readonly say: (message: string) => void;
  /** An alert that was not kept. */
  readonly onLost: (alert: AlertRecord) => void;
  readonly now?: () => number;
  readonly maxBytes?: number;
}

/** What a history knows of the time before. */
export interface AlertsBefore {
  readonly firing: readonly AlertRecord[];
  /** The last ones, the oldest first. */
  readonly resolved: readonly AlertRecord[];
  /** Those that a receiver was told fire and of which it has not confirmed the end: with that end, where it is known. */
  readonly told: (receiver: string) => readonly AlertRecord[];
}

const NOTHING: AlertsBefore = { firing: [], resolved: [], told: () => [] };

/**
 * Keeps alerts in a JSON Lines file: a line when one fires, a line when it is resolved, and of each a line for each receiver that was
 * told. Never throws and never rejects: what cannot be written waits, and is lost and counted when too much does.
 */
export class AlertHistory {
  readonly #options: AlertHistoryOptions;
  readonly #now: () => number;
  readonly #maxBytes: number;
  readonly #write = oneAtATime(() => this.#writeWaiting());
  #waiting: HistoryLine[] = [];
  #size = 0;
  #compactedAt = 0;
  /** Whether the file may end within a line. */
  #isTorn = false;
  /** Whether the file is somebody else's. */
  #isForeign = false;
  #said: string | undefined;

  constructor(options: AlertHistoryOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /** Reads what there is, and takes out what is too old. Before anything is added. */
  async open(): Promise<AlertsBefore> {
    const lines = await this.#read();
    this.#compactedAt = this.#now();
    if (lines === undefined) return NOTHING;
    const kept = this.#kept(lines);
    if (this.#isTorn || this.#size > this.#maxBytes || kept.length < lines.length) await this.#compact(lines);
    const firing = stillFiring(lines);
    const resolved = alertsOf(lines).filter(({ state }) => state === 'resolved');
    const told = toldOf(kept);
    return { firing, resolved: resolved.slice(-MAX_RESOLVED), told: (receiver) => told.get(receiver) ?? [] };
  }

  /** Takes what fires and what was resolved; without any, it tries again what could not be written. */
  add(alerts: readonly AlertRecord[]): void {
    this.#add(alerts.map((alert) => ({ text: alertRecordLine(alert), alert })));
  }

  /** Takes that a receiver was told that an alert fires, or that it is over. */
  told(receiver: string, { id, firedAt, state }: AlertRecord): void {
    if (firedAt !== undefined && state !== 'pending') this.#add([{ text: toldLine({ id, firedAt, receiver, state }) }]);
  }

  /** Resolves when nothing waits that can be written. */
  async settled(): Promise<void> {
    await this.#write();
  }

  #add(lines: readonly HistoryLine[]): void {
    this.#waiting.push(...lines);
    this.#lose(this.#waiting.splice(0, this.#waiting.length - MAX_WAITING));
    if (this.#waiting.length > 0) void this.#write();
  }

  #lose(lines: readonly HistoryLine[]): void {
    for (const lost of alertsOf(lines)) this.#options.onLost(lost);
  }

  async #writeWaiting(): Promise<void> {
    const taken = [...this.#waiting];
    if (taken.length === 0) return;
    if (this.#isForeign) {
      this.#waiting = [];
      this.#lose(taken);
      return;
    }
    const text = `${this.#isTorn ? '\n' : ''}${taken.map((line) => line.text).join('')}`;
    try {
      await this.#makeRoom();
      this.#isTorn = true; // until it is written as a whole
      await appendToHistoryFile(this.#options.file, text);
      this.#isTorn = false;
      this.#size += Buffer.byteLength(text);
      const written = new Set(taken);
      this.#waiting = this.#waiting.filter((line) => !written.has(line));
      this.#said = undefined;
    } catch (error) {
      this.#say(`cannot be written (${codeOf(error)}): make room, and see that this user may write there`);
    }
  }

  /** Once a day, and when the file has grown too large. */
  async #makeRoom(): Promise<void> {
    if (this.#size <= this.#maxBytes && this.#now() - this.#compactedAt < DAY) return;
    this.#compactedAt = this.#now();
    const lines = await this.#read();
    if (lines !== undefined) await this.#compact(lines);
  }

  /** @returns undefined where there is nothing that can be read */
  async #read(): Promise<readonly HistoryLine[] | undefined> {
    const { file } = this.#options;
    try {
      const { text, size } = await readHistoryFile(file, 2 * this.#maxBytes);
      const { lines, isForeign } = readHistoryLines(text);
      this.#size = size;
      this.#isTorn = text !== '' && !text.endsWith('\n');
      this.#isForeign = isForeign;
      if (isForeign) this.#say('has no alert in it, and is left alone: name another file');
      return isForeign ? undefined : lines;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      this.#say(`cannot be read (${codeOf(error)}): see that it is a file of this user`);
      return undefined;
    }
  }

  async #compact(lines: readonly HistoryLine[]): Promise<void> {
    const inTime = this.#kept(lines);
    // Half of it, so that not every line has it compacted again.
    const kept = sizeOf(inTime) > this.#maxBytes ? newestLines(inTime, this.#maxBytes / 2) : inTime;
    try {
      await replaceHistoryFile(this.#options.file, kept.map(({ text }) => text).join(''));
      this.#size = sizeOf(kept);
      this.#isTorn = false;
    } catch (error) {
      this.#say(`cannot be written (${codeOf(error)}): make room, and see that this user may write there`);
    }
  }

  #kept(lines: readonly HistoryLine[]): readonly HistoryLine[] {
    return keptLines(lines, this.#now() - this.#options.days * DAY);
  }

  #say(fault: string): void {
    if (this.#said === fault) return;
    this.#said = fault;
    this.#options.say(`the history of alerts: ${this.#options.file} ${fault}`);
  }
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException)?.code ?? 'unknown fault');
