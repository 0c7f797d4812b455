import type { FrpSignal, TargetId } from '../../../src/model/FrpSignal.js';
import { observeSpawn } from '../../../src/sources/children/observeSpawn.js';
import type { Source } from '../../../src/sources/Source.js';
import type { FrpProcess } from '../../../tools/scenarios/FrpProcess.mjs';
import { runScenario, type Scenario } from '../../../tools/scenarios/runScenario.mjs';
import type { Measured } from './Expectation.js';

/** Often enough that no step of a scenario passes unseen, seldom enough for many scenarios at a time. */
const INTERVAL_MILLIS = 500;
const API_TIMEOUT_MILLIS = 2_000;

/** What our sources told while one scenario ran. */
export interface Observed {
  readonly signals: readonly FrpSignal[];
  /** `frps`, `frpc`, `frpc2`: whose signals a target's are. */
  readonly names: ReadonlyMap<TargetId, string>;
  /** What the scenario measured itself. */
  readonly truth: Measured;
  /** Requests of the scenario to the API of a process that frp has logged. */
  readonly requests: ReadonlyMap<string, number>;
}

/** Runs a scenario once, its processes observed by the real sources: their output, their API and /proc. */
export const observeScenario = async (scenario: Scenario, version: string, programs: string): Promise<Observed> => {
  const signals: FrpSignal[] = [];
  const names = new Map<TargetId, string>();
  const sources = new Map<FrpProcess, Source>();
  const { truth, world } = await runScenario(scenario, {
    version,
    programs,
    observer: {
      started: (process) => {
        const { name, child } = process;
        const target = names.size + 1;
        names.set(target, name);
        sources.set(
          process,
          observeSpawn(
            { child, pid: child.pid as number },
            {
              target,
              intervalMillis: INTERVAL_MILLIS,
              apiTimeoutMillis: API_TIMEOUT_MILLIS,
              untraced: (request) => request(),
              emit: (signal) => signals.push(signal),
              guard: (callback) => callback,
              onEnd: () => undefined,
            },
          ),
        );
      },
      looks: async (_moment, at) => {
        await Promise.all(at.map((process) => sources.get(process)?.refresh?.()));
      },
      ends: () => {
        for (const source of sources.values()) source.stop();
      },
    },
  });
  return { signals, names, truth: truth as Measured, requests: world.requests };
};
