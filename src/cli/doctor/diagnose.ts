import type { Action, Finding, Severity } from './Check.js';
import type { DoctorFacts } from './DoctorFacts.js';
import { INSTANCE_CHECKS } from './instanceChecks.js';
import { MACHINE_CHECKS } from './machineChecks.js';

/** What `frp-otel doctor --json` prints. Fields may be added to it; none changes its meaning or goes away but with a major version. */
export interface Diagnosis {
  /** Whether nothing essential is missing: exit code 0. */
  readonly ok: boolean;
  readonly findings: readonly DiagnosisFinding[];
}

export interface DiagnosisFinding {
  readonly check: string;
  /** Name of the frps or frpc; null where it is of the machine. */
  readonly instance: string | null;
  readonly state: 'ok' | 'missing' | 'advice';
  readonly message: string;
  readonly actions: readonly Action[];
}

const PROBLEM_STATES: Readonly<Record<Severity, DiagnosisFinding['state']>> = {
  essential: 'missing',
  advice: 'advice',
};

/** Runs every check. */
export const diagnose = (facts: DoctorFacts): Diagnosis => {
  const findings = [
    ...facts.instances.flatMap((instance) =>
      INSTANCE_CHECKS.flatMap((check) => told(check, instance.snapshot.name, check.look(instance, facts))),
    ),
    ...MACHINE_CHECKS.flatMap((check) => told(check, null, check.look(facts))),
  ];
  return { ok: findings.every(({ state }) => state !== 'missing'), findings };
};

const told = (
  { id, severity }: { readonly id: string; readonly severity: Severity },
  instance: string | null,
  finding: Finding | undefined,
): DiagnosisFinding[] => {
  if (finding === undefined) return [];
  const { isWell, message, actions } = finding;
  const state = isWell ? 'ok' : PROBLEM_STATES[finding.severity ?? severity];
  return [{ check: id, instance, state, message, actions }];
};
