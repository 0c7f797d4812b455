import type * as z from 'zod';
import { optionVariables } from './environmentOptions.js';
import { defaultOf, descriptionOf, isRequired, nodeOf } from './optionNode.js';
import { optionsSchema } from './optionsSchema.js';

/** An option as a table shows it. */
export interface OptionRow {
  /** `probes.targets[].url` */
  readonly option: string;
  /** Undefined where it is part of a list, or is given in code only. */
  readonly variable: string | undefined;
  readonly isInFile: boolean;
  readonly allowed: string;
  /** Undefined where it has none. */
  readonly byDefault: unknown;
  /** Whether it must be there where its group is. */
  readonly isRequired: boolean;
  readonly description: string;
}

/** Every option, in the order of the schema. */
export const optionRows = (): readonly OptionRow[] => rowsOf(optionsSchema, '');

const VARIABLES = new Map(optionVariables(optionsSchema).map(({ name, path }) => [path.join('.'), name]));

const rowsOf = (schema: z.core.$ZodType, option: string): readonly OptionRow[] => {
  const node = nodeOf(schema);
  const row = (allowed: string, isInFile = true): OptionRow => ({
    option,
    variable: VARIABLES.get(option),
    isInFile,
    allowed,
    byDefault: defaultOf(schema),
    isRequired: isRequired(schema),
    description: descriptionOf(schema),
  });
  switch (node.kind) {
    case 'leaf': {
      const { data, allowed } = node.form;
      const inner = data !== undefined && '_zod' in data ? rowsOf(data as z.ZodObject, option).slice(1) : [];
      return [row(allowed, data !== undefined), ...inner];
    }
    case 'list': {
      const [, ...inner] = rowsOf(node.item, `${option}[]`);
      const count = node.min > 0 ? `${node.min} to ${node.max}` : `up to ${node.max}`;
      return [row(`an array of ${count}`), ...inner];
    }
    case 'group': {
      const inner = Object.entries(node.shape).flatMap(([key, each]) =>
        rowsOf(each, option ? `${option}.${key}` : key),
      );
      return option === '' ? inner : [row(node.isFlag ? 'true, false or a group' : 'a group'), ...inner];
    }
  }
};
