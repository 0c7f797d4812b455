import { resolve } from 'node:path';
import { checkAlertRules } from '../alerts/checkAlertRules.js';
import { log } from '../telemetry/log.js';
import { checkDerivedRules } from '../telemetry/views/checkDerivedRules.js';
import { checkViews } from '../telemetry/views/checkViews.js';
import { optionVariables, readEnvironment, unknownVariables, variableName } from './environmentOptions.js';
import { type Fault, messageOf, type OptionPath, showKey, showPath, visible } from './Fault.js';
import { FrpOptionsError } from './FrpInstrumentationOptions.js';
import { describeFault, type Layer, layerOf, mergeLayers } from './Layer.js';
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
export const configurationOf = (layers: readonly Layer[]): Configuration =>
  atTheDoor(() => {
    refuse(layers.flatMap((layer) => layer.faults.map((fault) => ({ fault, layer }))));
    const merged = mergeLayers(optionsSchema, layers);
    const placed = (fault: Fault): PlacedFault => ({
      fault,
      layer: merged.nearestLayer(fault.path) ?? (layers[0] as Layer),
    });
    refuse(faultsOf(optionsSchema, merged.value).map(placed));
    const config = optionsSchema.parse(merged.value) as FrpInstrumentationConfig;
    refuse([...faultsOfFiles(config), ...faultsOfMetrics(config)].map(faultIn).map(placed));
    refuse(checkAlertRules(config.alertRules, config).map(placed));
    return {
      config,
      placeOf: (path) => merged.layerOf(path)?.placeOf(path, true),
    };
  });

/** Whatever else is thrown while options are read is a fault of these, too. */
const atTheDoor = <Result>(read: () => Result): Result => {
  try {
    return read();
  } catch (error) {
    if (error instanceof FrpOptionsError) throw error;
    throw new FrpOptionsError(`options: they cannot be read: ${messageOf(error)}`);
  }
};

const faultIn = (text: string): Fault => {
  const [, path = '', message = ''] = /^(.+?): (.*)$/s.exec(text) ?? [];
  return { path: path.split('.'), message };
};

const faultsOfFiles = ({ stateDirectory, alerts }: FrpInstrumentationConfig): readonly string[] => [
  ...faultsOfPath('stateDirectory', stateDirectory),
  ...faultsOfPath('alerts.historyFile', alerts?.historyFile),
];

/** The working folder may be gone. */
const faultsOfPath = (option: string, path = '/'): readonly string[] => {
  try {
    resolve(path);
    return [];
  } catch (error) {
    return [`${option}: expected an absolute path where there is no working folder: ${messageOf(error)}`];
  }
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

/** @throws FrpOptionsError for a file that cannot be read */
export const readLayers = (options: unknown, env: Environment, defaults: unknown = {}): readonly Layer[] =>
  atTheDoor(() => {
    sayUnknown(env);
    const file = env[CONFIG_VARIABLE]?.trim();
    return [
      optionsLayer(options),
      layerOf(optionsSchema, readEnvironment(VARIABLES, env), 'data', placeOfVariable),
      ...(file ? [fileLayer(file)] : []),
      optionsLayer(defaults),
    ];
  });

export const optionsLayer = (options: unknown): Layer =>
  layerOf(optionsSchema, options, 'code', (path, isOfKey) => (isOfKey ? '' : showPath(path) || 'options'));

const placeOfVariable = (path: OptionPath): string => {
  const names = path.map(String);
  // The nearest: those of a group come behind the one that is the group's own.
  const of = VARIABLES.findLast((variable) => variable.path.every((name, index) => names[index] === name));
  const below = showPath(names.slice(of?.path.length));
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

interface PlacedFault {
  readonly fault: Fault;
  readonly layer: Layer;
}

/** A line is looked for in the whole file: only of those that are told. */
const refuse = (faults: readonly PlacedFault[]): void => {
  if (faults.length === 0) return;
  const told = faults.slice(0, MAX_FAULTS).map(({ fault, layer }) => describeFault(fault, layer));
  const more = faults.length - told.length;
  throw new FrpOptionsError(...(more > 0 ? [...told, `and ${more} more`] : told).map(visible));
};

// Each environment is read as often as somebody registers.
const said = new WeakMap<Environment, Set<string>>();

const sayUnknown = (env: Environment): void => {
  const before = said.get(env) ?? new Set();
  said.set(env, before);
  for (const name of unknownVariables(VARIABLES, env).filter((each) => !before.has(each))) {
    before.add(name);
    log.warn(
      `${showKey(name)}: there is no such variable, and it is not read: docs/configuration.md has all that there are`,
    );
  }
};
