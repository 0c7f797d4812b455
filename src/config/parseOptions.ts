import type { FrpInstrumentationConfig } from './optionsSchema.js';
import { configurationOf, optionsLayer } from './readConfiguration.js';

export type { FrpInstrumentationConfig } from './optionsSchema.js';

/**
 * Options alone, without the environment and without a file.
 *
 * @throws FrpOptionsError naming every option that is wrong
 */
export const parseOptions = (options: unknown): FrpInstrumentationConfig =>
  configurationOf([optionsLayer(options)]).config;
