import { type Context, context, ROOT_CONTEXT } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, suppressTracing } from '@opentelemetry/core';
import type { LogRecordExporter, LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { isContextOfFile } from '../contextOfFile.js';
import { log } from '../log.js';

/** `limit`: too many were waiting. `refused`: the receiver says that it will never take them. */
export type RecordDropReason = 'limit' | 'refused';

export interface DeliveryOptions {
  readonly exporter: LogRecordExporter;
  /** Milliseconds after which what waits is exported. @default 1000, as the SDK's */
  readonly delayMillis?: number;
  /** Milliseconds after which an export has failed. @default 30000, as the SDK's */
  readonly timeoutMillis?: number;
  /** Records that wait, besides those of files; a minute of 150 lines a second. @default 10000 */
  readonly maxWaiting?: number;
  /** Records that go in one export. @default 512, as the SDK's */
  readonly batchSize?: number;
  /** Tells of each record that will never be exported. */
  readonly onDropped: (record: ReadableLogRecord, reason: RecordDropReason) => void;
}

type Limits = Required<Pick<DeliveryOptions, 'delayMillis' | 'timeoutMillis' | 'maxWaiting' | 'batchSize'>>;

const DEFAULTS: Limits = { delayMillis: 1_000, timeoutMillis: 30_000, maxWaiting: 10_000, batchSize: 512 };
/** Doubled for each attempt that failed. */
const RETRY_MILLIS = 1_000;
/** Between two attempts of ours; the exporter has made some of its own within each. */
const LONGEST_DELAY_MILLIS = 30_000;

/**
 * Exports log records in batches, in order, one batch at a time, and keeps those that could not be exported until they are:
 * what the SDK's BatchLogRecordProcessor does, which forgets a batch that failed, tells nobody what it drops, and returns
 * at once from a flush while another is under way.
 *
 * Of more records than may wait, those of a log file are kept all the same: their source reads no further until
 * {@link DeliveringLogProcessor.flush} has told that they are exported.
 */
export class DeliveringLogProcessor implements LogRecordProcessor {
  readonly #exporter: LogRecordExporter;
  readonly #limits: Limits;
  readonly #onDropped: DeliveryOptions['onDropped'];
  /** The oldest first; those of a batch that is being exported too. */
  readonly #waiting: ReadableLogRecord[] = [];
  #taken = 0;
  /** Of the next batch: after a refusal fewer, until the one that is not taken is found. */
  #batchSize: number;
  #isRefusing = false;
  #exporting: Promise<boolean> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failuresInARow = 0;
  #isShutDown = false;

  constructor({ exporter, onDropped, ...limits }: DeliveryOptions) {
    this.#exporter = exporter;
    this.#onDropped = onDropped;
    this.#limits = { ...DEFAULTS, ...limits };
    this.#batchSize = this.#limits.batchSize;
  }

  onEmit(record: ReadableLogRecord, emittedIn: Context = ROOT_CONTEXT): void {
    if (this.#isShutDown) return;
    if (this.#waiting.length >= this.#limits.maxWaiting && !isContextOfFile(emittedIn)) {
      this.#onDropped(record, 'limit');
      return;
    }
    this.#taken += 1;
    this.#waiting.push(record);
    this.#schedule();
  }

  /** @returns whether all records taken so far are exported; false when some of them could not be, and wait */
  async flush(): Promise<boolean> {
    const taken = this.#taken;
    while (this.#taken - this.#waiting.length < taken) {
      if (!(await this.#exportBatch())) return false;
    }
    return true;
  }

  async forceFlush(): Promise<void> {
    await this.flush();
  }

  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    clearTimeout(this.#timer);
    if (!(await this.flush())) log.warn(`${this.#waiting.length} log records could not be exported before the end`);
    await this.#exporter.shutdown();
  }

  #delay(): number {
    const failures = this.#failuresInARow;
    return failures === 0 ? this.#limits.delayMillis : delayAfter(failures);
  }

  #schedule(): void {
    if (this.#exporting !== undefined || this.#isShutDown || this.#waiting.length === 0) return;
    if (this.#waiting.length >= this.#batchSize && this.#failuresInARow === 0) void this.#exportBatch();
    else this.#timer ??= setTimeout(() => void this.#exportBatch(), this.#delay()).unref();
  }

  /** Who asks while one is being exported waits for that one. */
  #exportBatch(): Promise<boolean> {
    this.#exporting ??= this.#exportOldest().finally(() => {
      this.#exporting = undefined;
      this.#schedule();
    });
    return this.#exporting;
  }

  async #exportOldest(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#waiting.slice(0, this.#batchSize);
    const { code, error } = await exportedBy(this.#exporter, batch, this.#limits.timeoutMillis);
    if (code === ExportResultCode.SUCCESS) this.#exported(batch);
    else if (isRefusal(error)) this.#refused(batch, error);
    else {
      this.#failed(error);
      return false;
    }
    return true;
  }

  #exported({ length }: readonly ReadableLogRecord[]): void {
    this.#waiting.splice(0, length);
    if (this.#failuresInARow > 0) log.info('log records are exported again');
    this.#failuresInARow = 0;
    const { batchSize } = this.#limits;
    this.#batchSize = Math.min(batchSize, this.#batchSize * 2);
    if (this.#batchSize === batchSize) this.#isRefusing = false;
  }

  /** One bad record is enough to have a batch refused, or too many good ones: only what is refused alone is dropped. */
  #refused(batch: readonly ReadableLogRecord[], error: Error | undefined): void {
    this.#failuresInARow = 0;
    const [record, second] = batch;
    if (second !== undefined) {
      this.#batchSize = Math.ceil(batch.length / 2);
      return;
    }
    this.#waiting.shift();
    if (record !== undefined) this.#onDropped(record, 'refused');
    if (!this.#isRefusing) log.warn(`a log record was refused, and is dropped: ${error?.message}`);
    this.#isRefusing = true;
  }

  #failed(error: Error | undefined): void {
    this.#failuresInARow += 1;
    if (this.#failuresInARow > 1) return;
    log.warn(`log records could not be exported, and wait to be sent again: ${error?.message ?? 'no reason given'}`);
  }
}

/** One that does not answer has failed: its batch is sent again. */
const exportedBy = (
  exporter: LogRecordExporter,
  batch: ReadableLogRecord[],
  timeoutMillis: number,
): Promise<ExportResult> => {
  let timer: NodeJS.Timeout | undefined;
  return new Promise<ExportResult>((resolve) => {
    const error = new Error(`not done within ${timeoutMillis} ms`);
    timer = setTimeout(() => resolve({ code: ExportResultCode.FAILED, error }), timeoutMillis).unref();
    context.with(suppressTracing(context.active()), () => exporter.export(batch, resolve));
  })
    .catch((error: unknown) => ({
      code: ExportResultCode.FAILED,
      error: error instanceof Error ? error : new Error(String(error)),
    }))
    .finally(() => clearTimeout(timer));
};

/**
 * Bad data, and too much of it at once: what was sent will not be taken whenever it is sent again (OTLP 1.x, "Failures").
 * Others, 401 or 404 too, can be put right at the receiver.
 */
const isRefusal = (error: Error | undefined): boolean => {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === 400 || code === 413;
};

const delayAfter = (failures: number): number =>
  Math.min(LONGEST_DELAY_MILLIS, RETRY_MILLIS * 2 ** failures) * (0.5 + Math.random() / 2);
