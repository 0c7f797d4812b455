import type { Dashboard, Panel, Threshold, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from '@jest/globals';
import type { EffectiveRule } from '../../src/alerts/AlertRule.js';
import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import { effectiveRules } from '../../src/alerts/effectiveRules.js';
import { DIALECTS, type Dialect, prometheusLabel } from '../../src/alerts/prometheusDialect.js';
import { panelsOf, placeOf, renderedDashboards, targetsOf } from '../support/grafanaJson.js';
import { written } from '../support/grafanaVariables.js';
import { prometheusCatalogue } from '../support/prometheusCatalogue.js';
import { type Matcher, promqlTree } from '../support/promqlTree.js';

type ValueRule = Extract<EffectiveRule, { of: 'value' }>;

/** What leaves a value what it is, of one or of the other series. */
const CHOOSES = /^(max|min|topk|bottomk)$/;

/** Shown with no threshold of the rule that is of the same metric. */
const WITHOUT: Readonly<Record<string, string>> = {};

const isSurely = (condition: string | readonly string[] | boolean, matchers: readonly Matcher[]): boolean => {
  if (condition === false) return matchers.some(({ op, value }) => op === '=' && value === '');
  if (condition === true)
    return matchers.some(({ op, value }) => (op === '!=' && value === '') || (op === '=' && value !== ''));
  const values = [condition].flat();
  return matchers.some(({ op, value }) => /^=~?$/.test(op) && value.split('|').every((each) => values.includes(each)));
};

/** Rules whose threshold the value of a query is held against. */
const rulesOf = (query: string, dialect: Dialect, rules: readonly EffectiveRule[]): readonly ValueRule[] => {
  const catalogue = prometheusCatalogue(dialect);
  const { selectors } = promqlTree(query, () => []);
  return selectors
    .filter(({ within }) => within.every((name) => CHOOSES.test(name)))
    .flatMap(({ metric, matchers }) =>
      rules.filter(
        (rule): rule is ValueRule =>
          rule.of === 'value' &&
          rule.metric === catalogue.get(metric)?.metric &&
          Object.entries(rule.where ?? {}).every(([attribute, condition]) =>
            isSurely(
              condition,
              matchers.filter(({ label }) => label === prometheusLabel(attribute)),
            ),
          ),
      ),
    );
};

interface Shown {
  readonly place: string;
  readonly rules: readonly ValueRule[];
  readonly colors: Colors;
}

interface Colors {
  readonly steps: readonly Threshold[];
  /** By value; they come before the steps. */
  readonly words: Readonly<Record<string, { readonly color?: string }>>;
}

const shownIn = (
  dashboard: Dashboard,
  panel: Panel,
  dialect: Dialect,
  rules: readonly EffectiveRule[],
): readonly Shown[] =>
  targetsOf(panel).flatMap(({ refId, expr, datasource }) => {
    if (datasource.type !== 'prometheus' || expr === undefined) return [];
    const found = ['server', 'client'].flatMap((role) => rulesOf(written(expr, dashboard, { role }), dialect, rules));
    if (found.length === 0) return [];
    const place = placeOf(dashboard, panel);
    if (panel.type !== 'table') {
      const { thresholds, mappings = [] } = panel.fieldConfig?.defaults ?? {};
      return [{ place, rules: found, colors: { steps: thresholds?.steps ?? [], words: wordsOf(mappings) } }];
    }
    const titles: Readonly<Record<string, string>> =
      panel.transformations?.find(({ id }) => id === 'organize')?.options.renameByName ?? {};
    const title = titles[`Value #${refId}`] ?? titles.Value;
    if (title === undefined) return []; // asked, and not shown
    const override = panel.fieldConfig?.overrides.find(({ matcher }) => matcher.options === title);
    const property = (name: string) => override?.properties.find(({ id }) => id === name)?.value;
    const colors = { steps: property('thresholds')?.steps ?? [], words: wordsOf(property('mappings') ?? []) };
    return [{ place: `${place} / ${title}`, rules: found, colors }];
  });

const wordsOf = (mappings: readonly ValueMapping[]): Colors['words'] =>
  Object.assign({}, ...mappings.map(({ type, options }) => (type === 'value' ? options : {})));

const colorAt = (value: number, { steps, words }: Colors): string | undefined =>
  words[value]?.color ?? steps.filter((step) => step.value === null || step.value <= value).at(-1)?.color;

const holds = (value: number, { comparison, threshold }: ValueRule): boolean =>
  ({
    '>': value > threshold,
    '>=': value >= threshold,
    '<': value < threshold,
    '<=': value <= threshold,
    '==': value === threshold,
    '!=': value !== threshold,
  })[comparison];

/** Whether colours change where the rule's condition does, and nowhere else: green where it does not hold. */
const showsRule = (colors: Colors, rule: ValueRule): boolean => {
  const { threshold } = rule;
  const isYesOrNo = /^[=!]=$/.test(rule.comparison);
  const bounds = colors.steps.flatMap(({ value }) => value ?? []);
  const values = isYesOrNo ? [0, 1] : [threshold * 0.999, threshold * 1.001];
  return (
    (isYesOrNo || (bounds.length === 1 && bounds[0] === threshold)) &&
    values.every((value) => (colorAt(value, colors) !== 'green') === holds(value, rule))
  );
};

/** Of each panel and column that shows the metric of a rule as it is. */
const shown = (dialect: Dialect, rules: readonly EffectiveRule[]): readonly Shown[] =>
  renderedDashboards(dialect, rules).flatMap((dashboard) =>
    panelsOf(dashboard).flatMap((panel) => shownIn(dashboard, panel, dialect, rules)),
  );

const wrongIn = (all: readonly Shown[]): readonly string[] =>
  all
    .filter(
      ({ place, rules, colors }) => WITHOUT[place] === undefined && !rules.some((rule) => showsRule(colors, rule)),
    )
    .map(
      ({ place, rules, colors }) => `${place}: ${rules.map(({ name }) => name).join(', ')}: ${JSON.stringify(colors)}`,
    );

/** Each threshold at another value than by default. */
const CHANGED = effectiveRules({
  thresholds: {
    serverCpu: 0.31,
    serverMemory: 123_456_789,
    serverClients: 7,
    serverErrorRatio: 0.02,
    fileDescriptors: 0.33,
    portUtilization: 0.34,
    loginFailures: 17,
    clientReconnects: 13,
    proxyErrorRatio: 0.35,
    proxyLatency: 3.5,
    proxyConnections: 77,
  },
});

describe.each(DIALECTS)('what is shown of a metric that an alert rule is of, dialect %s', (dialect) => {
  it('has the colours of the rule', () => {
    expect(shown(dialect, DEFAULT_RULES).length).toBeGreaterThan(10);
    expect(wrongIn(shown(dialect, DEFAULT_RULES))).toEqual([]);
  });

  it('has those of the thresholds that the user has set', () => {
    expect(wrongIn(shown(dialect, CHANGED))).toEqual([]);
  });

  it('is listed where it has none', () => {
    const places = shown(dialect, DEFAULT_RULES).map(({ place }) => place);
    expect(Object.keys(WITHOUT).filter((place) => !places.includes(place))).toEqual([]);
  });
});
