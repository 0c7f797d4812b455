import * as z from 'zod';
import { allowedAt, formOf, isFlagGroup, type OptionForm } from './optionForms.js';

/** What stands at one place of the schema. */
export type OptionNode =
  | { readonly kind: 'leaf'; readonly schema: z.core.$ZodType; readonly form: OptionForm }
  | {
      readonly kind: 'list';
      readonly item: z.core.$ZodType;
      readonly allowed: string;
      readonly min: number;
      readonly max: number;
    }
  | {
      readonly kind: 'group';
      readonly shape: Readonly<Record<string, z.core.$ZodType>>;
      readonly isFlag: boolean;
      readonly allowed: string;
    };

/** What is around a check, such as a default, does not matter here. */
export const nodeOf = (schema: z.core.$ZodType): OptionNode => {
  const form = formOf(schema);
  if (form !== undefined) return { kind: 'leaf', schema, form };
  if (schema instanceof z.ZodObject)
    return { kind: 'group', shape: schema.shape, isFlag: isFlagGroup(schema), allowed: allowedAt(schema) };
  if (schema instanceof z.ZodArray)
    return { kind: 'list', item: schema.element, allowed: allowedAt(schema), ...lengthsOf(schema) };
  const { def } = schema._zod as {
    readonly def: { readonly out?: z.core.$ZodType; readonly innerType?: z.core.$ZodType };
  };
  const inner = def.out ?? def.innerType;
  if (inner === undefined) throw new TypeError('expected a schema that is made of optionForms');
  return nodeOf(inner);
};

const lengthsOf = (schema: z.ZodArray): { readonly min: number; readonly max: number } => {
  const checks = (schema.def.checks ?? []).map((check) => check._zod.def as { minimum?: number; maximum?: number });
  return {
    min: checks.find(({ minimum }) => minimum !== undefined)?.minimum ?? 0,
    max: checks.find(({ maximum }) => maximum !== undefined)?.maximum ?? Number.POSITIVE_INFINITY,
  };
};

/** The default of an option; undefined where it has none. */
export const defaultOf = (schema: z.core.$ZodType): unknown =>
  schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;

/** What it does, in one sentence. */
export const descriptionOf = (schema: z.core.$ZodType): string => z.globalRegistry.get(schema)?.description ?? '';

/** Whether it must be there where its group is. */
export const isRequired = (schema: z.core.$ZodType): boolean => {
  const { type } = schema._zod.def;
  return type === 'custom' || type === 'array' || type === 'object';
};
