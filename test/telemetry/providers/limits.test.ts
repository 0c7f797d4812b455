import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import { recordBatches, recordLimits, spanBatches, spanLimits } from '../../../src/telemetry/providers/limits.js';
import { ownLoggerProvider } from '../../../src/telemetry/providers/ownLoggerProvider.js';
import { ownTracerProvider } from '../../../src/telemetry/providers/ownTracerProvider.js';
import { DiagRecorder } from '../DiagRecorder.js';

let diagnostics: DiagRecorder;
beforeEach(() => {
  diagnostics = new DiagRecorder();
});
afterEach(() => diagnostics[Symbol.dispose]());

const warned = () => diagnostics.warnings.map((text) => text.replace(/^opentelemetry-instrumentation-frp /, ''));

describe('OTEL_BSP_*', () => {
  it('are as the specification has them by default', () => {
    expect(spanBatches({})).toEqual({
      scheduledDelayMillis: 5_000,
      exportTimeoutMillis: 30_000,
      maxQueueSize: 2_048,
      maxExportBatchSize: 512,
    });
  });

  it('are taken', () => {
    const env = {
      OTEL_BSP_SCHEDULE_DELAY: '1',
      OTEL_BSP_EXPORT_TIMEOUT: '2',
      OTEL_BSP_MAX_QUEUE_SIZE: '40',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '3',
    };
    expect(spanBatches(env)).toEqual({
      scheduledDelayMillis: 1,
      exportTimeoutMillis: 2,
      maxQueueSize: 40,
      maxExportBatchSize: 3,
    });
    expect(spanBatches({ OTEL_BSP_MAX_QUEUE_SIZE: '40' }).maxExportBatchSize).toBe(40);
  });

  it('are the default where they make no sense, which is said', () => {
    expect(spanBatches({ OTEL_BSP_MAX_QUEUE_SIZE: '0', OTEL_BSP_SCHEDULE_DELAY: 'x' })).toMatchObject({
      maxQueueSize: 2_048,
      scheduledDelayMillis: 5_000,
    });
    expect(warned()).toEqual([
      'OTEL_BSP_MAX_QUEUE_SIZE: expected a whole number, 1 to 2147483647, found "0"; 2048 is used',
      'OTEL_BSP_SCHEDULE_DELAY: expected milliseconds, 1 to 2147483647, found "x"; 5000 is used',
    ]);
  });
});

describe('OTEL_BLRP_*', () => {
  it('are as the specification has them by default, but that more may wait', () => {
    expect(recordBatches({})).toEqual({
      delayMillis: 1_000,
      timeoutMillis: 30_000,
      maxWaiting: 10_000,
      batchSize: 512,
    });
  });

  it('are taken', () => {
    const env = {
      OTEL_BLRP_SCHEDULE_DELAY: '1',
      OTEL_BLRP_EXPORT_TIMEOUT: '2',
      OTEL_BLRP_MAX_QUEUE_SIZE: '3',
      OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '4',
    };
    expect(recordBatches(env)).toEqual({ delayMillis: 1, timeoutMillis: 2, maxWaiting: 3, batchSize: 4 });
  });
});

describe('limits of attributes', () => {
  it('are not set by default', () => {
    expect([spanLimits({}), recordLimits({})]).toEqual([{}, {}]);
  });

  it('are those of all signals, and each signal’s own win', () => {
    const env = {
      OTEL_ATTRIBUTE_COUNT_LIMIT: '10',
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '100',
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '0',
      OTEL_SPAN_EVENT_COUNT_LIMIT: '1',
      OTEL_SPAN_LINK_COUNT_LIMIT: '2',
      OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '3',
      OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '4',
      OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: '5',
    };
    expect(spanLimits(env)).toEqual({
      attributeCountLimit: 0,
      attributeValueLengthLimit: 100,
      eventCountLimit: 1,
      linkCountLimit: 2,
      attributePerEventCountLimit: 3,
      attributePerLinkCountLimit: 4,
    });
    expect(recordLimits(env)).toEqual({ attributeCountLimit: 10, attributeValueLengthLimit: 5 });
  });

  it('are not set where they make no sense, which is said', () => {
    expect(spanLimits({ OTEL_SPAN_LINK_COUNT_LIMIT: '-1' })).toEqual({});
    expect(warned()).toEqual([
      'OTEL_SPAN_LINK_COUNT_LIMIT: expected a whole number, 0 to 2147483647, found "-1"; the default is used',
    ]);
  });

  it('hold for the spans of our own provider', async () => {
    const env = {
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_ATTRIBUTE_COUNT_LIMIT: '1',
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '2',
    };
    const tracer = (await ownTracerProvider(emptyResource(), env)).getTracer('test');
    const span = tracer.startSpan('span', { attributes: { a: 'long', b: 'x' } }, ROOT_CONTEXT);
    expect((span as unknown as { attributes: unknown }).attributes).toEqual({ a: 'lo' });
  });

  it('hold for the log records of our own provider', async () => {
    const printed = jest.spyOn(console, 'dir').mockImplementation(() => {});
    const env = { OTEL_LOGS_EXPORTER: 'console', OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '1' };
    const provider = await ownLoggerProvider(emptyResource(), env);
    provider.getLogger('test').emit({ body: 'x', attributes: { a: '1', b: '2' } });
    await provider.forceFlush();
    const [shown] = printed.mock.calls.map(([what]) => what);
    printed.mockRestore();
    expect(shown).toMatchObject({ body: 'x', attributes: { a: '1' } });
    expect((shown as { attributes: object }).attributes).not.toHaveProperty('b');
  });
});
