import type { ChildProcess } from 'node:child_process';
import { context } from '@opentelemetry/api';
import { FrpOptionsError } from '../config/FrpInstrumentationOptions.js';
import type { FrpInstrumentationConfig } from '../config/parseOptions.js';
import { watchSpawns } from '../sources/children/watchSpawns.js';
import { log } from '../telemetry/log.js';
import { processSlot } from '../telemetry/processSlot.js';
import { SCOPE } from '../telemetry/scope.js';
import type { ProgramProviders } from '../telemetry/TelemetryOptions.js';
import type { FrpInstrumentationHandle } from './FrpInstrumentationHandle.js';
import { observe } from './observe.js';
import { ProgramTargets } from './ProgramTargets.js';

/** The one observation of this process, by whatever way in, of whatever copy of this package it was started. */
export interface SharedObservation {
  readonly handle: FrpInstrumentationHandle;
  /** It goes on as long as somebody holds it, or until the handle is shut down. */
  readonly hold: (holder: object) => void;
  readonly release: (holder: object) => void;
  /** What comes next goes to these, unless others were passed in as options. */
  readonly setProviders: (providers: ProgramProviders) => void;
}

export interface ShareOptions {
  /** Whether a signal for which the program has no provider goes to one of ours; of who comes first. */
  readonly ownProviders: boolean;
}

/** The observation that there is; undefined where there is none, or only one that is no good to this copy. */
export const presentObservation = (): SharedObservation | undefined =>
  processSlot.slot.observation as SharedObservation | undefined;

/**
 * Joins the observation that there is, else starts one.
 *
 * @returns undefined where another copy of this package is loaded that this one cannot share with
 */
export const joinObservation = (
  config: FrpInstrumentationConfig,
  options: ShareOptions,
): SharedObservation | undefined => {
  sayOtherCopy();
  if (processSlot.found === 'foreign') return undefined;
  const observation = presentObservation() ?? startObservation(config, options);
  processSlot.slot.observation = observation;
  return observation;
};

/** Children that outlived an observation: the next one goes on with them. */
let leftRunning: readonly WeakRef<ChildProcess>[] = [];
let lastEnd: Promise<void> = Promise.resolve();

const startObservation = (config: FrpInstrumentationConfig, { ownProviders }: ShareOptions): SharedObservation => {
  const { slot } = processSlot;
  const names = config.executableNames;
  const observation = observe({ ...config, ownProviders }, ({ guard }) =>
    watchSpawns(
      guard((spawn) => targets.spawned(spawn)),
      names,
      () => context.active(),
    ),
  );
  const targets = new ProgramTargets(observation.observer, names);
  const { guard } = observation.observer;
  let ended: Promise<void> | undefined;
  // Not before the last one has let go of them.
  const goOn = guard(() => {
    if (ended !== undefined) return;
    for (const child of leftRunning.map((reference) => reference.deref()))
      if (child !== undefined) targets.observe(child);
    leftRunning = [];
  });
  void lastEnd.then(goOn);

  const shutdown = (): Promise<void> => {
    if (ended !== undefined) return ended;
    if (slot.observation === shared) slot.observation = undefined; // who registers from here on starts anew
    const running = targets.running;
    leftRunning = [...leftRunning, ...running.map((child) => new WeakRef(child))];
    ended = observation.shutdown();
    lastEnd = ended;
    return ended;
  };
  /** What begins now, nobody would end. */
  const unlessOver = (method: string): ProgramTargets => {
    if (ended !== undefined) throw new FrpOptionsError(`${method}: the instrumentation was shut down: register again`);
    return targets;
  };
  const handle: FrpInstrumentationHandle = {
    snapshot: observation.snapshot,
    on: observation.on,
    alerts: observation.alerts,
    observe: (frp) => unlessOver('observe').observe(frp),
    unobserve: (observed) => targets.unobserve(observed),
    record: (signal) => unlessOver('record').record(signal),
    get metricsUrl() {
      return observation.metricsUrl;
    },
    forceFlush: observation.forceFlush,
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
  const holders = new Set<object>();
  const shared: SharedObservation = {
    handle,
    hold: (holder) => holders.add(holder),
    release: (holder) => {
      if (holders.delete(holder) && holders.size === 0) void shutdown();
    },
    setProviders: observation.setProviders,
  };
  return shared;
};

let isSaid = false;

const sayOtherCopy = (): void => {
  const { found, version } = processSlot;
  if (found === 'first' || isSaid) return;
  isSaid = true;
  const copies = `two copies of ${SCOPE.name} are loaded in this process, ${version} before ${SCOPE.version}`;
  log.warn(
    found === 'shared'
      ? `${copies}: frp is observed once, by the one that is registered first`
      : `${copies}, which cannot work together: this one does nothing. npm ls ${SCOPE.name} shows where they come from`,
  );
};
