/** frpc's own check of the service, or a probe through the tunnel. */
export type HealthCheck = 'frpc' | 'probe';

const NONE: readonly HealthCheck[] = Object.freeze([]);

/** What checks one proxy: tells the first failure of a check from those that follow it. */
export class HealthChecks {
  #failing = NONE;

  passed(check: HealthCheck): void {
    if (this.#failing.length > 0) this.#failing = this.#failing.filter((each) => each !== check);
  }

  /** @returns whether that is news: it has passed since it failed last, or never ran before */
  failed(check: HealthCheck): boolean {
    if (this.#failing.includes(check)) return false;
    this.#failing = [...this.#failing, check];
    return true;
  }
}
