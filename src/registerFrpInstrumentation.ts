import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { FrpInstrumentationOptions } from './config/FrpInstrumentationOptions.js';
import { parseOptions } from './config/parseOptions.js';
import { EventListeners } from './EventListeners.js';
import type { FrpInstrumentationHandle } from './FrpInstrumentationHandle.js';
import { FrpModel } from './model/FrpModel.js';
import type { FrpSignal, SourceChanged } from './model/FrpSignal.js';
import type { FrpSnapshot } from './model/FrpSnapshot.js';
import { observeSpawn } from './sources/observeSpawn.js';
import type { Source } from './sources/Source.js';
import { watchSpawns } from './sources/watchSpawns.js';
import { activeSource } from './telemetry/activeSource.js';
import { log } from './telemetry/log.js';
import { sdkDisabled } from './telemetry/providers/environment.js';
import { Telemetry } from './telemetry/Telemetry.js';
import { withinDeadline } from './telemetry/withinDeadline.js';

/** How long a flush waits for sources that do not answer. */
const LAST_LOOK_MILLIS = 3_000;

let registered: FrpInstrumentationHandle | undefined;

/**
 * Observes every frps and frpc that this program spawns from now on, however it does: their output, config file, API and
 * resources become metrics, log records and spans. Nothing about the child processes changes.
 *
 * Without options and without an SDK in the program it exports by OTLP as `OTEL_*` says. While it is registered, a further
 * call gives the same handle. With `OTEL_SDK_DISABLED=true` it does nothing.
 *
 * @throws FrpOptionsError when an option is not what it should be; nothing is thrown later
 */
export const registerFrpInstrumentation = (options: FrpInstrumentationOptions = {}): FrpInstrumentationHandle => {
  const config = parseOptions(options);
  if (registered !== undefined) {
    if (Object.keys(options).length > 0)
      log.warn('it is registered already: the options of a further call have no effect');
    return registered;
  }
  if (sdkDisabled(process.env)) return disabled;

  // sources -> signals -> state -> telemetry
  const model = new FrpModel(config);
  const snapshot = (): FrpSnapshot => {
    model.forget(Date.now());
    return model.snapshot();
  };
  const telemetry = new Telemetry({ ...config, env: process.env }, { snapshot });
  const listeners = new EventListeners((error, kind) => log.error(`a listener of ${kind} failed`, error));
  const receive = guard((signal: FrpSignal): void => {
    // Also where nobody collects metrics, what is gone is forgotten in time.
    if (signal.kind === 'process.started' || signal.kind === 'process.sampled') model.forget(signal.time);
    const events = model.apply(signal);
    const subject = model.identityOf(signal.target);
    if (subject === undefined) return;
    if (signal.kind === 'source.changed') say(signal, subject.instance);
    telemetry.receive(signal, subject, events);
    for (const event of events) listeners.tell(event);
  });

  const observed = new Set<Source>();
  let targets = 0;
  const spawns = watchSpawns(
    guard((spawn) => {
      const source: Source = observeSpawn(spawn, {
        target: ++targets,
        intervalMillis: config.collectionIntervalMillis,
        apiTimeoutMillis: config.apiTimeoutMillis,
        untraced,
        guard,
        emit: receive,
        onEnd: () => observed.delete(source),
      });
      observed.add(source);
    }),
  );
  activeSource.set({ snapshot });

  const refresh = async (): Promise<void> => {
    const looks = Promise.all([...observed].map((source) => source.refresh?.()));
    await withinDeadline('a last look at the sources', LAST_LOOK_MILLIS, looks);
  };
  const shutdown = async (): Promise<void> => {
    await refresh();
    spawns.stop();
    for (const source of observed) source.stop();
    await telemetry.shutdown();
    activeSource.set(undefined);
    if (registered === handle) registered = undefined;
  };
  let shutDown: Promise<void> | undefined;
  const handle: FrpInstrumentationHandle = {
    snapshot,
    on: (kind, listener) => listeners.add(kind, listener),
    get metricsUrl() {
      return telemetry.metricsUrl;
    },
    forceFlush: async () => {
      await refresh();
      await telemetry.forceFlush();
    },
    shutdown: () => {
      shutDown ??= shutdown();
      return shutDown;
    },
    [Symbol.asyncDispose]: () => handle.shutdown(),
  };
  registered = handle;
  return handle;
};

/** A fault of ours is said and goes no further: not into the program, not into frp. */
const guard =
  <Args extends unknown[]>(callback: (...args: Args) => void) =>
  (...args: Args): void => {
    try {
      callback(...args);
    } catch (error) {
      log.error('a fault of the frp instrumentation, which goes on', error);
    }
  };

/** Our own requests to frps's API are no spans of the program. */
const untraced = <Result>(request: () => Promise<Result>): Promise<Result> =>
  context.with(suppressTracing(context.active()), request);

/** Each change of a source once: what is missing with what to do about it. */
const say = ({ source, state, reason }: SourceChanged, instance: string): void => {
  const message = `${instance}: ${source}: ${reason ?? state}`;
  if (state === 'degraded') log.warn(message);
  else log.info(message);
};

const disabled: FrpInstrumentationHandle = {
  snapshot: () => Object.freeze({ instances: Object.freeze([]) }),
  on: () => () => {},
  metricsUrl: undefined,
  forceFlush: async () => {},
  shutdown: async () => {},
  [Symbol.asyncDispose]: async () => {},
};
