import { inspect } from 'node:util';
import { z } from 'zod';

/** An OTLP AnyValue as a plain value: 64-bit integers are numbers, bytes are a Buffer, an empty AnyValue is null. */
export type OtlpValue = string | number | boolean | null | Buffer | OtlpValue[] | { [key: string]: OtlpValue };

export type OtlpAttributes = Record<string, OtlpValue>;

/** Where a point, record or span came from. */
export interface OtlpOrigin {
  readonly resource: OtlpAttributes;
  readonly scope: { readonly name: string; readonly version: string };
  /** Index of the request in `sink.requests`. */
  readonly exportIndex: number;
}

/**
 * Reads a message that came as OTLP JSON or as protobuf. The two differ only in scalars: 64-bit integers are strings or
 * numbers against bigints, ids are hex against bytes, byte strings are base64 against bytes, NaN is a word in JSON.
 * @throws Error that names each field that isn't as OTLP wants it, and quotes what was there.
 */
export function otlpRead<Schema extends z.ZodType>(schema: Schema, message: unknown): z.output<Schema> {
  const result = schema.safeParse(message, {
    error: (issue) =>
      issue.code === 'invalid_type' ? `expected ${issue.expected}, received ${quoted(issue.input)}` : undefined,
  });
  if (result.success) return result.data;
  throw new Error(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

export const text = z.string().default('');

/** proto3 doesn't tell an empty string from an absent one. */
export const optionalText = z
  .string()
  .optional()
  .transform((value) => value || undefined);

export const flag = z.boolean().default(false);

export const nanos = scalar('nanoseconds as a decimal string', (wire) => {
  const value = bigint(wire);
  return value !== undefined && value >= 0n ? value : undefined;
}).default(0n);

export const integer = scalar('an integer within ±2^53', (wire) => {
  const value = Number(bigint(wire));
  return Number.isSafeInteger(value) ? value : undefined;
});

export const double = scalar('a number, "NaN", "Infinity" or "-Infinity"', (wire) => {
  if (typeof wire === 'number') return wire;
  return wire === 'NaN' || wire === 'Infinity' || wire === '-Infinity' ? Number(wire) : undefined;
});

/** Trace and span ids as lower-case hex. */
export const traceId = scalar('a trace id of 16 bytes in hex', (wire) => hexId(wire, 16));
export const spanId = scalar('a span id of 8 bytes in hex', (wire) => hexId(wire, 8));

/** An id that may be missing, or be written as no bytes. */
export const optionalTraceId = z.preprocess(emptyAsAbsent, traceId.optional());
export const optionalSpanId = z.preprocess(emptyAsAbsent, spanId.optional());

/** An enum, which OTLP sends as its number, as a word; a missing one is number 0. */
export function word<Word extends string>(words: Readonly<Record<number, Word>>) {
  return scalar(`an enum number out of ${Object.keys(words).join(', ')}`, (wire = 0) =>
    typeof wire === 'number' ? words[wire] : undefined,
  );
}

const bytes = scalar('base64 or bytes', (wire) => {
  if (typeof wire === 'string') return Buffer.from(wire, 'base64');
  return Buffer.isBuffer(wire) ? wire : undefined;
});

export const anyValue: z.ZodType<OtlpValue> = z.lazy(() =>
  z
    .object({
      stringValue: z.string(),
      boolValue: z.boolean(),
      intValue: integer,
      doubleValue: double,
      bytesValue: bytes,
      arrayValue: z.object({ values: z.array(anyValue).default([]) }).transform(({ values }) => values),
      kvlistValue: z.object({ values: attributes }).transform(({ values }) => values),
    })
    .partial()
    .transform((oneof) => Object.values(oneof).find((value) => value !== undefined) ?? null),
);

export const attributes = z
  .array(z.object({ key: text, value: anyValue.default(null) }))
  .default([])
  .transform((pairs): OtlpAttributes => Object.fromEntries(pairs.map(({ key, value }) => [key, value])));

export const resource = z
  .object({ attributes })
  .optional()
  .transform((wire) => wire?.attributes ?? {});

export const scope = z.object({ name: text, version: text }).default({ name: '', version: '' });

/** `read` is also asked about an absent field, unless the schema has a default. */
function scalar<Value>(expected: string, read: (wire: unknown) => Value | undefined) {
  return z
    .unknown()
    .optional()
    .transform((wire, context) => {
      const value = read(wire);
      if (value !== undefined) return value;
      context.addIssue(`expected ${expected}, received ${quoted(wire)}`);
      return z.NEVER;
    });
}

function hexId(wire: unknown, byteLength: number): string | undefined {
  const hex = Buffer.isBuffer(wire) ? wire.toString('hex') : wire;
  const isHex = typeof hex === 'string' && hex.length === byteLength * 2 && /^[0-9a-f]+$/i.test(hex);
  return isHex ? hex.toLowerCase() : undefined;
}

function emptyAsAbsent(wire: unknown): unknown {
  const isEmpty = wire === '' || (Buffer.isBuffer(wire) && wire.length === 0);
  return isEmpty ? undefined : wire;
}

function bigint(wire: unknown): bigint | undefined {
  if (typeof wire === 'bigint') return wire;
  if (typeof wire === 'string' ? /^-?\d+$/.test(wire) : Number.isSafeInteger(wire))
    return BigInt(wire as string | number);
  return undefined;
}

function quoted(wire: unknown): string {
  return inspect(wire, { depth: 1, breakLength: Number.POSITIVE_INFINITY }).slice(0, 200);
}
