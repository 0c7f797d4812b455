import type { EffectiveRule } from '../AlertRule.js';
import { type CaseHistory, historyOf, type Samples, stepsOf } from './caseHistory.js';
import {
  exampleAttributes,
  otherAttributes,
  type SeriesAttributes,
  strangerAttributes,
  wholeAttributes,
} from './caseSeries.js';

export interface CaseSeries {
  readonly metric: string;
  readonly attributes: SeriesAttributes;
  readonly samples: Samples;
  /** `whole`: of a ratio's whole. */
  readonly part: 'metric' | 'whole';
}

/** What must be true of the one alert at one time; there is no other of the rule. */
export interface Expectation {
  readonly atMillis: number;
  readonly state: 'inactive' | 'pending' | 'firing';
}

/** A history that makes a rule fire once and resolve, whoever evaluates it. */
export interface RuleCase {
  readonly rule: EffectiveRule;
  /** From one sample to the next, and from one evaluation to the next. */
  readonly stepMillis: number;
  /** All begin at 0. */
  readonly series: readonly CaseSeries[];
  /** Those of the rule's `by`. */
  readonly attributes: SeriesAttributes;
  readonly expected: readonly Expectation[];
}

/** A rule that has none. */
export interface NoCase {
  readonly rule: EffectiveRule;
  readonly reason: string;
}

/**
 * A case for each rule: nothing is wrong, then it holds for as long as it takes, then it holds no more. Beside it is a series that
 * is as bad and does not count, or one that counts and is not bad enough.
 */
export const ruleCases = (rules: readonly EffectiveRule[]): readonly (RuleCase | NoCase)[] =>
  rules.map((rule) => {
    const attributes = exampleAttributes(rule);
    if (attributes === undefined) return { rule, reason: 'overrides before it take every proxy that it is for' };
    const history = historyOf(rule);
    if (typeof history === 'string') return { rule, reason: history };
    const alternatives = rules.filter(({ name }) => name === rule.name);
    return {
      rule,
      stepMillis: history.stepMillis,
      series: [...seriesOf(rule, attributes, history), ...besides(rule, attributes, history, alternatives)],
      attributes: Object.fromEntries(
        rule.by.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]]])),
      ),
      expected: expectations(rule, history),
    };
  });

const seriesOf = (
  rule: EffectiveRule,
  attributes: SeriesAttributes,
  { samples, whole }: Pick<CaseHistory, 'samples' | 'whole'>,
): readonly CaseSeries[] => {
  const own: CaseSeries = { metric: rule.metric, attributes, samples, part: 'metric' };
  if (rule.of !== 'ratio' || whole === undefined) return [own];
  const { metric } = rule.whole;
  return [own, { metric, attributes: wholeAttributes(rule, attributes), samples: whole, part: 'whole' }];
};

const besides = (
  rule: EffectiveRule,
  attributes: SeriesAttributes,
  history: CaseHistory,
  alternatives: readonly EffectiveRule[],
): readonly CaseSeries[] => {
  const { nearly } = history;
  const other = nearly ? otherAttributes(rule, attributes) : strangerAttributes(rule, attributes, alternatives);
  return other === undefined ? [] : seriesOf(rule, other, nearly ?? history);
};

const expectations = (rule: EffectiveRule, history: CaseHistory): readonly Expectation[] => {
  const { stepMillis, holdsFrom, holdsUntil, blur } = history;
  const fires = holdsFrom + stepsOf(rule.forMillis, stepMillis);
  const resolves = holdsUntil + stepsOf(rule.keepFiringForMillis, stepMillis);
  const before = 1 + blur;
  const steps: readonly (readonly [number, Expectation['state']])[] = [
    [holdsFrom - before, 'inactive'],
    ...(fires - before >= holdsFrom ? ([[fires - before, 'pending']] as const) : []),
    [fires, 'firing'],
    [resolves - before, 'firing'],
    [resolves, 'inactive'],
  ];
  return steps.map(([step, state]) => ({ atMillis: step * stepMillis, state }));
};
