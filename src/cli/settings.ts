import type { FrpInstrumentationOptions } from '../config/FrpInstrumentationOptions.js';
import type { FrpInstrumentationConfig } from '../config/parseOptions.js';
import { CONFIG_VARIABLE, readConfiguration } from '../config/readConfiguration.js';
import type { CommandOption, Io } from './Command.js';
import type { Targets } from './targets.js';

/** `--settings` of every command that observes. */
export const SETTINGS_OPTION = {
  type: 'string',
  value: 'FILE',
  help: 'a config file of our own, not of frp: YAML, JSON or TOML; $FRP_OTEL_CONFIG by default. FRP_OTEL_* win over it, and options over both',
} as const satisfies CommandOption;

/** Options of a command line; one that was not given is undefined. */
export type GivenOptions = {
  readonly [Name in keyof FrpInstrumentationOptions]?: FrpInstrumentationOptions[Name] | undefined;
};

/**
 * What a command is told: on its command line, else by `FRP_OTEL_*`, else by the config file, else what it does by default.
 *
 * @throws FrpOptionsError
 */
export const readSettings = (
  given: GivenOptions,
  env: Io['env'],
  { file, defaults = {} }: { readonly file?: string | undefined; readonly defaults?: GivenOptions } = {},
): FrpInstrumentationConfig =>
  readConfiguration(given, file === undefined ? env : { ...env, [CONFIG_VARIABLE]: file }, defaults);

/** For a look that leaves nothing behind: nothing is served, probed or kept, and nobody is told. */
export const readLookSettings = (
  { serverName, sockets }: Targets,
  env: Io['env'],
  intervalMillis: number,
): FrpInstrumentationConfig => ({
  ...readSettings({ collectionIntervalMillis: intervalMillis, serverName, sockets: sockets ? undefined : false }, env),
  prometheus: undefined,
  alerts: undefined,
  probes: undefined,
  stateDirectory: undefined,
});
