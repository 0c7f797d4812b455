import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, isTracingSuppressed } from '@opentelemetry/core';
import { LoggerProvider, type LogRecordExporter, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { LogEmitter } from '../../../src/telemetry/LogEmitter.js';
import { DeliveringLogProcessor } from '../../../src/telemetry/providers/DeliveringLogProcessor.js';
import { DiagRecorder } from '../DiagRecorder.js';
import { connected, disconnected, frpc, lineAt } from '../events.js';
import { at } from '../snapshots.js';

const SUCCESS: ExportResult = { code: ExportResultCode.SUCCESS };
const failed = (message: string, code?: number): ExportResult => ({
  code: ExportResultCode.FAILED,
  error: Object.assign(new Error(message), { code }),
});

/** Answers each export as it was told to, and success after that; or, while it holds, when it is asked to. */
class Receiver implements LogRecordExporter {
  readonly requests: unknown[][] = [];
  readonly taken: unknown[] = [];
  readonly answers: (ExportResult | Error)[] = [];
  /** Given what is sent, how it is refused, if so. */
  refuses: (bodies: readonly unknown[]) => ExportResult | undefined = () => undefined;
  readonly #held: (() => void)[] = [];
  holds = false;
  isShutDown = false;

  export(records: ReadableLogRecord[], done: (result: ExportResult) => void): void {
    const bodies = records.map(({ body }) => body);
    this.requests.push(bodies);
    const answer = this.answers.shift() ?? this.refuses(bodies) ?? SUCCESS;
    if (answer instanceof Error) throw answer;
    const give = () => {
      if (answer.code === ExportResultCode.SUCCESS) this.taken.push(...bodies);
      done(answer);
    };
    if (this.holds) this.#held.push(give);
    else give();
  }

  answerNext(): void {
    this.#held.shift()?.();
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.isShutDown = true;
  }
}

let diagnostics: DiagRecorder;
let receiver: Receiver;
let dropped: string[];
let processor: DeliveringLogProcessor;
let emit: (body: string | number) => void;
beforeEach(() => {
  jest.useFakeTimers();
  diagnostics = new DiagRecorder();
  receiver = new Receiver();
  dropped = [];
  processor = new DeliveringLogProcessor({
    exporter: receiver,
    onDropped: ({ body }, reason) => dropped.push(`${reason} ${body}`),
  });
  const logger = new LoggerProvider({ processors: [processor] }).getLogger('frp');
  emit = (body) => logger.emit({ body });
});
afterEach(() => {
  diagnostics[Symbol.dispose]();
  jest.useRealTimers();
});

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const emitAll = (from: number, to: number) => {
  for (const number of numbers(from, to)) emit(number);
};

describe('DeliveringLogProcessor', () => {
  it('exports a second after the first record, all that came by then', async () => {
    emit('1');
    emit('2');
    await jest.advanceTimersByTimeAsync(999);
    expect(receiver.requests).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(receiver.requests).toEqual([['1', '2']]);
  });

  it('exports batches of 512 in order, one after the other, and a full one at once', async () => {
    receiver.holds = true;
    emitAll(0, 1100);
    expect(receiver.requests).toEqual([numbers(0, 512)]);
    receiver.answerNext();
    await jest.advanceTimersByTimeAsync(0);
    expect(receiver.requests).toEqual([numbers(0, 512), numbers(512, 1024)]);
    receiver.answerNext();
    await jest.advanceTimersByTimeAsync(1000);
    expect(receiver.requests).toEqual([numbers(0, 512), numbers(512, 1024), numbers(1024, 1100)]);
  });

  it('waits, fills its batches and gives up an export as it is told', async () => {
    const own = new DeliveringLogProcessor({
      exporter: receiver,
      onDropped: ({ body }, reason) => dropped.push(`${reason} ${body}`),
      delayMillis: 50,
      timeoutMillis: 200,
      maxWaiting: 3,
      batchSize: 2,
    });
    const logger = new LoggerProvider({ processors: [own] }).getLogger('frp');
    logger.emit({ body: 0 });
    await jest.advanceTimersByTimeAsync(49);
    expect(receiver.requests).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(receiver.requests).toEqual([[0]]);
    receiver.holds = true;
    for (const body of [1, 2, 3, 4]) logger.emit({ body });
    expect(dropped).toEqual(['limit 4']);
    expect(receiver.requests).toEqual([[0], [1, 2]]);
    await jest.advanceTimersByTimeAsync(199);
    expect(diagnostics.warnings).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(diagnostics.warnings).toEqual([expect.stringMatching(/wait to be sent again: not done within 200 ms$/)]);
    receiver.holds = false;
    await jest.advanceTimersByTimeAsync(2_000 + 50); // the longest that the first retry waits, and what comes after it
    expect(receiver.requests).toEqual([[0], [1, 2], [1, 2], [3]]);
  });

  it('makes no spans of its exports', async () => {
    const seen: boolean[] = [];
    const contexts = jest.spyOn(context, 'with').mockImplementation(((of: never, work: () => unknown) => {
      seen.push(isTracingSuppressed(of));
      return work();
    }) as never);
    emit('1');
    await processor.flush();
    contexts.mockRestore();
    expect(seen).toEqual([true]);
    expect(isTracingSuppressed(ROOT_CONTEXT)).toBe(false);
  });

  describe('asked whether all is delivered', () => {
    it('says yes at once where there was nothing', async () => {
      expect(await processor.flush()).toBe(true);
      expect(receiver.requests).toEqual([]);
    });

    it('exports all batches that it was given, and says yes when the last one is taken', async () => {
      emitAll(0, 1500);
      expect(await processor.flush()).toBe(true);
      expect(receiver.taken).toEqual(numbers(0, 1500));
    });

    it('says no when the receiver fails, keeps the records, and sends them again when it is asked again', async () => {
      receiver.answers.push(failed('ECONNREFUSED'), failed('unauthorized', 401));
      emit('1');
      emit('2');
      expect(await processor.flush()).toBe(false);
      emit('3');
      expect(await processor.flush()).toBe(false);
      expect(receiver.taken).toEqual([]);
      expect(await processor.flush()).toBe(true);
      expect(receiver.taken).toEqual(['1', '2', '3']);
      expect(dropped).toEqual([]);
    });

    it('says no of the records of a batch behind the one that failed', async () => {
      emitAll(0, 600);
      receiver.answers.push(failed('ECONNREFUSED'));
      await jest.advanceTimersByTimeAsync(0); // the first batch was on its way
      expect(receiver.taken).toEqual(numbers(0, 512));
      expect(await processor.flush()).toBe(false);
      expect(await processor.flush()).toBe(true);
      expect(receiver.taken).toEqual(numbers(0, 600));
    });

    it('several times at a time, exports each record once, and answers each with the truth of what it asked for', async () => {
      receiver.holds = true;
      emit('1');
      const first = processor.flush();
      emit('2');
      const second = processor.flush();
      const answers: string[] = [];
      void first.then((all) => answers.push(`first ${all}`));
      void second.then((all) => answers.push(`second ${all}`));
      receiver.answerNext();
      await jest.advanceTimersByTimeAsync(0);
      expect(answers).toEqual(['first true']);
      receiver.answerNext();
      await jest.advanceTimersByTimeAsync(0);
      expect(answers).toEqual(['first true', 'second true']);
      expect(receiver.requests).toEqual([['1'], ['2']]);
    });

    it('says no to all who wait for a batch that fails', async () => {
      receiver.holds = true;
      receiver.answers.push(failed('late'));
      emit('1');
      const all = Promise.all([processor.flush(), processor.flush()]);
      receiver.answerNext();
      expect(await all).toEqual([false, false]);
      expect(receiver.requests).toEqual([['1']]);
    });

    it('takes an exporter that throws for one that failed', async () => {
      receiver.answers.push(new Error('a bug'));
      emit('1');
      expect(await processor.flush()).toBe(false);
      expect(await processor.flush()).toBe(true);
      expect(receiver.taken).toEqual(['1']);
    });
  });

  describe('while the receiver is down', () => {
    it('tries again by itself, ever later, up to half a minute and a bit of chance', async () => {
      jest.spyOn(Math, 'random').mockReturnValue(1);
      receiver.answers.push(...Array<ExportResult>(8).fill(failed('ECONNREFUSED')));
      emit('1');
      const tried: number[] = [];
      for (let second = 1; second <= 170; second += 1) {
        const before = receiver.requests.length;
        await jest.advanceTimersByTimeAsync(1000);
        if (receiver.requests.length > before) tried.push(second);
      }
      jest.spyOn(Math, 'random').mockRestore();
      expect(tried).toEqual([1, 3, 7, 15, 31, 61, 91, 121, 151]);
      expect(receiver.taken).toEqual(['1']);
    });

    it('does not try for each full batch', async () => {
      receiver.answers.push(failed('ECONNREFUSED'));
      emit('1');
      await processor.flush();
      emitAll(0, 5000);
      await jest.advanceTimersByTimeAsync(0);
      expect(receiver.requests).toHaveLength(1);
    });

    it('says so once, however often it is tried', async () => {
      receiver.answers.push(failed('ECONNREFUSED 127.0.0.1:4318'), failed('again'));
      emit('1');
      for (let times = 0; times < 3; times += 1) await processor.flush();
      expect(diagnostics.warnings).toEqual([
        expect.stringMatching(/log records could not be exported, and wait to be sent again: ECONNREFUSED 127/),
      ]);
    });

    it('keeps 10,000 records and drops the newest beyond, each counted', async () => {
      receiver.answers.push(failed('ECONNREFUSED'));
      emit(0);
      await processor.flush();
      emitAll(1, 10_003);
      expect(dropped).toEqual(['limit 10000', 'limit 10001', 'limit 10002']);
      expect(await processor.flush()).toBe(true);
      expect(receiver.taken).toEqual(numbers(0, 10_000));
    });

    it.each([undefined, 6, 0])(
      'keeps those of a log file also beyond, with %p attributes at the most: nobody else would bring them again',
      async (attributeCountLimit) => {
        receiver.answers.push(failed('ECONNREFUSED'));
        emit(0);
        await processor.flush();
        emitAll(1, 10_000);
        const logger = new LoggerProvider({
          processors: [processor],
          logRecordLimits: attributeCountLimit === undefined ? {} : { attributeCountLimit },
        }).getLogger('frp');
        const emitter = new LogEmitter(logger);
        const place = { path: '/var/log/frps.log', offset: 0 };
        const inSpan = trace.setSpanContext(ROOT_CONTEXT, {
          traceId: 'a'.repeat(32),
          spanId: 'b'.repeat(16),
          traceFlags: 1,
        });
        emitter.line({ ...lineAt(at(1), 'I', 'of a file'), place }, frpc, []);
        emitter.line(
          { ...lineAt(at(1), 'I', 'in a span'), place },
          frpc,
          [connected({ to: 1 }), disconnected(1)],
          inSpan,
        );
        emitter.line(lineAt(at(1), 'I', 'of a pipe'), frpc, []);
        expect(dropped).toEqual(['limit of a pipe']);
        await processor.flush();
        expect(receiver.taken.slice(-3)).toEqual(['of a file', undefined, 'in a span']);
      },
    );
  });

  describe('given a receiver that refuses', () => {
    it('bad records: drops and counts those, and no other one of their batch', async () => {
      receiver.refuses = (bodies) =>
        bodies.includes(7) || bodies.includes(300) ? failed('Bad Request', 400) : undefined;
      emitAll(0, 600);
      expect(await processor.flush()).toBe(true);
      expect(dropped).toEqual(['refused 7', 'refused 300']);
      expect(receiver.taken).toEqual(numbers(0, 600).filter((number) => number !== 7 && number !== 300));
      expect(receiver.requests.length).toBeLessThan(60); // some 2 * log2(512) for each, down and up again
    });

    it('too much at once: sends less at a time, and drops nothing', async () => {
      receiver.refuses = ({ length }) => (length > 100 ? failed('Payload Too Large', 413) : undefined);
      emitAll(0, 1_000);
      expect(await processor.flush()).toBe(true);
      expect(receiver.taken).toEqual(numbers(0, 1_000));
      expect([dropped, diagnostics.warnings]).toEqual([[], []]);
    });

    it('everything: drops all of it, says so once, and sends full batches again when it takes them', async () => {
      receiver.refuses = () => failed('Bad Request', 400);
      emitAll(0, 20);
      expect(await processor.flush()).toBe(true);
      expect(dropped).toEqual(numbers(0, 20).map((number) => `refused ${number}`));
      expect(diagnostics.warnings).toEqual([
        expect.stringMatching(/a log record was refused, and is dropped: Bad Req/),
      ]);
      receiver.refuses = () => undefined;
      emitAll(20, 2_000);
      expect(await processor.flush()).toBe(true);
      expect(receiver.taken).toEqual(numbers(20, 2_000));
      expect(receiver.requests.some(({ length }) => length === 512)).toBe(true);
    });
  });

  describe('shut down', () => {
    it('exports what is left and then shuts the exporter down', async () => {
      emit('1');
      await processor.shutdown();
      expect(receiver.taken).toEqual(['1']);
      expect(receiver.isShutDown).toBe(true);
      emit('too late');
      await jest.advanceTimersByTimeAsync(60_000);
      expect(receiver.taken).toEqual(['1']);
    });

    it('says how many could not be exported', async () => {
      receiver.answers.push(failed('ECONNREFUSED'));
      emit('1');
      emit('2');
      await processor.shutdown();
      expect(receiver.isShutDown).toBe(true);
      expect(diagnostics.warnings.at(-1)).toMatch(/2 log records could not be exported before the end/);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(receiver.requests).toHaveLength(1);
    });
  });
});
