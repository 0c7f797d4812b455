import type { AlertSeverity, AlertSubject, Comparison, SeriesSelector } from './AlertRule.js';

/** Makes a rule another, for all proxies or for some. */
export interface RuleOverride {
  /** The rule's name; all alternatives of it. */
  readonly rule: string;
  /** The name of a proxy as frps knows it, where `*` is any text. @default all */
  readonly proxy?: string | undefined;
  /** In the metric's unit. */
  readonly threshold?: number | undefined;
  readonly forMillis?: number | undefined;
  readonly keepFiringForMillis?: number | undefined;
  readonly severity?: AlertSeverity | undefined;
  /** @default true */
  readonly isEnabled?: boolean | undefined;
}

/** A rule of the user, in the form of those of the catalogue; what it must have depends on `of`. */
export interface OwnRule {
  readonly name: string;
  /** What is looked at; see `AlertRule`. */
  readonly of: 'value' | 'increase' | 'ratio' | 'absence';
  readonly metric: string;
  readonly where?: SeriesSelector | undefined;
  /** @default the attributes of the instance, and of the proxy where the metric is of proxies */
  readonly by?: readonly string[] | undefined;
  /** @default the one that `by`, `where` and the metric speak of */
  readonly subject?: AlertSubject | undefined;
  /** All but `absence`. */
  readonly comparison?: Comparison | undefined;
  /** All but `absence`. */
  readonly threshold?: number | undefined;
  readonly unit?: string | undefined;
  /** `value` only. */
  readonly reduce?: 'max' | 'min' | 'sum' | undefined;
  /** All but `value`. */
  readonly windowMillis?: number | undefined;
  /** `ratio` only. */
  readonly whole?: { readonly metric: string; readonly where?: SeriesSelector | undefined } | undefined;
  /** `ratio` only. @default 0 */
  readonly atLeast?: number | undefined;
  /** @default 60000 */
  readonly forMillis?: number | undefined;
  /** @default 0 */
  readonly keepFiringForMillis?: number | undefined;
  readonly severity: AlertSeverity;
  readonly summary: string;
  readonly description: string;
  /** @default none */
  readonly runbook?: readonly string[] | undefined;
}

/** The option `alertRules`. */
export interface AlertRulesConfig {
  readonly overrides: readonly RuleOverride[];
  readonly own: readonly OwnRule[];
  /** A page that has a heading for each rule, for `runbook_url`. */
  readonly runbookUrl?: string | undefined;
}
