import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Checkpoints, memoryCheckpoints } from '../../../src/sources/log/Checkpoints.js';
import type { LogOrigin } from '../../../src/sources/log/readLog.js';
import { type TailOptions, tailFile } from '../../../src/sources/log/tailFile.js';
import type { Source, SourceReport } from '../../../src/sources/Source.js';

interface ToldLine {
  readonly text: string;
  readonly origin: LogOrigin;
}

/** What a tail tells, in order. */
export class Told {
  readonly lines: ToldLine[] = [];
  readonly reports: SourceReport[] = [];
  cut = 0;
  /** How many lines had been told when the history was read. */
  historyReadAt: number | undefined;

  get texts(): string[] {
    return this.lines.map(({ text }) => text);
  }

  get news(): string[] {
    return this.lines.filter(({ origin }) => !origin.replayed).map(({ text }) => text);
  }

  get replayed(): string[] {
    return this.lines.filter(({ origin }) => origin.replayed).map(({ text }) => text);
  }

  /** State and reason of the last report. */
  get report(): SourceReport | undefined {
    return this.reports.at(-1);
  }
}

/** A log in a folder of its own, with the tails that were started on it. */
export class FollowedLog implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'frp-otel-log-'));
  readonly path = join(this.folder, 'frps.log');
  readonly checkpoints: Checkpoints = memoryCheckpoints();
  /** What the exporters answer. */
  isDelivered = true;
  asked = 0;
  readonly #tails: Source[] = [];

  inFolder(name: string): string {
    return join(this.folder, name);
  }

  write(text: string): void {
    writeFileSync(this.path, text);
  }

  append(text: string): void {
    appendFileSync(this.path, text);
  }

  tail(options: Partial<TailOptions> = {}): { told: Told; source: Source; refresh: () => Promise<void> } {
    const told = new Told();
    const source = tailFile({
      path: this.path,
      name: this.path,
      from: 'here',
      processStartedAt: undefined,
      checkpoints: this.checkpoints,
      delivered: async () => {
        this.asked += 1;
        return this.isDelivered;
      },
      onLine: (text, origin) => void told.lines.push({ text, origin }),
      onHistoryRead: () => {
        told.historyReadAt = told.lines.length;
      },
      onCut: (dropped) => {
        told.cut += dropped;
      },
      report: (report) => void told.reports.push(report),
      ...options,
    });
    this.#tails.push(source);
    return { told, source, refresh: async () => source.refresh?.() };
  }

  [Symbol.dispose](): void {
    for (const tail of this.#tails) tail.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A line as frp 0.71.0 writes it, at a time in this process's zone. */
export const lineAt = (time: number, message: string): string => {
  const two = (value: number, length = 2): string => String(value).padStart(length, '0');
  const date = new Date(time);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${clock}.${two(date.getMilliseconds(), 3)} [I] [server/service.go:777] ${message}`;
};
