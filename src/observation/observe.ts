import { resolve } from 'node:path';
import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { Alerts } from '../alerts/startAlerts.js';
import type { FrpInstrumentationConfig } from '../config/parseOptions.js';
import type { FrpEventSubject } from '../model/FrpEvent.js';
import { FrpModel } from '../model/FrpModel.js';
import type { FrpSignal, ProcessStarted, TargetId } from '../model/FrpSignal.js';
import type { FrpSnapshot } from '../model/FrpSnapshot.js';
import { FileCheckpoints } from '../sources/log/FileCheckpoints.js';
import { openStateFolder } from '../sources/log/openStateFolder.js';
import type { ObserveOptions } from '../sources/observeProcess.js';
import { runProbes } from '../sources/probes/runProbes.js';
import type { Emit, Source } from '../sources/Source.js';
import { SocketWatch } from '../sources/sockets/SocketWatch.js';
import { activeSource } from '../telemetry/activeSource.js';
import { log } from '../telemetry/log.js';
import { metricOptions } from '../telemetry/metricOptions.js';
import type { SnapshotSource } from '../telemetry/SnapshotSource.js';
import { Telemetry } from '../telemetry/Telemetry.js';
import type { ProgramProviders } from '../telemetry/TelemetryOptions.js';
import { withinDeadline } from '../telemetry/withinDeadline.js';
import { EventListeners } from './EventListeners.js';
import { evaluateAlerts } from './evaluateAlerts.js';
import type { FrpInstrumentationHandle } from './FrpInstrumentationHandle.js';

/** How long a flush waits for sources that do not answer. */
const LAST_LOOK_MILLIS = 3_000;

/** One that is observed. */
export interface Observed {
  readonly target: TargetId;
  /** It is observed no more, and its series end. Twice is harmless. */
  readonly release: () => void;
}

/** What the way in to frp's processes is given: it finds them, and observes each. */
export interface Observer {
  /** Observes one more, from now until `onEnd` is called, it is released or all is stopped. */
  readonly add: (start: (options: ObserveOptions & { readonly onEnd: () => void }) => Source) => Observed;
  /** The target that a process is, while it is observed. */
  readonly targetOf: (pid: number) => TargetId | undefined;
  readonly identityOf: (target: TargetId) => FrpEventSubject | undefined;
  /** Wraps what runs on the program's stack, so that a fault of ours stays ours. */
  readonly guard: typeof guard;
}

/** What can be seen of everything that is observed. */
export type Observation = Pick<
  FrpInstrumentationHandle,
  'snapshot' | 'on' | 'alerts' | 'metricsUrl' | 'forceFlush' | 'shutdown'
> & {
  /** What comes next goes to these, unless others were passed in. */
  readonly setProviders: (providers: ProgramProviders) => void;
  readonly observer: Observer;
};

/** Of whom the observation is, besides the options of a program. */
export interface ObservationOptions extends FrpInstrumentationConfig {
  /** Where `OTEL_*` is read. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Whether a signal for which the program has no provider goes to one of ours. @default true */
  readonly ownProviders?: boolean | undefined;
  /** Hears of everything, to say what matters; by default what is missing goes to OpenTelemetry's diagnostics. */
  readonly say?: ((signal: FrpSignal, subject: FrpEventSubject) => void) | undefined;
}

/**
 * Puts the parts together: sources -> signals -> state -> telemetry, and beside it state -> alerts -> telemetry.
 *
 * @param find starts to look for frp's processes
 */
