import type { Attributes, HrTime } from '@opentelemetry/api';
import type { KeptAttributes } from './SeriesKeys.js';
import type { SubjectsBefore } from './SubjectsBefore.js';

/** One point of a counter or gauge. */
export interface RulePoint {
  /** Since when a counter counts. */
  readonly startTime: HrTime;
  readonly attributes: Attributes;
  readonly value: number;
}

/** The points of one evaluation, by the name of their metric. */
export type RulePoints = ReadonlyMap<string, readonly RulePoint[]>;

/** One for which a rule's condition holds now. */
export interface Holding {
  /** Of its attributes. */
  readonly key: string;
  readonly attributes: KeptAttributes;
  readonly value: number;
}

/** What a rule looks for; it remembers what it needs from one evaluation to the next. */
export interface Condition {
  /**
   * @param now milliseconds since the Unix epoch, later than the last time
   * @param before what was told of at the evaluation before
   */
  evaluate(points: RulePoints, now: number, before: SubjectsBefore): readonly Holding[];
  /** How much was not looked at in the last evaluation, since it is beyond what is remembered. */
  readonly leftOut: number;
}

/** Series that one condition remembers; those beyond are left out, and counted. */
export const MAX_REMEMBERED = 100_000;
