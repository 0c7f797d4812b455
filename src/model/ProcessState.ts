import type { ProcessResources, ProcessSampled, ProcessStarted, SourceChanged } from './FrpSignal.js';
import type { ProcessSnapshot } from './FrpSnapshot.js';
import { RebuiltCounter } from './RebuiltCounter.js';

/** The operating system's view of an instance: the process it is now, and what adds up over its restarts. */
export class ProcessState {
  readonly #cpuUser: RebuiltCounter;
  readonly #cpuSystem: RebuiltCounter;
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
    this.#cpuUser = new RebuiltCounter(seenFromStart);
    this.#cpuSystem = new RebuiltCounter(seenFromStart);
  }

  restarted({ pid, time, startedAt = time }: ProcessStarted): void {
    this.#pid = pid;
    this.#startedAt = startedAt;
    this.#running = true;
    this.#restarts += 1;
    this.#apiAnswered = false;
    this.#apiAnswers = true;
    this.#cpuUser.restart();
    this.#cpuSystem.restart();
    this.#forgetSamples();
  }

  sampled({ time, resources }: ProcessSampled): void {
    this.#cpuUtilization = this.#utilization(time, resources);
    this.#cpuUser.see({ value: resources.cpuUser });
    this.#cpuSystem.see({ value: resources.cpuSystem });
    this.#resources = Object.freeze({ ...resources });
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
      up: this.#running && !this.#resources?.stopped && (this.#apiAnswers || !this.#apiAnswered),
      startedAt: this.#startedAt,
      restarts: this.#restarts,
      resources: this.#running ? this.#resources : undefined,
      cpuUtilization: this.#running ? this.#cpuUtilization : undefined,
      cpuTime:
        this.#resources || this.#restarts > 0
          ? Object.freeze({ user: this.#cpuUser.total, system: this.#cpuSystem.total })
          : undefined,
    });
  }

  #utilization(time: number, { cpuUser, cpuSystem, cpuCount }: ProcessResources): number | undefined {
    if (this.#resources === undefined || this.#sampledAt === undefined || time <= this.#sampledAt) return undefined;
    const used = cpuUser + cpuSystem - this.#resources.cpuUser - this.#resources.cpuSystem;
    const share = used / ((time - this.#sampledAt) / 1000) / cpuCount;
    // CPU time comes in ticks of 10 ms: short intervals overshoot, and below a millionth there is only rounding.
    return Math.min(1, Math.max(0, Math.round(share * 1e6) / 1e6));
  }

  #forgetSamples(): void {
    this.#resources = undefined;
    this.#sampledAt = undefined;
    this.#cpuUtilization = undefined;
  }
}
