import type * as z from 'zod';
import { type Fault, type OptionPath, showKey } from './Fault.js';
import { nodeOf } from './optionNode.js';
import { type Given, type Origin, readGiven } from './readGiven.js';

/** Options of one place: what a program passes, the environment, a file. */
export interface Layer extends Given {
  /** Where an option stands, for a message: its own name, a variable, `file:line`. */
  readonly placeOf: (path: OptionPath, isOfKey: boolean) => string;
}

export const layerOf = (schema: z.ZodType, given: unknown, origin: Origin, placeOf: Layer['placeOf']): Layer => ({
  ...readGiven(schema, given, origin),
  placeOf,
});

/** Options of all layers, and of each which one it is of. */
export interface Merged {
  readonly value: unknown;
  /** Undefined where it is in none: a default. */
  readonly layerOf: (path: OptionPath) => Layer | undefined;
  /** Of what is missing, the layer that has something beside it. */
  readonly nearestLayer: (path: OptionPath) => Layer | undefined;
}

/** The first layer that has an option wins; of a list as a whole, of a group option by option. */
export const mergeLayers = (schema: z.ZodType, layers: readonly Layer[]): Merged => {
  const sources = new Map<string, Layer>();
  const from = layers.map((layer) => ({ layer, value: layer.value }));
  const value = mergeAt(schema, from, [], sources);
  return {
    value,
    layerOf: (path) => sources.get(keyOf(path)),
    nearestLayer: (path) => {
      for (let length = path.length; length > 0; length -= 1) {
        const layer = sources.get(keyOf(path.slice(0, length)));
        if (layer !== undefined) return layer;
      }
      return undefined;
    },
  };
};

const keyOf = (path: OptionPath): string => path.map(String).join('.');

interface Candidate {
  readonly layer: Layer;
  readonly value: unknown;
}

const mergeAt = (
  schema: z.core.$ZodType,
  candidates: readonly Candidate[],
  path: OptionPath,
  sources: Map<string, Layer>,
): unknown => {
  const given = candidates.filter(({ value }) => value !== undefined);
  const [first] = given;
  if (first === undefined) return undefined;
  sources.set(keyOf(path), first.layer);
  const node = nodeOf(schema);
  if (node.kind !== 'group' || first.value === false) return first.value;
  // `true` adds nothing to what is below it, and `false` hides that.
  const off = given.findIndex(({ value }) => value === false);
  const groups = (off === -1 ? given : given.slice(0, off)).filter(({ value }) => value !== true);
  return Object.fromEntries(
    Object.entries(node.shape).flatMap(([key, inner]) => {
      const below = groups.map(({ layer, value }) => ({
        layer,
        value: (value as Readonly<Record<string, unknown>>)[key],
      }));
      const merged = mergeAt(inner, below, [...path, key], sources);
      return merged === undefined ? [] : [[key, merged]];
    }),
  );
};

/** What is wrong in one layer, with the place where it stands. */
export const describeFault = ({ path, message, isOfKey = false }: Fault, { placeOf, value }: Layer): string => {
  const place = placeOf(path, isOfKey);
  const text = `${message}${ofAlertRule(path, value)}`;
  return place === '' ? text : `${place}: ${text}`;
};

/** The rule that a fault is of, by its name: an index says little in a list of many. */
const ofAlertRule = ([option, list, index]: OptionPath, value: unknown): string => {
  if (option !== 'alertRules' || list === undefined || index === undefined) return '';
  const lists = (value as { readonly alertRules?: Readonly<Record<PropertyKey, unknown>> } | undefined)?.alertRules;
  const rule = (lists?.[list] as Readonly<Record<PropertyKey, unknown>> | undefined)?.[index];
  const { name, rule: overridden } = (rule ?? {}) as { readonly name?: unknown; readonly rule?: unknown };
  const text = name ?? overridden;
  return typeof text === 'string' && text !== '' ? ` (rule ${showKey(text)})` : '';
};
