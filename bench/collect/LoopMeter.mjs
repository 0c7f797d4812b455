import { setTimeout as sleep } from 'node:timers/promises';

const TICK_MILLIS = 1;

/** How long the event loop did nothing else at a stretch: the worst gap between two ticks of a timer of 1 ms. */
export class LoopMeter {
  #worst = 0;
  #last = 0;
  #started = 0;
  #cpu = process.cpuUsage();

  constructor() {
    setInterval(() => this.#tick(), TICK_MILLIS).unref();
  }

  start() {
    this.#worst = 0;
    this.#cpu = process.cpuUsage();
    this.#last = this.#started = performance.now();
  }

  /** What was since the start: time, CPU of all threads, and the worst gap. */
  async read() {
    const millis = performance.now() - this.#started;
    const { user, system } = process.cpuUsage(this.#cpu);
    await sleep(2 * TICK_MILLIS); // a tick is due
    this.#tick();
    return { millis, gapMillis: this.#worst, cpuMillis: (user + system) / 1_000 };
  }

  #tick() {
    const now = performance.now();
    this.#worst = Math.max(this.#worst, now - this.#last);
    this.#last = now;
  }
}
