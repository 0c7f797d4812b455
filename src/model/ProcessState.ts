import type { ProcessResources, ProcessSampled, ProcessStarted, SourceChanged } from './FrpSignal.js';
import type { ProcessSnapshot } from './FrpSnapshot.js';
import { RebuiltCounts } from './RebuiltCounts.js';

type Count<Name extends 'cpuTime' | 'diskIo' | 'contextSwitches' | 'pagingFaults'> = RebuiltCounts<
  NonNullable<ProcessSnapshot[Name]>
>;

/** The operating system's view of an instance: the process it is now, and what adds up over its restarts. */
export class ProcessState {
  readonly #cpuTime: Count<'cpuTime'>;
  readonly #diskIo: Count<'diskIo'>;
  readonly #contextSwitches: Count<'contextSwitches'>;
  readonly #pagingFaults: Count<'pagingFaults'>;
  #pid: number | undefined;
  #startedAt: number;
  #running = true;
  #restarts = 0;
  #apiAnswered = false;
  #apiAnswers = true;
  #resources: ProcessResources | undefined;
  #sampledAt: number | undefined;
  #cpuUtilization: number | undefined;

  constructor({ pid, time, startedAt = time, seenFromStart }: ProcessStarted) {
    this.#pid = pid;
    this.#startedAt = startedAt;
    this.#cpuTime = new RebuiltCounts(seenFromStart);
    this.#diskIo = new RebuiltCounts(seenFromStart);
    this.#contextSwitches = new RebuiltCounts(seenFromStart);
    this.#pagingFaults = new RebuiltCounts(seenFromStart);
  }

  restarted({ pid, time, startedAt = time, seenFromStart }: ProcessStarted): void {
    const isSame = pid !== undefined && pid === this.#pid && !seenFromStart; // it was let go for a while
    if (this.#pid !== undefined && !isSame) this.#restarts += 1; // else its process was not known before
    this.#pid = pid;
    this.#startedAt = startedAt;
    this.#running = true;
    this.#apiAnswered = false;
    this.#apiAnswers = true;
    if (!isSame)
      for (const count of [this.#cpuTime, this.#diskIo, this.#contextSwitches, this.#pagingFaults]) count.restart();
    this.#forgetSamples();
  }

  sampled({ time, resources }: ProcessSampled): void {
    this.#cpuUtilization = this.#utilization(time, resources);
    this.#cpuTime.see({ user: resources.cpuUser, system: resources.cpuSystem });
    this.#diskIo.see(resources.diskIo);
    this.#contextSwitches.see(resources.contextSwitches);
    this.#pagingFaults.see(resources.pagingFaults);
    this.#resources = frozenCopy(resources);
    this.#sampledAt = time;
  }

  exited(): void {
    this.#running = false;
  }

  apiAnswered(): void {
    this.#apiAnswered = true;
    this.#apiAnswers = true;
  }

  /** One that is off was not asked. */
  apiChanged({ state, givesSome = false }: Pick<SourceChanged, 'state' | 'givesSome'>): void {
    if (givesSome) this.apiAnswered();
    else if (state === 'degraded') this.#apiAnswers = false;
  }

  snapshot(): ProcessSnapshot {
    return Object.freeze({
      pid: this.#pid,
      up: this.#isTold
        ? this.#running && !this.#resources?.stopped && (this.#apiAnswers || !this.#apiAnswered)
        : undefined,
      startedAt: this.#startedAt,
      restarts: this.#restarts,
      resources: this.#running ? this.#resources : undefined,
      cpuUtilization: this.#running ? this.#cpuUtilization : undefined,
      cpuTime: this.#cpuTime.totals,
      diskIo: this.#diskIo.totals,
      contextSwitches: this.#contextSwitches.totals,
      pagingFaults: this.#pagingFaults.totals,
    });
  }

  get #isTold(): boolean {
    return this.#pid !== undefined || this.#apiAnswered;
  }

  #utilization(time: number, resources: ProcessResources): number | undefined {
    if (this.#resources === undefined || this.#sampledAt === undefined || time <= this.#sampledAt) return undefined;
    const used = cpuSeconds(resources) - cpuSeconds(this.#resources);
    const share = used / ((time - this.#sampledAt) / 1000) / resources.cpuCount;
    // CPU time comes in ticks of 10 ms: short intervals overshoot, and below a millionth there is only rounding.
    return Math.min(1, Math.max(0, Math.round(share * 1e6) / 1e6));
  }

  #forgetSamples(): void {
    this.#resources = undefined;
    this.#sampledAt = undefined;
    this.#cpuUtilization = undefined;
  }
}

/** Others hold the signal, and everybody the snapshot. */
const frozenCopy = (resources: ProcessResources): ProcessResources => {
  const { diskIo, contextSwitches, pagingFaults } = resources;
  return Object.freeze({
    ...resources,
    ...(diskIo && { diskIo: Object.freeze({ ...diskIo }) }),
    ...(contextSwitches && { contextSwitches: Object.freeze({ ...contextSwitches }) }),
    ...(pagingFaults && { pagingFaults: Object.freeze({ ...pagingFaults }) }),
  });
};

const cpuSeconds = ({ cpuUser, cpuSystem = 0 }: ProcessResources): number => cpuUser + cpuSystem;
