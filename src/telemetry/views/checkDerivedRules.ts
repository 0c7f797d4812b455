import {
  DEFAULT_WINDOW_MILLIS,
  type DerivedComputation,
  type DerivedRule,
  type SeriesCondition,
} from '../catalogue/derivedMetrics.js';
import { type KnownMetric, knownMetrics } from './knownMetrics.js';
import type { MetricKind } from './selectMetric.js';
import { seriesNames, TARGET_INFO } from './seriesNames.js';
import { isRecord, named, shown, shownKey } from './shown.js';

/** What each computation is of. */
const SOURCES: Readonly<Record<DerivedComputation, MetricKind>> = {
  rate: 'counter',
  increase: 'counter',
  ratio: 'counter',
  mean: 'histogram',
};

const COMPUTATIONS = Object.keys(DEFAULT_WINDOW_MILLIS).join(', ');
const MIN_WINDOW_MILLIS = 1_000;
const MAX_WINDOW_MILLIS = 3_600_000;
const MAX_AT_LEAST = 1_000_000;
const MAX_RULES = 100;
/** OpenTelemetry's syntax of instrument names and units. */
const NAME = /^[A-Za-z][A-Za-z0-9_.\-/]{0,254}$/;
const UNIT = /^[\x20-\x7e]{0,63}$/;

interface RuleContext {
  /** Whether series of proxies have attributes besides the catalogue's: a hook's own, or the owner's. */
  readonly hasProxyAttributes?: boolean;
}

/** What may be wrong with one key of a rule; each says what was expected. */
type Check = (rule: DerivedRule, context: RuleContext) => string | undefined;

const CHECKS: { readonly [Key in keyof DerivedRule]-?: Check } = {
  name: ({ name }) => {
    if (typeof name !== 'string' || !NAME.test(name)) {
      return `expected a name of letters, digits and _ . - /, beginning with a letter, up to 255, received ${shown(name)}`;
    }
    const taken = takenNames.get(nameOfSeries(name));
    return taken === undefined ? undefined : `expected a new name: there is a metric ${taken}`;
  },
  unit: ({ unit }) =>
    typeof unit === 'string' && UNIT.test(unit)
      ? undefined
      : `expected a unit of up to 63 ASCII characters, received ${shown(unit)}`,
  description: ({ description }) =>
    typeof description === 'string' ? undefined : `expected a string, received ${shown(description)}`,
  of: ({ of, compute }) => {
    const names = namesOf(of);
    if (names.length === 0) return `expected the name of a metric, or an array of names, received ${shown(of)}`;
    const kind = SOURCES[compute];
    for (const name of names) {
      const source = sourceOf(name);
      if (source === undefined) return `expected a metric of the catalogue, received ${shown(name)}`;
      if (kind !== undefined && source.kind !== kind) {
        return `${compute} is of ${named(kind)}, and ${source.name} is ${named(source.kind)}`;
      }
    }
    return undefined;
  },
  keep: (rule, context) => {
    if (!Array.isArray(rule.keep)) return `expected an array of attribute names, received ${shown(rule.keep)}`;
    return unknownAttribute(rule.keep, rule, context);
  },
  compute: ({ compute }) =>
    Object.hasOwn(SOURCES, String(compute)) ? undefined : `expected one of ${COMPUTATIONS}, received ${shown(compute)}`,
  where: (rule, context) => wrongCondition(rule.where, rule, context),
  part: (rule, context) => {
    if (rule.compute === 'ratio' && rule.part === undefined)
      return 'expected the condition of the part: ratio needs it';
    if (rule.compute !== 'ratio' && rule.part !== undefined) return 'expected none: only ratio has a part';
    return wrongCondition(rule.part, rule, context);
  },
  atLeast: ({ compute, atLeast }) => {
    if (atLeast === undefined) return undefined;
    if (compute !== 'ratio') return 'expected none: only ratio has it';
    return isWithin(atLeast, 0, MAX_AT_LEAST)
      ? undefined
      : `expected a number, 0 to ${MAX_AT_LEAST}, received ${shown(atLeast)}`;
  },
  windowMillis: ({ windowMillis }) =>
    windowMillis === undefined || isWithin(windowMillis, MIN_WINDOW_MILLIS, MAX_WINDOW_MILLIS)
      ? undefined
      : `expected a number, ${MIN_WINDOW_MILLIS} to ${MAX_WINDOW_MILLIS}, received ${shown(windowMillis)}`,
};

