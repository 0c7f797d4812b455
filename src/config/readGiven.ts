import { types } from 'node:util';
import * as z from 'zod';
import { type Fault, messageOf, type OptionPath, show, showPath } from './Fault.js';
import { isTable } from './optionForms.js';
import { nodeOf, type OptionNode } from './optionNode.js';

/** `code`: what a program passes. `data`: what a file or a variable can say. */
export type Origin = 'code' | 'data';

/** Options of one origin. */
export interface Given {
  /** A copy, as code would give it; what is wrong is left out. */
  readonly value: unknown;
  readonly faults: readonly Fault[];
}

/**
 * Copies options, reading each value once, and checks each: what is missing is not looked for yet. The copy shares nothing
 * with what was given but providers, functions and what views are made of.
 */
export const readGiven = (schema: z.ZodType, given: unknown, origin: Origin, at: OptionPath = []): Given => {
  const faults: Fault[] = [];
  const value = copyOf(schema, given, at, { origin, faults });
  const isGiven = ({ path }: Fault): boolean => valueAt(value, path.slice(at.length)) !== undefined;
  faults.push(...faultsOf(schema, value, at).filter(isGiven));
  return { value, faults: unique(faults) };
};

interface Reading {
  readonly origin: Origin;
  readonly faults: Fault[];
}

const copyOf = (schema: z.core.$ZodType, value: unknown, path: OptionPath, reading: Reading): unknown => {
  try {
    return copyOfNode(nodeOf(schema), value, path, reading);
  } catch (error) {
    reading.faults.push({ path, message: `it cannot be read: ${messageOf(error)}` });
    return undefined;
  }
};

const copyOfNode = (node: OptionNode, value: unknown, path: OptionPath, reading: Reading): unknown => {
  switch (node.kind) {
    case 'group':
      if (isTable(value)) return copyOfGroup(node.shape, value, path, reading);
      // A date, too, would pass as an object with none of the options.
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      return refused(node.allowed, value, path, reading);
    case 'list':
      if (!Array.isArray(value)) return refused(node.allowed, value, path, reading);
      // Not read: it may be of any length.
      if (value.length > node.max) return refused(`${node.min} to ${node.max} of them`, value, path, reading);
      return Array.from(value, (_, index) => elementOf(node.item, value, index, path, reading));
    case 'leaf':
      if (reading.origin === 'data') return leafOfData(node.form, value, path, reading);
      return node.form.data === undefined ? value : copyOfData(value);
  }
};

const refused = (allowed: string, value: unknown, path: OptionPath, { faults }: Reading): undefined => {
  faults.push({ path, message: `expected ${allowed}, received ${show(value, path)}` });
  return undefined;
};

const elementOf = (
  item: z.core.$ZodType,
  list: readonly unknown[],
  index: number,
  path: OptionPath,
  reading: Reading,
): unknown => copyOf(item, list[index] ?? null, [...path, index], reading);

const leafOfData = (
  { data, fromData }: Extract<OptionNode, { kind: 'leaf' }>['form'],
  value: unknown,
  path: OptionPath,
  { faults }: Reading,
): unknown => {
  if (!(data instanceof z.ZodType)) return fromData(value);
  const inner = readGiven(data, value, 'data', path);
  const all = inner.faults.length > 0 ? inner.faults : faultsOf(data, inner.value, path); // what is missing
  faults.push(...all);
  return all.length === 0 ? fromData(inner.value) : undefined;
};

/**
 * What is wrong as a whole, such as what must be there and is not.
 *
 * @param at where the value stands
 */
export const faultsOf = (schema: z.ZodType, value: unknown, at: OptionPath = []): readonly Fault[] => {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return result.error.issues.map(({ path: below, message }) => {
    const path = [...at, ...below];
    return { path, message: `${message}, received ${show(valueAt(value, below), path)}` };
  });
};

const copyOfGroup = (
  shape: Readonly<Record<string, z.core.$ZodType>>,
  group: object,
  path: OptionPath,
  reading: Reading,
): unknown => {
  const known = Object.keys(shape).filter((key) => isKnown(shape, key, reading.origin));
  const unknown = Object.keys(group).filter((key) => !known.includes(key));
  reading.faults.push(...unknownKeys(unknown, known, path, reading.origin));
  const entries = known.flatMap((key) => {
    const value = readKey(group, key, [...path, key], reading);
    return value === undefined ? [] : [[key, copyOf(shape[key] as z.core.$ZodType, value, [...path, key], reading)]];
  });
  return Object.fromEntries(entries);
};

/** A file has a line for each; the options that there are, once. */
const unknownKeys = (
  unknown: readonly string[],
  known: readonly string[],
  path: OptionPath,
  origin: Origin,
): readonly Fault[] => {
  const list = (keys: readonly string[]): string => keys.map((key) => showPath([...path, key])).join(', ');
  const together =
    origin === 'code' ? [unknown.slice(0, MAX_UNKNOWN)] : unknown.slice(0, MAX_UNKNOWN).map((key) => [key]);
  return together.flatMap((keys, index) => {
    const [first] = keys;
    if (first === undefined) return [];
    const message = `unknown option ${list(keys)}${index === 0 ? `; known are ${list(known)}` : ''}`;
    return [{ path: [...path, first], message, isOfKey: true }];
  });
};

const MAX_UNKNOWN = 20;

/** Functions and providers are no data. */
const isKnown = (shape: Readonly<Record<string, z.core.$ZodType>>, key: string, origin: Origin): boolean => {
  const node = nodeOf(shape[key] as z.core.$ZodType);
  return origin === 'code' || node.kind !== 'leaf' || node.form.data !== undefined;
};

const readKey = (group: object, key: string, path: OptionPath, { faults }: Reading): unknown => {
  try {
    return (group as Readonly<Record<string, unknown>>)[key];
  } catch (error) {
    faults.push({ path, message: `it cannot be read: ${messageOf(error)}` });
    return undefined;
  }
};

const MAX_DEPTH = 4;

/** Arrays and plain objects are copied, a regular expression too: it keeps a position. What has methods is what it is. */
const copyOfData = (value: unknown, depth = MAX_DEPTH): unknown => {
  if (types.isRegExp(value)) return new RegExp(value.source, value.flags);
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => copyOfData(each, depth - 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value);
  if (entries.some(([, each]) => typeof each === 'function')) return value;
  return Object.fromEntries(entries.map(([key, each]) => [key, copyOfData(each, depth - 1)]));
};

const valueAt = (value: unknown, path: OptionPath): unknown => {
  try {
    return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
  } catch {
    return undefined; // it was read once, and would not be so again
  }
};

/** Of each place the first. */
const unique = (faults: readonly Fault[]): readonly Fault[] => {
  const seen = new Map<string, Fault>();
  for (const fault of faults) {
    const key = fault.path.map(String).join('.');
    if (!seen.has(key)) seen.set(key, fault);
  }
  return [...seen.values()];
};
