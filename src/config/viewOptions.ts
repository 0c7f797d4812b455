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

type ViewInFile = z.output<typeof viewInFile>;

const written = new WeakMap<object, ViewInFile>();

/** A view as its file or variable has it; undefined of one that is made in code. */
export const viewAsWritten = (view: object): object | undefined => written.get(view);

const viewOf = (inFile: ViewInFile): Partial<ViewOptions> => {
  const { attributeKeys, drop, ...rest } = inFile;
  const view: Partial<ViewOptions> = {
    ...(rest as ViewOptions),
    ...(attributeKeys && { attributesProcessors: [createAllowListAttributesProcessor(attributeKeys)] }),
    ...(drop && { aggregation: { type: AggregationType.DROP } }),
  };
  written.set(view, inFile);
  return view;
};

/** A view of the SDK, or its form in a config file. What it says is checked where all metrics are known. */
export const viewOptions = () =>
  leaf<ViewOptions>(isTable, {
    allowed: 'a view: an object with instrumentName and what becomes of it',
    data: viewInFile,
    fromData: (value) => viewOf(value as ViewInFile),
  });
