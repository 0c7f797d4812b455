import type { FrpInstrumentationOptions } from './config/FrpInstrumentationOptions.js';
import { readConfiguration } from './config/readConfiguration.js';
import type { FrpInstrumentationHandle } from './observation/FrpInstrumentationHandle.js';
import { joinObservation, presentObservation } from './observation/sharedObservation.js';
import { log } from './telemetry/log.js';
import { sdkDisabled } from './telemetry/providers/environment.js';

/**
 * Observes every frps and frpc that this program spawns from now on, however it does: their output, config file, API,
 * connections and resources become metrics, log records and spans. Nothing about the child processes changes.
 *
 * Without options and without an SDK in the program it exports by OTLP as `OTEL_*` says. While it is registered, by whatever
 * way in, a further call gives the same handle. With `OTEL_SDK_DISABLED=true` it does nothing.
 *
 * @throws FrpOptionsError when an option is not what it should be; nothing is thrown later
 */
export const registerFrpInstrumentation = (options: FrpInstrumentationOptions = {}): FrpInstrumentationHandle => {
  const config = readConfiguration(options, process.env);
  if (presentObservation() !== undefined && Object.keys(options).length > 0) {
    log.warn('it is registered already: the options of a further call have no effect');
  }
  if (sdkDisabled(process.env)) return presentObservation()?.handle ?? disabled;
  const shared = joinObservation(config, { ownProviders: true });
  shared?.hold(registerFrpInstrumentation);
  return shared?.handle ?? disabled;
};

const disabled: FrpInstrumentationHandle = {
  snapshot: () => Object.freeze({ instances: Object.freeze([]) }),
  on: () => () => {},
  alerts: () => Object.freeze([]),
  observe: () => Object.freeze({ id: 0, instance: undefined }),
  unobserve: () => {},
  record: () => {},
  metricsUrl: undefined,
  forceFlush: async () => {},
  shutdown: async () => {},
  [Symbol.asyncDispose]: async () => {},
};
