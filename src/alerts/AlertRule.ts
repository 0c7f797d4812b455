import type { AlertSeverity, AlertSubject } from '../telemetry/catalogue/alertWords.js';

export type { AlertSeverity, AlertSubject };

export type Comparison = '>' | '>=' | '<' | '<=' | '==' | '!=';

/** What a series must have, by attribute: this value, one of these values, any (`true`), or none (`false`). */
export type SeriesSelector = Readonly<Record<string, string | readonly string[] | boolean>>;

interface RuleHead {
  /** `FrpServerDown`: a letter, then letters, digits and `_`. Rules of one name are alternatives: any one of them is the alert. */
  readonly name: string;
  /** Of the catalogue, or computed from it. */
  readonly metric: string;
  /** Which of its series count. @default all */
  readonly where?: SeriesSelector;
  /** The attributes that tell one alert of the rule from another; other series fall together. */
  readonly by: readonly string[];
  readonly subject: AlertSubject;
  /** How long it must hold without a break, before it is an alert; milliseconds. */
  readonly forMillis: number;
  /** How long it stays an alert after it held last; milliseconds. */
  readonly keepFiringForMillis: number;
  readonly severity: AlertSeverity;
  /** One line. `{frp.proxy.name}` is an attribute of `by`, `{value}` and `{threshold}` are written by the metric's unit. */
  readonly summary: string;
  /** What it means, with the same placeholders. */
  readonly description: string;
  /** What to do: the steps, in their order. */
  readonly runbook: readonly string[];
}

interface Threshold {
  readonly comparison: Comparison;
  /** In the metric's unit; finite. */
  readonly threshold: number;
  /** UCUM, where the threshold is to be held against the metric's. */
  readonly unit?: string;
}

/** One data point decides. Where several series fall together: the largest, the smallest or the sum of them. */
export interface ValueRule extends RuleHead, Threshold {
  readonly of: 'value';
  /** @default max */
  readonly reduce?: 'max' | 'min' | 'sum';
}

/** How much a counter has grown within the window; what falls together is added up. */
export interface IncreaseRule extends RuleHead, Threshold {
  readonly of: 'increase';
  /** Milliseconds, 1,000 to 3,600,000. */
  readonly windowMillis: number;
}

/**
 * The growth of `metric` in the window as a share of the growth of `whole`: of two roles, which meet in the attributes of `by`. 0 where
 * `metric` has grown by less than `atLeast`.
 */
export interface RatioRule extends RuleHead, Threshold {
  readonly of: 'ratio';
  readonly whole: { readonly metric: string; readonly where?: SeriesSelector };
  readonly windowMillis: number;
  readonly atLeast: number;
}

/** It was there within the window, was not 0 when last seen, and is not there now. */
export interface AbsenceRule extends RuleHead {
  readonly of: 'absence';
  readonly windowMillis: number;
}

/** One alert rule as data: what the Collector, Prometheus, Grafana and the evaluator of this package are rendered from. */
export type AlertRule = ValueRule | IncreaseRule | RatioRule | AbsenceRule;

/** A rule as it is in force, with the user's thresholds, for some proxies: what every renderer takes. */
export type EffectiveRule<Rule extends AlertRule = AlertRule> = Rule & {
  /** By `frp.proxy.name`, where `*` is any text; undefined: all. */
  readonly proxies?: { readonly matching: string | undefined; readonly except: readonly string[] } | undefined;
};

/** Whether one data point decides, so that the Collector can. */
export const isDecidedByPoint = (rule: AlertRule): rule is ValueRule => rule.of === 'value';
