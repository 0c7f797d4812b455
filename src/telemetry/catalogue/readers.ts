import type { Attributes } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import type {
  HistogramSnapshot,
  InstanceSnapshot,
  OutcomeHistogramSnapshot,
  TallySnapshot,
} from '../../model/FrpSnapshot.js';
import { ATTR_FRP } from './attributes.js';
import type { Observe } from './MetricRow.js';

// What the rows of the catalogue have in common in reading the snapshot.

/** Attributes that are the same for all subjects are made once. */
const IN: Attributes = Object.freeze({ [ATTR_FRP.direction]: 'in' });
const OUT: Attributes = Object.freeze({ [ATTR_FRP.direction]: 'out' });
const errorAttributes = new Map<string, Attributes>();
/** More classes than these are not made once: there are a few dozen. */
const MAX_ERROR_TYPES = 1_000;

/** Observes a value where somebody knows it. */
export const observeKnown = <Value>(value: Value | undefined, observe: Observe<Value>): void => {
  if (value !== undefined) observe(value);
};

/** Observes the seconds since a moment, where there was one; a clock that is behind gives 0. */
export const observeSecondsSince = (time: number | undefined, observe: Observe<number>, now: number): void => {
  if (time !== undefined) observe(Math.max(0, now - time) / 1000);
};

/** Reads what an instance has in its role, and nothing of an instance of the other. */
export const ofRole =
  <Role extends 'server' | 'client'>(role: Role) =>
  <Value>(read: (part: NonNullable<InstanceSnapshot[Role]>, observe: Observe<Value>, now: number) => void) =>
  (instance: InstanceSnapshot, observe: Observe<Value>, now: number): void => {
    const part = instance[role];
    if (part !== undefined) read(part, observe, now);
  };

/** Observes each count of a tally, failures with their `error.type`. */
export const observeTally = (tally: TallySnapshot, observe: Observe<number>): void => {
  for (const { errorType, count } of tally)
    observe(count, errorType === undefined ? undefined : errorAttribute(errorType));
};

/** Observes what went both ways, where somebody knows it. */
export const observeDirections = (
  counts: { readonly in: number; readonly out: number } | undefined,
  observe: Observe<number>,
): void => {
  if (counts === undefined) return;
  observe(counts.in, IN);
  observe(counts.out, OUT);
};

/** Observes each histogram, of failures with their `error.type`. */
export const observeOutcomes = (outcomes: OutcomeHistogramSnapshot, observe: Observe<HistogramSnapshot>): void => {
  for (const { errorType, histogram } of outcomes)
    observe(histogram, errorType === undefined ? undefined : errorAttribute(errorType));
};

const errorAttribute = (errorType: string): Attributes => {
  const known = errorAttributes.get(errorType);
  if (known !== undefined) return known;
  const attributes = Object.freeze({ [ATTR_ERROR_TYPE]: errorType });
  if (errorAttributes.size < MAX_ERROR_TYPES) errorAttributes.set(errorType, attributes);
  return attributes;
};