export const observe = (
  { env = process.env, say = sayOnDiag, ownProviders, ...config }: ObservationOptions,
  find: (observer: Observer) => Source,
): Observation => {
  const model = new FrpModel(config);
  const snapshot = (): FrpSnapshot => {
    const time = Date.now();
    countDropped(model, telemetry, alerts, time);
    model.forget(time);
    return model.snapshot();
  };
  const metrics = metricOptions(config);
  const told = (): FrpSnapshot => alerts?.on(snapshot()) ?? snapshot();
  const source: SnapshotSource = { snapshot: told, metrics };
  const { stateDirectory } = config;
  const state = stateDirectory === undefined ? undefined : openStateFolder(resolve(stateDirectory));
  const telemetry = new Telemetry({ ...config, env, ownProviders, instanceId: state?.instanceId }, source);
  const listeners = new EventListeners((error, kind) => log.error(`a listener of ${kind} failed`, error));
  const alerts = evaluateAlerts(config, {
    snapshot: told,
    metrics,
    untraced,
    historyFolder: state?.checkpoints instanceof FileCheckpoints ? stateDirectory : undefined,
    tell: (event) => {
      telemetry.alert(event);
      listeners.tell(event);
    },
  });
  const receive = guard((signal: FrpSignal): void => {
    // Also where nobody collects metrics, what is gone is forgotten in time.
    if (signal.kind === 'process.started' || signal.kind === 'process.sampled') model.forget(signal.time);
    const events = model.apply(signal);
    const subject = model.identityOf(signal.target);
    if (subject === undefined) return;
    say(signal, subject);
    if (signal.kind === 'log.line' && signal.replayed) return; // it shows what is, and is no news
    telemetry.receive(signal, subject, events);
    for (const event of events) listeners.tell(event);
  });

  const { probes } = config;
  const emit: Emit = (signal) => {
    if (signal.kind === 'process.started' && isObservedTwice(signal)) return; // nor is what follows told of it
    receive(signal);
    if (signal.kind !== 'process.started' || probes === undefined) return;
    const { time, target } = signal;
    receive({ kind: 'source.changed', time, target, source: 'probe', state: 'ok', reason: undefined });
    probing ??= startProbes(probes); // not before: one that nobody hears of would pass for a visitor
  };
  let probing: Source | undefined;
  const startProbes = ({ targets, ...how }: NonNullable<typeof probes>): Source =>
    runProbes({
      ...how,
      probes: targets,
      untraced,
      // Which of them has the tunnel is not asked: a model passes over what it does not know.
      emit: (signal) => {
        for (const target of observed.keys()) receive({ ...signal, target });
      },
      onFault: (error) => log.error('a probe failed by a fault of the frp instrumentation, which goes on', error),
    });

  /** By whatever way it was found first: what came by another is let go. */
  const isObservedTwice = ({ pid, target }: ProcessStarted): boolean => {
    if (pid === undefined) return false;
    const first = pids.get(pid);
    if (first === undefined || !observed.has(first)) pids.set(pid, target);
    else if (first !== target) queueMicrotask(() => release(target)); // not before it is started
    return pids.get(pid) !== target;
  };
  const release = (target: TargetId): void => {
    const source = observed.get(target);
    if (source === undefined) return;
    ended(target);
    source.stop();
    const time = Date.now();
    const subject = model.identityOf(target);
    if (subject !== undefined) telemetry.released(target, subject, time);
    // Its series end as those of one that was told to; no event of it, since frp goes on.
    model.apply({ kind: 'process.exited', time, target, exitCode: undefined, exitSignal: 'SIGTERM' });
  };
  const ended = (target: TargetId): void => {
    observed.delete(target);
    for (const [pid, of] of pids) if (of === target) pids.delete(pid);
  };

  const sockets = config.sockets ? new SocketWatch({ intervalMillis: config.collectionIntervalMillis }) : undefined;
  const observed = new Map<TargetId, Source>();
  const pids = new Map<number, TargetId>();
  let targets = 0;
  const observer: Observer = {
    guard,
    add: (start) => {
      const target = ++targets;
      const source = start({
        target,
        intervalMillis: config.collectionIntervalMillis,
        apiTimeoutMillis: config.apiTimeoutMillis,
        untraced,
        emit,
        sockets,
        checkpoints: state?.checkpoints,
        delivered: () => telemetry.delivered(),
        onEnd: () => ended(target),
      });
      observed.set(target, source);
      return { target, release: () => release(target) };
    },
    targetOf: (pid) => pids.get(pid),
    identityOf: (target) => model.identityOf(target),
  };
  const found = find(observer);
  activeSource.add(source);

  const look = async (): Promise<void> => {
    await found.refresh?.();
    await Promise.all(Array.from(observed.values(), (source) => source.refresh?.()));
  };
  const refresh = (): Promise<void> => withinDeadline('a last look at the sources', LAST_LOOK_MILLIS, look());
  const shutdown = async (): Promise<void> => {
    if (found.refresh === undefined) found.stop(); // what is found from here on is another's
    await refresh();
    found.stop();
    probing?.stop();
    for (const source of observed.values()) source.stop();
    sockets?.stop();
    await alerts?.stop();
    await telemetry.shutdown();
    await state?.close();
    activeSource.remove(source);
  };
  let shutDown: Promise<void> | undefined;
  return {
    snapshot,
    observer,
    setProviders: (providers) => telemetry.setProviders(providers),
    on: (kind, listener) => listeners.add(kind, listener),
    alerts: () => alerts?.records() ?? NO_ALERTS,
    get metricsUrl() {
      return telemetry.metricsUrl;
    },
    forceFlush: async () => {
      await refresh();
      await Promise.all([telemetry.forceFlush(), alerts?.flush()]);
    },
    shutdown: () => {
      shutDown ??= shutdown();
      return shutDown;
    },
  };
};

const NO_ALERTS = Object.freeze([]);

/** What was never told, as a count of the process whose it was; where that is not known, of the first one. */
const countDropped = (model: FrpModel, telemetry: Telemetry, alerts: Alerts | undefined, time: number): void => {
  for (const { instance, ...dropped } of [...telemetry.takeDropped(), ...(alerts?.takeDropped() ?? [])]) {
    const target = model.targetOf(instance ?? model.snapshot().instances[0]?.name ?? '');
    if (target !== undefined) model.apply({ kind: 'items.dropped', time, target, ...dropped });
  }
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
const sayOnDiag = (signal: FrpSignal, { instance }: FrpEventSubject): void => {
  if (signal.kind !== 'source.changed') return;
  const { source, state, reason } = signal;
  const message = `${instance}: ${source}: ${reason ?? state}`;
  if (state === 'degraded') log.warn(message);
  else log.info(message);
};
