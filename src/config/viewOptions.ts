import { AggregationType, createAllowListAttributesProcessor, type ViewOptions } from '@opentelemetry/sdk-metrics';
import type * as z from 'zod';
import { flag, group, isTable, leaf, listOf, text, textOrNothing } from './optionForms.js';

const MAX_NAME = 255;
const MAX_DESCRIPTION = 1_023;
const MAX_KEYS = 128;

/** What can be said of a view in data. */
const viewInFile = group(
  {
    instrumentName: text(MAX_NAME).describe('Which metric; `*` stands for any letters.'),
    name: text(MAX_NAME).optional().describe('Its new name.'),
    description: textOrNothing(MAX_DESCRIPTION).optional().describe('Its new description.'),
    attributeKeys: listOf(text(MAX_NAME), 'names of attributes', 0, MAX_KEYS)
      .optional()
      .describe('The attributes that are kept; what falls together without the others is added up.'),
    drop: flag().optional().describe('Whether the metric is left out altogether.'),
  },
  'an object with instrumentName, and name, description, attributeKeys or drop',
);

const viewOf = ({ attributeKeys, drop, ...view }: z.output<typeof viewInFile>): Partial<ViewOptions> => ({
  ...(view as ViewOptions),
  ...(attributeKeys && { attributesProcessors: [createAllowListAttributesProcessor(attributeKeys)] }),
  ...(drop && { aggregation: { type: AggregationType.DROP } }),
});

/** A view of the SDK, or its form in a config file. What it says is checked where all metrics are known. */
export const viewOptions = () =>
  leaf<ViewOptions>(isTable, {
    allowed: 'a view: an object with instrumentName and what becomes of it',
    data: viewInFile,
    fromData: (value) => viewOf(value as z.output<typeof viewInFile>),
  });
