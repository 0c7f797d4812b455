import type { AbsenceRule, Comparison, EffectiveRule, IncreaseRule, RatioRule, ValueRule } from '../AlertRule.js';
import { compare } from '../evaluator/compare.js';

/** One value per step; `stale`: the series has ended, or is not yet begun again. */
export type Samples = readonly (number | 'stale')[];

/** What a series tells, step by step, so that a rule holds once; steps are counted from 0. */
export interface CaseHistory {
  /** From one sample to the next. */
  readonly stepMillis: number;
  readonly samples: Samples;
  /** Of a ratio's whole. */
  readonly whole?: Samples;
  /** Of another series of the rule, which is near to it and must not make it hold. */
  readonly nearly?: { readonly samples: Samples; readonly whole?: Samples };
  readonly holdsFrom: number;
  readonly holdsUntil: number;
  /** How many steps earlier both may be: whether a sample at a window's begin is in it, versions of Prometheus see differently. */
  readonly blur: 0 | 1;
}

const STEP_MILLIS = 15_000;
/** Steps before it begins to hold, and for which it goes on to hold. */
const LEAD = 4;

/** The history, or why there is none. */
export const historyOf = (rule: EffectiveRule): CaseHistory | string => {
  switch (rule.of) {
    case 'value':
      return valueHistory(rule);
    case 'increase':
      return increaseHistory(rule);
    case 'ratio':
      return ratioHistory(rule);
    case 'absence':
      return absenceHistory(rule);
  }
};

const valueHistory = (rule: EffectiveRule<ValueRule>): CaseHistory => {
  const { threshold } = rule;
  const distance = Math.abs(threshold) / 2 || 1;
  const values = [threshold, readable(threshold + distance), readable(threshold - distance)];
  const [bad = 0, good = 0] = [values.find((value) => isMet(value, rule)), values.find((value) => !isMet(value, rule))];
  const holdsUntil = LEAD + stepsOf(rule.forMillis) + LEAD;
  return {
    stepMillis: STEP_MILLIS,
    samples: samplesOf(rule, holdsUntil, (step) => (step >= LEAD && step < holdsUntil ? bad : good)),
    holdsFrom: LEAD,
    holdsUntil,
    blur: 0,
  };
};

/** A counter stands still, grows with each step, and stands still again; or the other way round. */
const increaseHistory = (rule: EffectiveRule<IncreaseRule>): CaseHistory | string => {
  const { threshold, windowMillis } = rule;
  const growth = Math.abs(threshold) + Math.max(1, Math.abs(threshold) / 2); // of one step: as long as one is in the window, it is enough
  const [isMetAtRest, isMetInGrowth] = [isMet(0, rule), isMet(growth, rule)];
  if (isMetAtRest === isMetInGrowth) return 'growth and standstill are the same to it';
  const stepMillis = stepOf(windowMillis);
  const window = stepsOf(windowMillis, stepMillis);
  const held = stepsOf(rule.forMillis, stepMillis) + LEAD;
  if (isMetAtRest) {
    const holdsFrom = LEAD + window; // when the last growth has left the window
    const holdsUntil = holdsFrom + held;
    const grows = (step: number): boolean => step > 0 && (step <= LEAD || step >= holdsUntil);
    const samples = grownOf(samplesOf(rule, holdsUntil, (step) => (grows(step) ? growth : 0), stepMillis));
    return { stepMillis, samples, holdsFrom, holdsUntil, blur: 1 };
  }
  const last = LEAD + held;
  const holdsUntil = last + window;
  const growths = samplesOf(rule, holdsUntil, (step) => (step >= LEAD && step <= last ? growth : 0), stepMillis);
  return { stepMillis, samples: grownOf(growths), holdsFrom: LEAD, holdsUntil, blur: 1 };
};

/** Part and whole stand still, grow together, and stand still again; nearby the part grows by less than counts. */
const ratioHistory = (rule: EffectiveRule<RatioRule>): CaseHistory | string => {
  const { threshold, windowMillis, atLeast } = rule;
  const ratio = [threshold * 1.5 + 0.1, threshold / 2].find((each) => each > 0 && isMet(each, rule));
  if (ratio === undefined) return 'no ratio is sure to be beyond its threshold';
  const stepMillis = stepOf(windowMillis);
  const last = LEAD + stepsOf(rule.forMillis, stepMillis) + LEAD;
  const holdsUntil = last + stepsOf(windowMillis, stepMillis);
  const counter = (growth: number): number[] =>
    grownOf(samplesOf(rule, holdsUntil, (step) => (step >= LEAD && step <= last ? growth : 0), stepMillis));
  const once = (growth: number): number[] =>
    grownOf(samplesOf(rule, holdsUntil, (step) => (step === LEAD ? growth : 0), stepMillis));
  const growth = 2 * Math.max(1, atLeast);
  const few = Math.floor(atLeast / 2);
  return {
    stepMillis,
    samples: counter(growth),
    whole: counter(wholeOf(growth, ratio, rule)),
    ...(few > 0 && !isMet(0, rule) && { nearly: { samples: once(few), whole: once(wholeOf(few, ratio, rule)) } }),
    holdsFrom: LEAD,
    holdsUntil,
    blur: 1,
  };
};

/** What a part is about such a share of: a whole number, where one is beyond the threshold, too. */
const wholeOf = (part: number, ratio: number, rule: EffectiveRule<RatioRule>): number => {
  const number = Math.round(part / ratio);
  return number > 0 && isMet(part / number, rule) ? number : part / ratio;
};

/** It goes, and comes again; another says 0 before it goes. */
const absenceHistory = (rule: EffectiveRule<AbsenceRule>): CaseHistory | string => {
  const held = stepsOf(rule.forMillis) + 1;
  if (held * STEP_MILLIS >= rule.windowMillis) return 'it is to hold for longer than its window';
  const holdsUntil = LEAD + held;
  const isAway = (step: number): boolean => step >= LEAD && step < holdsUntil;
  const samples = samplesOf(rule, holdsUntil, () => 1);
  return {
    stepMillis: STEP_MILLIS,
    samples: samples.map((value, step) => (isAway(step) ? 'stale' : value)),
    nearly: { samples: samples.map((_, step) => (step < LEAD ? 0 : 'stale')) },
    holdsFrom: LEAD,
    holdsUntil,
    blur: 0,
  };
};

/** Until it is resolved, and a little more. */
const samplesOf = (
  { keepFiringForMillis }: EffectiveRule,
  holdsUntil: number,
  valueAt: (step: number) => number,
  stepMillis = STEP_MILLIS,
): number[] =>
  Array.from({ length: holdsUntil + stepsOf(keepFiringForMillis, stepMillis) + LEAD }, (_, step) => valueAt(step));

const grownOf = (growths: readonly number[]): number[] => {
  let total = 0;
  return growths.map((growth) => {
    total += growth;
    return total;
  });
};

/** Without the tail of binary fractions. */
const readable = (value: number): number => Number(value.toPrecision(6));

const isMet = (value: number, { comparison, threshold }: { comparison: Comparison; threshold: number }): boolean =>
  compare[comparison](value, threshold);

/** Four of them are in the window. */
const stepOf = (windowMillis: number): number => Math.min(STEP_MILLIS, Math.floor(windowMillis / 4));

export const stepsOf = (millis: number, stepMillis = STEP_MILLIS): number => Math.ceil(millis / stepMillis);
