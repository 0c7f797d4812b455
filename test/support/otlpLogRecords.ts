import { z } from 'zod';
import {
  anyValue,
  attributes,
  nanos,
  type OtlpAttributes,
  type OtlpOrigin,
  type OtlpValue,
  optionalSpanId,
  optionalText,
  optionalTraceId,
  otlpRead,
  resource,
  scope,
} from './otlpWire.js';

/** What a record doesn't have is undefined; a missing severity number is 0 and a missing time 0n, as OTLP has it. */
export interface LogRecord extends OtlpOrigin {
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano: bigint;
  readonly severityNumber: number;
  readonly severityText: string | undefined;
  readonly body: OtlpValue | undefined;
  readonly eventName: string | undefined;
  readonly attributes: OtlpAttributes;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
}

const logRecord = z.object({
  timeUnixNano: nanos,
  observedTimeUnixNano: nanos,
  severityNumber: z.int().min(0).max(24).default(0),
  severityText: optionalText,
  // The SDK's JSON for no body is `{}`, its protobuf leaves it out.
  body: anyValue.optional().transform((value) => value ?? undefined),
  eventName: optionalText,
  attributes,
  traceId: optionalTraceId,
  spanId: optionalSpanId,
});

const scopeLogs = z.object({ scope, logRecords: z.array(logRecord).default([]) });
const resourceLogs = z.object({ resource, scopeLogs: z.array(scopeLogs).default([]) });
const logsMessage = z.object({ resourceLogs: z.array(resourceLogs).default([]) });

/** @throws Error if the message isn't a logs request. */
export function otlpLogRecords(message: unknown, exportIndex: number): LogRecord[] {
  return otlpRead(logsMessage, message).resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ scope, logRecords }) =>
      logRecords.map((record) => ({ ...record, resource, scope, exportIndex })),
    ),
  );
}
