import type { ExecutableNames } from '../frp/FrpRole.js';
import type { Observer } from '../observation/observe.js';
import { asObserved, type GivenFrp } from '../sources/givenFrp.js';
import { observeFrp } from '../sources/observeProcess.js';
import type { FrpProcess } from '../sources/processes/FrpProcess.js';
import { observeRunning } from '../sources/processes/observeRunning.js';
import { watchProcesses } from '../sources/processes/watchProcesses.js';
import type { Source } from '../sources/Source.js';
import { log } from '../telemetry/log.js';
import { runsWith } from './runsWith.js';
import type { ConfigTarget, Look } from './targets.js';

/** How it is looked for. */
export interface FindOptions {
  readonly intervalMillis: number;
  /** Whether what frp has counted and logged before we came is told, too. */
  readonly fromStart: boolean;
}

/** Looks for what is to be observed, from now until it is stopped. */
export const findTargets =
  (look: Look, options: FindOptions) =>
  (observer: Observer): Source => {
    switch (look.kind) {
      case 'all':
        return watch(observer, { ...look, ...options, isWanted: () => true });
      case 'processes':
        return watch(observer, { ...look, ...options, isWanted: ({ pid }) => look.pids.includes(pid) });
      case 'configs':
        return watchConfigs(observer, { ...look, ...options });
      case 'given':
        observeGiven(observer, look.frp, options);
        return { stop: () => {} };
      default:
        return look satisfies never;
    }
  };

interface Watch extends FindOptions {
  readonly pattern: ExecutableNames;
  readonly isWanted: (frp: FrpProcess) => boolean;
}

const watch = ({ add, guard }: Observer, { intervalMillis, fromStart, pattern, isWanted }: Watch): Required<Source> =>
  watchProcesses({
    intervalMillis,
    pattern,
    onFound: guard((frp) => {
      const seen = fromStart ? { ...frp, seenFromStart: true } : frp;
      if (isWanted(frp)) add((options) => observeRunning(seen, options));
    }),
    report: ([state, reason]) => {
      if (state !== 'ok') log.warn(reason ?? state);
    },
  });

/** The processes that run with these files; what a file names is observed without one until the first of them is found. */
const watchConfigs = (
  observer: Observer,
  { configs, ...look }: Extract<Look, { kind: 'configs' }> & FindOptions,
): Source => {
  let stopped = false;
  const waiting = new Map<ConfigTarget, (() => void) | undefined>(configs.map((config) => [config, undefined]));
  const found = watch(observer, {
    ...look,
    isWanted: (frp) => {
      const config = configs.find((each) => runsWith(frp, each));
      if (config === undefined) return false;
      waiting.get(config)?.();
      waiting.delete(config);
      return true;
    },
  });
  void found.refresh().then(
    observer.guard(() => {
      for (const config of stopped ? [] : waiting.keys()) {
        const given = { ...config, configPath: config.path, logPath: undefined, webServer: undefined };
        waiting.set(config, observeGiven(observer, given, look));
      }
    }),
  );
  return {
    stop: () => {
      stopped = true;
      found.stop();
    },
    refresh: found.refresh,
  };
};

/** @returns ends it, as a process that takes its place has it */
const observeGiven = ({ add }: Observer, frp: GivenFrp, { fromStart }: FindOptions): (() => void) => {
  let end = (): void => {};
  add((options) => {
    const observed = observeFrp(asObserved(frp, fromStart), { ...options, hasRoom: () => true, onGone: () => {} });
    end = () => {
      observed.ended({ time: Date.now() });
      options.onEnd();
    };
    return observed;
  });
  return () => end();
};
