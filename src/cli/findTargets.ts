import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseCommandLine } from '../frp/config/parseCommandLine.js';
import type { ExecutableNames } from '../frp/FrpRole.js';
import type { Observer } from '../observe.js';
import { observeFrp } from '../sources/observeProcess.js';
import type { FrpProcess } from '../sources/processes/FrpProcess.js';
import { observeRunning } from '../sources/processes/observeRunning.js';
import { watchProcesses } from '../sources/processes/watchProcesses.js';
import type { Source } from '../sources/Source.js';
import { log } from '../telemetry/log.js';
import { asObserved, type GivenFrp } from './givenFrp.js';
import type { ConfigTarget, Look } from './targets.js';

/** Looks for what is to be observed, from now until it is stopped. */
export const findTargets =
  (look: Look, intervalMillis: number) =>
  (observer: Observer): Source => {
    switch (look.kind) {
      case 'all':
        return watch(observer, { ...look, intervalMillis, isWanted: () => true });
      case 'processes':
        return watch(observer, { ...look, intervalMillis, isWanted: ({ pid }) => look.pids.includes(pid) });
      case 'configs':
        return watchConfigs(observer, { ...look, intervalMillis });
      case 'given':
        observeGiven(observer, look.frp);
        return { stop: () => {} };
      default:
        return look satisfies never;
    }
  };

interface Watch {
  readonly intervalMillis: number;
  readonly pattern: ExecutableNames;
  readonly isWanted: (frp: FrpProcess) => boolean;
}

const watch = ({ add, guard }: Observer, { intervalMillis, pattern, isWanted }: Watch): Required<Source> =>
  watchProcesses({
    intervalMillis,
    pattern,
    onFound: guard((frp) => {
      if (isWanted(frp)) add((options) => observeRunning(frp, options));
    }),
    report: ([state, reason]) => {
      if (state !== 'ok') log.warn(reason ?? state);
    },
  });

/** The processes that run with these files; what a file names is observed without one until the first of them is found. */
const watchConfigs = (
  observer: Observer,
  { configs, ...look }: Extract<Look, { kind: 'configs' }> & { readonly intervalMillis: number },
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
        waiting.set(config, observeGiven(observer, given));
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

/** A process in a container names a file that is another one here. */
const runsWith = ({ args, role, workingFolder, root }: FrpProcess, config: ConfigTarget): boolean => {
  const { configPath } = parseCommandLine(args, role);
  if (configPath === undefined || role !== config.role) return false;
  return sameFile(`${root ?? ''}${resolve(workingFolder, configPath)}`, config.path);
};

const sameFile = (one: string, other: string): boolean => realPath(one) === realPath(other);

const realPath = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return path; // it is gone since, or of another user
  }
};

/** @returns ends it, as a process that takes its place has it */
const observeGiven = ({ add }: Observer, frp: GivenFrp): (() => void) => {
  let end = (): void => {};
  add((options) => {
    const observed = observeFrp(asObserved(frp), { ...options, hasRoom: () => true, onGone: () => {} });
    end = () => {
      observed.ended({ time: Date.now() });
      options.onEnd();
    };
    return observed;
  });
  return () => end();
};
