import type { SeriesCondition } from '../telemetry/catalogue/derivedMetrics.js';
import { group, isTable, leaf, listOf, oneOf, text, textOrNothing, wholeNumber } from './optionForms.js';

const MAX_NAME = 255;
const MAX_NAMES = 128;

const nameOrNames = () =>
  leaf<string | string[]>((value) => isName(value) || (Array.isArray(value) && value.length > 0 && isNames(value)), {
    allowed: `the name of a metric, or an array of 1 to ${MAX_NAMES} names`,
    data: {
      anyOf: [
        { type: 'string', minLength: 1, maxLength: MAX_NAME },
        {
          type: 'array',
          items: { type: 'string', minLength: 1, maxLength: MAX_NAME },
          minItems: 1,
          maxItems: MAX_NAMES,
        },
      ],
    },
  });

const isName = (value: unknown): boolean => typeof value === 'string' && value.length >= 1 && value.length <= MAX_NAME;
const isNames = (value: readonly unknown[]): boolean => value.length <= MAX_NAMES && value.every(isName);

const condition = () =>
  leaf<SeriesCondition>(
    (value) =>
      isTable(value) &&
      isNames(Object.keys(value)) &&
      Object.values(value).every(
        (each) => typeof each === 'boolean' || (typeof each === 'string' && each.length <= 1_023),
      ),
    {
      allowed: 'an object of attributes, each with its value, true (any) or false (none)',
      data: { type: 'object', additionalProperties: { type: ['string', 'boolean'] } },
    },
  );

/** A metric that is computed from others, as data: in code and in a config file. */
export const derivedRule = group(
  {
    name: text(MAX_NAME).describe('The name of the new metric.'),
    unit: textOrNothing(63).describe('Its unit.'),
    description: textOrNothing(1_023).describe('What it says.'),
    of: nameOrNames().describe('The counters, or for `mean` the histograms, that it is computed from.'),
    keep: listOf(text(MAX_NAME), 'names of attributes', 0, MAX_NAMES).describe('The attributes that are kept.'),
    compute: oneOf('rate', 'increase', 'ratio', 'mean').describe('What is computed.'),
    where: condition().optional().describe('Which series count; without, all.'),
    part: condition().optional().describe('For `ratio`: the series that are the part, of those that count.'),
    atLeast: wholeNumber(0, 1_000_000).optional().describe('For `ratio`: it is 0 while the part has grown by less.'),
    windowMillis: wholeNumber(1_000, 3_600_000)
      .optional()
      .describe('Milliseconds of the sliding window; a minute for `rate`, else five.'),
  },
  'an object with name, unit, description, of, keep and compute',
);
