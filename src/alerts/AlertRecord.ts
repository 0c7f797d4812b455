import type { AlertSeverity, AlertSubject } from './AlertRule.js';

/** One alert from its begin to its end, as the evaluator of this package tells it. */
export interface AlertRecord {
  /** The same for the same rule and attributes: 16 hexadecimal digits. */
  readonly id: string;
  /** The rule's name. */
  readonly name: string;
  readonly severity: AlertSeverity;
  readonly subject: AlertSubject;
  /** `pending` until it has held for the rule's `forMillis`. */
  readonly state: 'pending' | 'firing' | 'resolved';
  /** The rule's summary and description, with their values. */
  readonly summary: string;
  readonly description: string;
  readonly runbook: readonly string[];
  /** Those of the rule's `by` that the series has. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly metric: string;
  /** The last that was beyond the threshold. */
  readonly value: number;
  /** Undefined where the rule has none. */
  readonly threshold: number | undefined;
  /** Milliseconds since the Unix epoch: when it began to hold. */
  readonly createdAt: number;
  /** When it became an alert. */
  readonly firedAt: number | undefined;
  readonly resolvedAt: number | undefined;
}

/** What takes alerts out of the process. */
export interface AlertReceiver {
  /**
   * Told after each evaluation; never throws.
   *
   * @param alerts those that fire, and those that were resolved by this evaluation
   */
  readonly receive: (alerts: readonly AlertRecord[], now: number) => void;
  /** Resolves when what was received is delivered, or cannot be. */
  readonly flush: () => Promise<void>;
  readonly stop: () => void;
}
