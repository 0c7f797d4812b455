import type { DoctorFacts, InstanceFacts } from './DoctorFacts.js';

/** What can be done about it: words, and the lines or commands as they stand. */
export interface Action {
  readonly text: string;
  readonly lines: readonly string[];
}

export interface Finding {
  readonly isWell: boolean;
  /** Where it is less than its check has. */
  readonly severity?: Severity;
  readonly message: string;
  readonly actions: readonly Action[];
}

/** Without what is `essential` there is no telemetry, or wrong telemetry; with `advice` there is more, or safer frp. */
export type Severity = 'essential' | 'advice';

/** One thing to look at; a pure function of facts. It returns undefined where there is nothing to say. */
interface CheckOf<Facts extends readonly unknown[]> {
  /** Stable: for --json and the docs. */
  readonly id: string;
  readonly severity: Severity;
  readonly look: (...facts: Facts) => Finding | undefined;
}

export type InstanceCheck = CheckOf<[instance: InstanceFacts, all: DoctorFacts]>;
export type MachineCheck = CheckOf<[facts: DoctorFacts]>;

export const well = (message: string): Finding => ({ isWell: true, message, actions: [] });

export const problem = (message: string, ...actions: readonly Action[]): Finding => ({
  isWell: false,
  message,
  actions,
});

/** What could be better, found by a check of what is essential. */
export const advice = (message: string, ...actions: readonly Action[]): Finding => ({
  ...problem(message, ...actions),
  severity: 'advice',
});

/** What it takes to see processes, config files and logs of other users. */
export const SEE_OTHER_USERS: Action = {
  text: 'run frp-otel as root, or give its unit these rights (systemctl edit frp-otel-observe):',
  lines: ['[Service]', 'AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH'],
};
