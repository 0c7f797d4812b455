import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { FrpInstrumentationConfig } from './config/parseOptions.js';
import { EventListeners } from './EventListeners.js';
import type { FrpInstrumentationHandle } from './FrpInstrumentationHandle.js';
import { FrpModel } from './model/FrpModel.js';
import type { FrpSignal, SourceChanged } from './model/FrpSignal.js';
import type { FrpSnapshot } from './model/FrpSnapshot.js';
import type { ObserveOptions } from './sources/observeProcess.js';
import type { Source } from './sources/Source.js';
import { SocketWatch } from './sources/sockets/SocketWatch.js';
import { activeSource } from './telemetry/activeSource.js';
import { log } from './telemetry/log.js';
import { Telemetry } from './telemetry/Telemetry.js';
import { withinDeadline } from './telemetry/withinDeadline.js';

/** How long a flush waits for sources that do not answer. */
const LAST_LOOK_MILLIS = 3_000;

/** What the way in to frp's processes is given: it finds them, and observes each. */
export interface Observer {
  /** Observes one more, from now until `onEnd` is called or all is stopped. */
  readonly add: (start: (options: ObserveOptions & { readonly onEnd: () => void }) => Source) => void;
  /** Wraps what runs on the program's stack, so that a fault of ours stays ours. */
  readonly guard: typeof guard;
}

/**
 * Puts the parts together: sources -> signals -> state -> telemetry.
 *
 * @param find starts to look for frp's processes
 */
export const observe = (
  config: FrpInstrumentationConfig,
  find: (observer: Observer) => Source,
): Omit<FrpInstrumentationHandle, typeof Symbol.asyncDispose> => {
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
    if (signal.kind === 'log.line' && signal.replayed) return; // it shows what is, and is no news
    telemetry.receive(signal, subject, events);
    for (const event of events) listeners.tell(event);
  });

  const sockets = new SocketWatch({ intervalMillis: config.collectionIntervalMillis });
  const observed = new Set<Source>();
  let targets = 0;
  const found = find({
    guard,
    add: (start) => {
      const source: Source = start({
        target: ++targets,
        intervalMillis: config.collectionIntervalMillis,
        apiTimeoutMillis: config.apiTimeoutMillis,
        untraced,
        emit: receive,
        sockets,
        delivered: () => telemetry.delivered(),
        onEnd: () => observed.delete(source),
      });
      observed.add(source);
    },
  });
  activeSource.set({ snapshot });

  const refresh = async (): Promise<void> => {
    await withinDeadline('a last look for processes', LAST_LOOK_MILLIS, Promise.resolve(found.refresh?.()));
    const looks = Promise.all([...observed].map((source) => source.refresh?.()));
    await withinDeadline('a last look at the sources', LAST_LOOK_MILLIS, looks);
  };
  const shutdown = async (): Promise<void> => {
    await refresh();
    found.stop();
    for (const source of observed) source.stop();
    sockets.stop();
    await telemetry.shutdown();
    activeSource.set(undefined);
  };
  let shutDown: Promise<void> | undefined;
  return {
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
  };
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