/**
 * What is wrong with a user's rules, each fault with its place: `derivedMetrics.0.of: …`.
 *
 * @param rules the option as it was given
 */
export const checkDerivedRules = (rules: unknown, context: RuleContext = {}): readonly string[] => {
  if (!Array.isArray(rules)) return [`derivedMetrics: expected an array of rules, received ${shown(rules)}`];
  if (rules.length > MAX_RULES) return [`derivedMetrics: expected up to ${MAX_RULES} rules, received ${rules.length}`];
  const names = rules.map((rule) => (isRecord(rule) ? nameOfSeries(rule.name) : undefined));
  return rules.flatMap((rule: unknown, index) => {
    const place = `derivedMetrics.${index}`;
    if (!isRecord(rule)) return [`${place}: expected a rule, received ${shown(rule)}`];
    const unknown = Object.keys(rule).filter((key) => !Object.hasOwn(CHECKS, key));
    const faults = Object.entries(CHECKS).flatMap(([key, check]) => {
      const fault = check(rule as unknown as DerivedRule, context);
      return fault === undefined ? [] : [`${place}.${key}: ${fault}`];
    });
    return [
      ...unknown.map((key) => `${place}.${shownKey(key)}: unknown; known are ${Object.keys(CHECKS).join(', ')}`),
      ...faults,
      ...(names.indexOf(names[index]) < index ? [`${place}.name: expected a new name: another rule has it`] : []),
    ];
  });
};

/** What is told under each name in Prometheus. */
const takenNames: ReadonlyMap<unknown, string> = new Map([
  [TARGET_INFO, TARGET_INFO],
  ...[...knownMetrics.values()].flatMap(({ name, kind }) =>
    seriesNames(name, kind).map((series) => [series, name] as const),
  ),
]);

/** Of a rule, which is a gauge: two names may be one in Prometheus. */
const nameOfSeries = (name: unknown): unknown => (typeof name === 'string' ? seriesNames(name, 'gauge')[0] : name);

const namesOf = (of: unknown): readonly unknown[] => {
  if (Array.isArray(of)) return of;
  return typeof of === 'string' ? [of] : [];
};

const sourceOf = (name: unknown): KnownMetric | undefined => {
  const known = knownMetrics.get(name as string);
  return known?.isSource === true ? known : undefined;
};

const wrongCondition = (
  condition: SeriesCondition | undefined,
  rule: DerivedRule,
  context: RuleContext,
): string | undefined => {
  if (condition === undefined) return undefined;
  if (!isRecord(condition)) return `expected an object of attributes, received ${shown(condition)}`;
  const wrong = Object.entries(condition).find(
    ([, wanted]) => typeof wanted !== 'string' && typeof wanted !== 'boolean',
  );
  if (wrong !== undefined)
    return `${shownKey(wrong[0])}: expected a string, true or false, received ${shown(wrong[1])}`;
  return unknownAttribute(Object.keys(condition), rule, context);
};

const unknownAttribute = (
  names: readonly unknown[],
  { of }: DerivedRule,
  { hasProxyAttributes = false }: RuleContext,
): string | undefined => {
  const sources = namesOf(of).flatMap((name) => sourceOf(name) ?? []);
  if (sources.length === 0 || (hasProxyAttributes && sources.some(({ isOfProxy }) => isOfProxy))) {
    const odd = names.find((name) => typeof name !== 'string');
    return odd === undefined ? undefined : `expected names of attributes, received ${shown(odd)}`;
  }
  const known = new Set(sources.flatMap(({ attributes }) => attributes));
  const odd = names.find((name) => !known.has(name as string));
  if (odd === undefined) return undefined;
  return `expected attributes of ${sources.map(({ name }) => name).join(', ')} (${[...known].join(', ')}), received ${shown(odd)}`;
};

const isWithin = (value: unknown, min: number, max: number): boolean =>
  typeof value === 'number' && value >= min && value <= max;
