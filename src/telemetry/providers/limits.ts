import type { LogRecordLimits } from '@opentelemetry/sdk-logs';
import type { BatchSpanProcessorOptions, SpanLimits } from '@opentelemetry/sdk-trace';
import type { DeliveryOptions } from './DeliveringLogProcessor.js';
import { countOf, limitOf, millisOf } from './environment.js';

type Environment = Readonly<Record<string, string | undefined>>;

// The packages of the SDK read none of these themselves: NodeSDK does, and so do we.

/** `OTEL_BSP_*`, as far as they are set. */
export const spanBatches = (env: Environment): Omit<BatchSpanProcessorOptions, 'exporter'> => {
  const maxQueueSize = countOf('OTEL_BSP_MAX_QUEUE_SIZE', 2_048, env);
  return {
    scheduledDelayMillis: millisOf('OTEL_BSP_SCHEDULE_DELAY', 5_000, env),
    exportTimeoutMillis: millisOf('OTEL_BSP_EXPORT_TIMEOUT', 30_000, env),
    maxQueueSize,
    // The processor refuses one that is larger than its queue.
    maxExportBatchSize: Math.min(countOf('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512, env), maxQueueSize),
  };
};

/** `OTEL_BLRP_*`; more wait by default than in the SDK, since nothing that waits is lost. */
export const recordBatches = (env: Environment): Omit<DeliveryOptions, 'exporter' | 'onDropped'> => ({
  delayMillis: millisOf('OTEL_BLRP_SCHEDULE_DELAY', 1_000, env),
  timeoutMillis: millisOf('OTEL_BLRP_EXPORT_TIMEOUT', 30_000, env),
  maxWaiting: countOf('OTEL_BLRP_MAX_QUEUE_SIZE', 10_000, env),
  batchSize: countOf('OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', 512, env),
});

/** `OTEL_SPAN_*`, `OTEL_EVENT_*`, `OTEL_LINK_*`, else `OTEL_ATTRIBUTE_*`, as far as they are set. */
export const spanLimits = (env: Environment): SpanLimits =>
  set({
    ...attributeLimits('OTEL_SPAN', env),
    eventCountLimit: limitOf('OTEL_SPAN_EVENT_COUNT_LIMIT', env),
    linkCountLimit: limitOf('OTEL_SPAN_LINK_COUNT_LIMIT', env),
    attributePerEventCountLimit: limitOf('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', env),
    attributePerLinkCountLimit: limitOf('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', env),
  });

/** `OTEL_LOGRECORD_*`, else `OTEL_ATTRIBUTE_*`, as far as they are set. */
export const recordLimits = (env: Environment): LogRecordLimits => set(attributeLimits('OTEL_LOGRECORD', env));

const attributeLimits = (prefix: string, env: Environment) => {
  const limit = (name: string): number | undefined => limitOf(`${prefix}_${name}`, env) ?? limitOf(`OTEL_${name}`, env);
  return {
    attributeValueLengthLimit: limit('ATTRIBUTE_VALUE_LENGTH_LIMIT'),
    attributeCountLimit: limit('ATTRIBUTE_COUNT_LIMIT'),
  };
};

type Set<Limits> = { [Name in keyof Limits]?: NonNullable<Limits[Name]> };

/** The SDK would take what is undefined for a limit. */
const set = <Limits extends Readonly<Record<string, number | undefined>>>(limits: Limits): Set<Limits> =>
  Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined)) as Set<Limits>;
