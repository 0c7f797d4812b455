import { types } from 'node:util';
import * as z from 'zod';
import type { SeriesSelector } from '../alerts/AlertRule.js';
import { isPublicUrl, isReceiverUrl, PUBLIC_URLS, RECEIVER_URLS } from './httpUrl.js';
import { isLoopback } from './loopback.js';
import { isProbeUrl, PROBE_URLS } from './probeUrl.js';

/** A part of a JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What an option takes besides its check: how it is written outside of code. */
export interface OptionForm {
  /** `a whole number, 1 to 5`. */
  readonly allowed: string;
  /** What it is in a config file; undefined where an option can be given in code only. */
  readonly data: JsonSchema | z.ZodObject | undefined;
  /** What a config file holds, as code would give it. What is not understood stays as it is: the check refuses it. */
  readonly fromData: (value: unknown) => unknown;
  /** A variable's text, as a config file would have it. */
  readonly fromText: (text: string) => unknown;
}

// By its definition, which a schema shares with the one that it is copied to when it is described.
const forms = new WeakMap<object, OptionForm>();

/** Undefined of what has options below itself. */
export const formOf = (schema: z.core.$ZodType): OptionForm | undefined => forms.get(schema._zod.def);

const same = <Value>(value: Value): Value => value;

/** An option that is checked as a whole. */
export const leaf = <Value>(
  isAllowed: (value: unknown) => boolean,
  { fromData = same, fromText = same, ...form }: Partial<OptionForm> & Pick<OptionForm, 'allowed' | 'data'>,
) => {
  const schema = z.custom<Value>((value) => isSurely(isAllowed, value), `expected ${form.allowed}`);
  forms.set(schema._zod.def, { ...form, fromData, fromText });
  return schema;
};

/** A value of the program may throw when it is looked into. */
const isSurely = (isAllowed: (value: unknown) => boolean, value: unknown): boolean => {
  try {
    return isAllowed(value);
  } catch {
    return false; // said as any other value that is not allowed
  }
};

const numberOf = (text: string): unknown => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);

export const wholeNumber = (min: number, max: number) =>
  leaf<number>(
    (value) => Number.isInteger(value) && !Object.is(value, -0) && (value as number) >= min && (value as number) <= max,
    {
      allowed: `a whole number, ${min} to ${max}`,
      data: { type: 'integer', minimum: min, maximum: max },
      fromText: numberOf,
    },
  );

/** Of a whole: over 0, up to 1. */
export const share = () =>
  leaf<number>((value) => typeof value === 'number' && value > 0 && value <= 1, {
    allowed: 'a share: a number over 0, up to 1',
    data: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
    fromText: numberOf,
  });

export const positiveNumber = (max: number) =>
  leaf<number>((value) => typeof value === 'number' && value > 0 && value <= max, {
    allowed: `a number over 0, up to ${max}`,
    data: { type: 'number', exclusiveMinimum: 0, maximum: max },
    fromText: numberOf,
  });

export const finiteNumber = () =>
  leaf<number>((value) => Number.isFinite(value) && !Object.is(value, -0), {
    allowed: 'a finite number',
    data: { type: 'number' },
    fromText: numberOf,
  });

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

export const flag = () =>
  leaf<boolean>((value) => typeof value === 'boolean', {
    allowed: 'true or false',
    data: { type: 'boolean' },
    fromText: flagOf,
  });

/** In any case, as variables of OpenTelemetry have it. */
export const flagOf = (text: string): unknown => WORDS.get(text.toLowerCase()) ?? text;

export const text = (maxLength: number) =>
  leaf<string>((value) => typeof value === 'string' && value.length >= 1 && value.length <= maxLength, {
    allowed: `a string of 1 to ${maxLength} characters`,
    data: { type: 'string', minLength: 1, maxLength },
  });

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]{0,127}$/;

export const identifier = () =>
  leaf<string>((value) => typeof value === 'string' && IDENTIFIER.test(value), {
    allowed: 'a letter, then letters, digits and _, up to 128 of them',
    data: { type: 'string', pattern: IDENTIFIER.source },
  });

const MAX_PATTERN = 256;

/** In files and variables its source. It is matched against base names, which the kernel keeps to 255 bytes. */
export const pattern = () =>
  leaf<RegExp>((value) => types.isRegExp(value), {
    allowed: 'a regular expression',
    data: { type: 'string', format: 'regex', minLength: 1, maxLength: MAX_PATTERN },
    fromData: patternOf,
  });

const patternOf = (value: unknown): unknown => {
  if (typeof value !== 'string' || value.length < 1 || value.length > MAX_PATTERN) return value;
  try {
    return new RegExp(value);
  } catch {
    return value; // a string is refused
  }
};

