import * as z from 'zod';
import type { JsonSchema } from './optionForms.js';
import { defaultOf, descriptionOf, isRequired, nodeOf } from './optionNode.js';
import { optionsSchema } from './optionsSchema.js';

/** What a config file may hold, as a JSON Schema for editors. */
export const configFileSchema = (): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Configuration of opentelemetry-instrumentation-frp',
  ...schemaOf(optionsSchema),
});

const schemaOf = (schema: z.core.$ZodType): JsonSchema => {
  const description = descriptionOf(schema);
  const byDefault = defaultOf(schema);
  return {
    ...shapeOf(schema),
    ...(description && { description }),
    ...(byDefault !== undefined && { default: byDefault }),
  };
};

const shapeOf = (schema: z.core.$ZodType): JsonSchema => {
  const node = nodeOf(schema);
  switch (node.kind) {
    case 'leaf':
      return node.form.data instanceof z.ZodType ? shapeOf(node.form.data) : (node.form.data ?? {});
    case 'list':
      return {
        type: 'array',
        items: schemaOf(node.item),
        ...(node.min > 0 && { minItems: node.min }),
        maxItems: node.max,
      };
    case 'group': {
      const inner = Object.entries(node.shape).filter(([, each]) => isInFile(each));
      const required = inner.filter(([, each]) => isRequired(each)).map(([key]) => key);
      return {
        type: node.isFlag ? ['boolean', 'object'] : 'object',
        properties: Object.fromEntries(inner.map(([key, each]) => [key, schemaOf(each)])),
        ...(required.length > 0 && { required }),
        additionalProperties: false,
      };
    }
  }
};

const isInFile = (schema: z.core.$ZodType): boolean => {
  const node = nodeOf(schema);
  return node.kind !== 'leaf' || node.form.data !== undefined;
};
