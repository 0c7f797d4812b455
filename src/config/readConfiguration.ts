import { log } from '../telemetry/log.js';
import { checkDerivedRules } from '../telemetry/views/checkDerivedRules.js';
import { checkViews } from '../telemetry/views/checkViews.js';
import { optionVariables, readEnvironment, unknownVariables, variableName } from './environmentOptions.js';
import { messageOf, type OptionPath, show, showPath, visible } from './Fault.js';
import { FrpOptionsError } from './FrpInstrumentationOptions.js';
import { describeFault, type Layer, layerOf, type Merged, mergeLayers } from './Layer.js';
import { type FrpInstrumentationConfig, optionsSchema } from './optionsSchema.js';
import { readConfigFile } from './readConfigFile.js';
import { faultsOf } from './readGiven.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The file that is read below the environment. */
export const CONFIG_VARIABLE = 'FRP_OTEL_CONFIG';

const VARIABLES = optionVariables(optionsSchema);

/**
 * Options, else `FRP_OTEL_*`, else the config file that `FRP_OTEL_CONFIG` names, else the defaults.
 *
 * @param defaults options that win over the defaults of the schema only
 * @throws FrpOptionsError naming every option that is wrong, and where it stands
 */
export const readConfiguration = (
  options: unknown,
  env: Environment,
  defaults: unknown = {},
): FrpInstrumentationConfig => configurationOf(readLayers(options, env, defaults)).config;

/** A configuration, and of each option where it stands; undefined for a default. */
export interface Configuration {
  readonly config: FrpInstrumentationConfig;
  readonly placeOf: (path: OptionPath) => string | undefined;
}

/** @throws FrpOptionsError as {@link readConfiguration} */
export const configurationOf = (layers: readonly Layer[]): Configuration => {
  refuse(layers.flatMap((layer) => layer.faults.map((fault) => describeFault(fault, layer))));
  const merged = mergeLayers(optionsSchema, layers);
  refuse(
    faultsOf(optionsSchema, merged.value).map((fault) => describeFault(fault, ofFault(fault.path, merged, layers))),
  );
  const config = optionsSchema.parse(merged.value) as FrpInstrumentationConfig;
  refuse(
    faultsOfMetrics(config).map((text) => {
      const [, path = '', message = ''] = /^(.+?): (.*)$/s.exec(text) ?? [];
      const fault = { path: path.split('.'), message };
      return describeFault(fault, ofFault(fault.path, merged, layers));
    }),
  );
  return {
    config,
    placeOf: (path) => merged.layerOf(path)?.placeOf(path, true),
  };
};

/** What takes the catalogue to tell; each begins with the path of its option. */
const faultsOfMetrics = ({ views, derivedMetrics, ...options }: FrpInstrumentationConfig): readonly string[] => {
  const hasProxyAttributes = options.recordProxyOwner || options.proxyAttributesHook !== undefined;
  try {
    const faults = checkDerivedRules(derivedMetrics, { hasProxyAttributes });
    return faults.length > 0 ? faults : checkViews(views, derivedMetrics);
  } catch (error) {
    return [`views: it cannot be read: ${messageOf(error)}`]; // a processor or an aggregation of the program
  }
};

const ofFault = (path: OptionPath, merged: Merged, layers: readonly Layer[]): Layer =>
  merged.nearestLayer(path) ?? (layers[0] as Layer);

export const readLayers = (options: unknown, env: Environment, defaults: unknown = {}): readonly Layer[] => {
  sayUnknown(env);
  const file = env[CONFIG_VARIABLE]?.trim();
  return [
    optionsLayer(options),
    layerOf(optionsSchema, readEnvironment(VARIABLES, env), 'data', placeOfVariable),
    ...(file ? [fileLayer(file)] : []),
    optionsLayer(defaults),
  ];
};

export const optionsLayer = (options: unknown): Layer =>
  layerOf(optionsSchema, options, 'code', (path, isOfKey) => (isOfKey ? '' : showPath(path) || 'options'));

const placeOfVariable = (path: OptionPath): string => {
  const names = path.map(String);
  // The nearest: those of a group come behind the one that is the group's own.
  const of = VARIABLES.findLast((variable) => variable.path.every((name, index) => names[index] === name));
  const below = names.slice(of?.path.length).join('.');
  const name = of?.name ?? variableName(names);
  return below === '' ? name : `${name}: ${below}`;
};

const fileLayer = (path: string): Layer => {
  const { value, placeOf } = readConfigFile(path);
  return layerOf(optionsSchema, value, 'data', (at, isOfKey) =>
    isOfKey || at.length === 0 ? placeOf(at) : `${placeOf(at)}: ${showPath(at)}`,
  );
};

const MAX_FAULTS = 20;

const refuse = (faults: readonly string[]): void => {
  if (faults.length === 0) return;
  const more = faults.length - MAX_FAULTS;
  const all = more > 0 ? [...faults.slice(0, MAX_FAULTS), `and ${more} more`] : faults;
  throw new FrpOptionsError(...all.map(visible));
};

// Each environment is read as often as somebody registers.
const said = new WeakMap<Environment, Set<string>>();

const sayUnknown = (env: Environment): void => {
  const before = said.get(env) ?? new Set();
  said.set(env, before);
  for (const name of unknownVariables(VARIABLES, env).filter((each) => !before.has(each))) {
    before.add(name);
    log.warn(
      `${show(name, [])}: there is no such variable, and it is not read: docs/configuration.md has all that there are`,
    );
  }
};
