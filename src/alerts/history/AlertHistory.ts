import type { AlertRecord } from '../AlertRecord.js';
import { oneAtATime } from '../delivery/oneAtATime.js';
import { alertRecordLine, readAlertRecordLine, timeOfRecord } from './alertRecordLine.js';
import { appendToHistoryFile, readHistoryFile, replaceHistoryFile } from './historyFile.js';

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
}

/**
 * Keeps alerts in a JSON Lines file: a line when one fires, a line when it is resolved. Never throws and never rejects: what cannot be
 * written waits, and is lost and counted when too much does.
 */
export class AlertHistory {
  readonly #options: AlertHistoryOptions;
  readonly #now: () => number;
  readonly #maxBytes: number;
  readonly #write = oneAtATime(() => this.#writeWaiting());
  #waiting: AlertRecord[] = [];
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
    const records = await this.#read();
    if (records === undefined) return { firing: [], resolved: [] };
    if (this.#isTorn || this.#size > this.#maxBytes || this.#kept(records).length < records.length) {
      await this.#compact(records);
    }
    this.#compactedAt = this.#now();
    const resolved = records.filter(({ state }) => state === 'resolved').slice(-MAX_RESOLVED);
    return { firing: stillFiring(records), resolved };
  }

  /** Takes what fires and what was resolved; without any, it tries again what could not be written. */
  add(alerts: readonly AlertRecord[]): void {
    this.#waiting.push(...alerts);
    for (const lost of this.#waiting.splice(0, this.#waiting.length - MAX_WAITING)) this.#options.onLost(lost);
    if (this.#waiting.length > 0) void this.#write();
  }

  /** Resolves when nothing waits that can be written. */
  async settled(): Promise<void> {
    await this.#write();
  }

  async #writeWaiting(): Promise<void> {
    const taken = [...this.#waiting];
    if (taken.length === 0) return;
    if (this.#isForeign) {
      this.#waiting = [];
      for (const lost of taken) this.#options.onLost(lost);
      return;
    }
    const text = `${this.#isTorn ? '\n' : ''}${taken.map(alertRecordLine).join('')}`;
    try {
      await this.#makeRoom();
      this.#isTorn = true; // until it is written as a whole
      await appendToHistoryFile(this.#options.file, text);
      this.#isTorn = false;
      this.#size += Buffer.byteLength(text);
      const written = new Set(taken);
      this.#waiting = this.#waiting.filter((alert) => !written.has(alert));
      this.#said = undefined;
    } catch (error) {
      this.#say(`cannot be written (${codeOf(error)}): make room, and see that this user may write there`);
    }
  }

  /** Once a day, and when the file has grown too large. */
  async #makeRoom(): Promise<void> {
    if (this.#size <= this.#maxBytes && this.#now() - this.#compactedAt < DAY) return;
    this.#compactedAt = this.#now();
    const records = await this.#read();
    if (records !== undefined) await this.#compact(records);
  }

  /** @returns undefined where there is nothing that can be read */
  async #read(): Promise<readonly AlertRecord[] | undefined> {
    const { file } = this.#options;
    try {
      const { text, size } = await readHistoryFile(file, 2 * this.#maxBytes);
      const lines = text.split('\n');
      const records = lines.map(readAlertRecordLine).filter((record) => record !== undefined);
      this.#size = size;
      this.#isTorn = text !== '' && !text.endsWith('\n');
      this.#isForeign = records.length === 0 && lines.slice(0, -1).some((line) => line.trim() !== '');
      if (this.#isForeign) this.#say('has no alert in it, and is left alone: name another file');
      return this.#isForeign ? undefined : records;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      this.#say(`cannot be read (${codeOf(error)}): see that it is a file of this user`);
      return undefined;
    }
  }

  async #compact(records: readonly AlertRecord[]): Promise<void> {
    const lines = this.#kept(records).map(alertRecordLine);
    let size = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    // Half of it, so that not every line has it compacted again.
    const most = size > this.#maxBytes ? this.#maxBytes / 2 : this.#maxBytes;
    while (size > most) size -= Buffer.byteLength(lines.shift() ?? '');
    try {
      await replaceHistoryFile(this.#options.file, lines.join(''));
      this.#size = size;
      this.#isTorn = false;
    } catch (error) {
      this.#say(`cannot be written (${codeOf(error)}): make room, and see that this user may write there`);
    }
  }

  /** Those of the last days, and what still fires. */
  #kept(records: readonly AlertRecord[]): readonly AlertRecord[] {
    const begin = this.#now() - this.#options.days * DAY;
    const firing = new Set(stillFiring(records));
    return records.filter((record) => timeOfRecord(record) >= begin || firing.has(record));
  }

  #say(fault: string): void {
    if (this.#said === fault) return;
    this.#said = fault;
    this.#options.say(`the history of alerts: ${this.#options.file} ${fault}`);
  }
}

/** Those of which the last word is that they fire. */
const stillFiring = (records: readonly AlertRecord[]): readonly AlertRecord[] => {
  const last = new Map(records.map((record) => [record.id, record]));
  return [...last.values()].filter(({ state }) => state === 'firing');
};

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException)?.code ?? 'unknown fault');
