import { z } from 'zod';
import {
  attributes,
  nanos,
  type OtlpAttributes,
  type OtlpOrigin,
  optionalSpanId,
  optionalText,
  otlpRead,
  resource,
  scope,
  spanId,
  text,
  traceId,
  word,
} from './otlpWire.js';

export interface Span extends OtlpOrigin {
  readonly name: string;
  readonly kind: 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly attributes: OtlpAttributes;
  readonly status: { readonly code: 'unset' | 'ok' | 'error'; readonly message: string | undefined };
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}

interface SpanEvent {
  readonly name: string;
  readonly timeUnixNano: bigint;
  readonly attributes: OtlpAttributes;
}

interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: OtlpAttributes;
}

const kind = word({ 0: 'unspecified', 1: 'internal', 2: 'server', 3: 'client', 4: 'producer', 5: 'consumer' });
const code = word({ 0: 'unset', 1: 'ok', 2: 'error' });
const status = z
  .object({ code, message: optionalText })
  .optional()
  .transform((wire) => ({ code: wire?.code ?? ('unset' as const), message: wire?.message }));

const span = z.object({
  name: text,
  kind,
  traceId,
  spanId,
  parentSpanId: optionalSpanId,
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes,
  status,
  events: z.array(z.object({ name: text, timeUnixNano: nanos, attributes })).default([]),
  links: z.array(z.object({ traceId, spanId, attributes })).default([]),
});

const scopeSpans = z.object({ scope, spans: z.array(span).default([]) });
const resourceSpans = z.object({ resource, scopeSpans: z.array(scopeSpans).default([]) });
const tracesMessage = z.object({ resourceSpans: z.array(resourceSpans).default([]) });

/** @throws Error if the message isn't a traces request. */
export function otlpSpans(message: unknown, exportIndex: number): Span[] {
  return otlpRead(tracesMessage, message).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) => spans.map((span) => ({ ...span, resource, scope, exportIndex }))),
  );
}