export const probeUrl = () =>
  leaf<string>((value) => typeof value === 'string' && isProbeUrl(value), {
    allowed: PROBE_URLS,
    data: { type: 'string', pattern: '^(tcp|https?)://' },
  });

/** Whom alerts are sent to: its path may be a secret. */
export const receiverUrl = () => urlLeaf(isReceiverUrl, RECEIVER_URLS);

/** What alerts link to. */
export const publicUrl = () => urlLeaf(isPublicUrl, PUBLIC_URLS);

const urlLeaf = (isAllowed: (text: string) => boolean, allowed: string) =>
  leaf<string>((value) => typeof value === 'string' && value.length <= MAX_URL && isAllowed(value), {
    allowed,
    data: { type: 'string', pattern: '^https?://', maxLength: MAX_URL },
  });

const MAX_URL = 4_096;

export const loopbackHost = () =>
  leaf<string>((value) => typeof value === 'string' && isLoopback(value), {
    allowed: 'a loopback address, such as 127.0.0.1: /metrics has no token and no TLS yet',
    data: { type: 'string', examples: ['127.0.0.1', 'localhost', '::1'] },
  });

const MAX_ATTRIBUTE = 255;
const MAX_VALUE = 1_023;
const MAX_VALUES = 100;

/** Which series of a metric count. */
export const seriesSelector = () =>
  leaf<SeriesSelector>(
    (value) =>
      isTable(value) &&
      Object.keys(value).every((name) => name.length >= 1 && name.length <= MAX_ATTRIBUTE) &&
      Object.values(value).every((each) => typeof each === 'boolean' || isValue(each) || isValues(each)),
    {
      allowed: 'an object of attributes, each with its value, an array of values, true (any) or false (none)',
      data: {
        type: 'object',
        additionalProperties: {
          anyOf: [
            { type: ['string', 'boolean'] },
            { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: MAX_VALUES },
          ],
        },
      },
    },
  );

const isValue = (value: unknown): boolean => typeof value === 'string' && value.length <= MAX_VALUE;
const isValues = (value: unknown): boolean =>
  Array.isArray(value) && value.length >= 1 && value.length <= MAX_VALUES && value.every(isValue);

export const provider = <Provider>(method: string) =>
  leaf<Provider>((value) => typeof (value as Record<string, unknown> | null | undefined)?.[method] === 'function', {
    allowed: `a provider with a method ${method}()`,
    data: undefined,
  });

export const hook = <Hook>() =>
  leaf<Hook>((value) => typeof value === 'function', { allowed: 'a function', data: undefined });

export const oneOf = <const Word extends string>(...words: readonly Word[]) =>
  leaf<Word>((value) => words.some((word) => word === value), {
    allowed: `one of ${words.join(', ')}`,
    data: { type: 'string', enum: words },
  });

/** Something that is checked by who uses it. */
export const textOrNothing = (maxLength: number) =>
  leaf<string>((value) => typeof value === 'string' && value.length <= maxLength, {
    allowed: `a string of at most ${maxLength} characters`,
    data: { type: 'string', maxLength },
  });

const MAX_LISTED = 1_000;

export const listOf = <Item extends z.ZodType>(item: Item, what: string, min = 0, max = MAX_LISTED) => {
  const allowed = `an array of ${what}`;
  const schema = z
    .array(item, `expected ${allowed}`)
    .min(min, `expected ${min} to ${max} of them`)
    .max(max, `expected ${min} to ${max} of them`);
  wholes.set(schema._zod.def, allowed);
  return schema;
};

const wholes = new WeakMap<object, string>();

/** What is allowed in place of a list or a group, for a message. */
export const allowedAt = (schema: z.core.$ZodType): string => wholes.get(schema._zod.def) ?? 'an object';

/** Options below one, and no others. */
export const group = <Shape extends Readonly<Record<string, z.ZodType>>>(shape: Shape, allowed: string) => {
  const schema = z.strictObject(shape, `expected ${allowed}`);
  wholes.set(schema._zod.def, allowed);
  return schema;
};

const flagGroups = new WeakSet<object>();

/** Whether `true` and `false` may stand for it. */
export const isFlagGroup = (schema: z.core.$ZodType): boolean => flagGroups.has(schema._zod.def);

/** A group of options that `true` stands for, with the defaults of all; `false` for nothing. */
export const orFlag = <Group extends z.ZodObject>(group: Group) => {
  flagGroups.add(group._zod.def);
  return z.preprocess((value) => (value === true ? {} : value === false ? undefined : value), group.optional());
};

/** An object that has nothing of its own besides its keys: a date or a boxed number is none. */
export const isTable = (value: unknown): value is object =>
  typeof value === 'object' && Object.prototype.toString.call(value) === '[object Object]';
