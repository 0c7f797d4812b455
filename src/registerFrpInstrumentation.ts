import type { FrpInstrumentationOptions } from './config/FrpInstrumentationOptions.js';
import { readConfiguration } from './config/readConfiguration.js';
import type { FrpInstrumentationHandle } from './FrpInstrumentationHandle.js';
import { observe } from './observe.js';
import { observeSpawn } from './sources/children/observeSpawn.js';
import { watchSpawns } from './sources/children/watchSpawns.js';
import { log } from './telemetry/log.js';
import { sdkDisabled } from './telemetry/providers/environment.js';

let registered: FrpInstrumentationHandle | undefined;

/**
 * Observes every frps and frpc that this program spawns from now on, however it does: their output, config file, API,
 * connections and resources become metrics, log records and spans. Nothing about the child processes changes.
 *
 * Without options and without an SDK in the program it exports by OTLP as `OTEL_*` says. While it is registered, a further
 * call gives the same handle. With `OTEL_SDK_DISABLED=true` it does nothing.
 *
 * @throws FrpOptionsError when an option is not what it should be; nothing is thrown later
 */
export const registerFrpInstrumentation = (options: FrpInstrumentationOptions = {}): FrpInstrumentationHandle => {
  const config = readConfiguration(options, process.env);
  if (registered !== undefined) {
    if (Object.keys(options).length > 0)
      log.warn('it is registered already: the options of a further call have no effect');
    return registered;
  }
  if (sdkDisabled(process.env)) return disabled;

  const observation = observe(config, ({ add, guard }) =>
    watchSpawns(
      guard((spawn) => add((options) => observeSpawn(spawn, { ...options, guard }))),
      config.executableNames,
    ),
  );
  const handle: FrpInstrumentationHandle = {
    ...observation,
    get metricsUrl() {
      return observation.metricsUrl;
    },
    shutdown: async () => {
      await observation.shutdown();
      if (registered === handle) registered = undefined;
    },
    [Symbol.asyncDispose]: () => handle.shutdown(),
  };
  registered = handle;
  return handle;
};

const disabled: FrpInstrumentationHandle = {
  snapshot: () => Object.freeze({ instances: Object.freeze([]) }),
  on: () => () => {},
  metricsUrl: undefined,
  forceFlush: async () => {},
  shutdown: async () => {},
  [Symbol.asyncDispose]: async () => {},
};
