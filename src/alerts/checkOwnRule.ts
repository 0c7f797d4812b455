import { type Fault, show } from '../config/Fault.js';
import { didYouMean } from '../config/nearest.js';
import { ATTR_FRP, INSTANCE_ATTRIBUTES } from '../telemetry/catalogue/attributes.js';
import { named } from '../telemetry/views/shown.js';
import type { SeriesSelector } from './AlertRule.js';
import { defaultBy, isAcrossRoles } from './completeOwnRule.js';
import { knownAttributes, knownValues, type RuleContext } from './knownAttributes.js';
import type { OwnRule } from './ownRules.js';
import type { RuleMetric, RuleMetrics } from './ruleMetric.js';
import { parseTemplate } from './ruleText.js';

/** Letters that may be others in a name that was meant. */
const NEAR = 3;

/** What is wrong with one rule of the user, each with its key. */
export const checkOwnRule = (rule: OwnRule, metrics: RuleMetrics, context: RuleContext): readonly Fault[] => {
  const metric = metrics.get(rule.metric);
  const whole = rule.whole && metrics.get(rule.whole.metric);
  return [
    ...wrongKeys(rule),
    ...wrongMetric(rule.metric, rule.of, ['metric'], metrics),
    ...wrongWhere(rule.where, metric, ['where'], context),
    ...(rule.whole === undefined || rule.of !== 'ratio' // that it has none, is said above
      ? []
      : [
          ...wrongMetric(rule.whole.metric, rule.of, ['whole', 'metric'], metrics),
          ...wrongWhere(rule.whole.where, whole, ['whole', 'where'], context),
        ]),
    ...(metric === undefined ? [] : wrongBy(rule, [metric, ...(whole ? [whole] : [])], context)),
    ...wrongUnit(rule, metric),
    ...wrongTexts(rule, rule.by ?? (metric && defaultBy(rule, metric))),
  ];
};

const fault = (path: Fault['path'], message: string): Fault => ({ path, message });

const QUANTITY = ['comparison', 'threshold'] as const;

/** What a rule must have besides what all have, and may have. */
const KEYS = {
  value: { must: QUANTITY, may: ['unit', 'reduce'] },
  increase: { must: [...QUANTITY, 'windowMillis'], may: ['unit'] },
  ratio: { must: [...QUANTITY, 'windowMillis', 'whole'], may: ['unit', 'atLeast'] },
  absence: { must: ['windowMillis'], may: [] },
} as const satisfies Readonly<Record<OwnRule['of'], object>>;

const SOME_HAVE = ['comparison', 'threshold', 'unit', 'reduce', 'windowMillis', 'whole', 'atLeast'] as const;

const wrongKeys = (rule: OwnRule): readonly Fault[] => {
  const must: readonly string[] = KEYS[rule.of].must;
  const may: readonly string[] = [...must, ...KEYS[rule.of].may];
  return SOME_HAVE.flatMap((key) => {
    if (rule[key] === undefined) return must.includes(key) ? [fault([key], `expected one: ${rule.of} needs it`)] : [];
    return may.includes(key) ? [] : [fault([key], `expected none: a rule of ${rule.of} does not have it`)];
  });
};

const wrongMetric = (name: string, of: OwnRule['of'], path: Fault['path'], metrics: RuleMetrics): readonly Fault[] => {
  const metric = metrics.get(name);
  if (metric === undefined) {
    const meant = didYouMean(name, [...metrics.keys()], NEAR);
    return [
      fault(path, `expected a metric of this package or of derivedMetrics, received ${show(name, path)}${meant}`),
    ];
  }
  const { kind, isDerived } = metric;
  const isOfCounter = of === 'increase' || of === 'ratio';
  if (isOfCounter ? kind !== 'counter' : kind === 'histogram') {
    const wanted = isOfCounter ? 'a counter' : 'a metric of single values';
    return [fault(path, `expected ${wanted} for ${of}: ${name} is ${named(kind)}`)];
  }
  if (of === 'absence' && isDerived) {
    return [fault(path, `expected a metric that is not computed: ${name} is absent where nothing was recorded`)];
  }
  return [];
};

const wrongWhere = (
  where: SeriesSelector | undefined,
  metric: RuleMetric | undefined,
  path: Fault['path'],
  context: RuleContext,
): readonly Fault[] => {
  if (where === undefined || metric === undefined) return [];
  return Object.entries(where).flatMap(([name, wanted]) => {
    const unknown = unknownAttribute(name, metric, context);
    if (unknown !== undefined) return [fault(path, unknown)];
    const known = knownValues(name);
    const odd =
      typeof wanted === 'boolean' ? undefined : [wanted].flat().find((each) => known?.includes(each) === false);
    if (known === undefined || odd === undefined) return [];
    const message = `expected one of ${known.join(', ')} for ${name}, received ${show(odd, path)}`;
    return [fault(path, `${message}${didYouMean(odd, known, NEAR)}`)];
  });
};

const unknownAttribute = (name: string, metric: RuleMetric, context: RuleContext): string | undefined => {
  const known = knownAttributes(metric, context);
  if (known === undefined || known.includes(name)) return undefined;
  return `expected attributes of ${metric.name} (${known.join(', ')}), received ${show(name, [metric.name])}${didYouMean(name, known, NEAR)}`;
};

/** Each alert must say of which instance it is; what two roles tell meets in the server. */
const wrongBy = (rule: OwnRule, metrics: readonly RuleMetric[], context: RuleContext): readonly Fault[] => {
  const [first] = metrics;
  const by = rule.by ?? (first && defaultBy(rule, first)) ?? [];
  if (rule.by === undefined) {
    const odd = metrics.find(({ attributes }) => by.some((name) => !attributes.includes(name)));
    return odd === undefined
      ? []
      : [
          fault(
            ['metric'],
            `expected a metric with ${by.join(', ')}, or by: ${odd.name} has ${odd.attributes.join(', ')}`,
          ),
        ];
  }
  const path = ['by'];
  const unknown = by.flatMap((name) => metrics.flatMap((metric) => unknownAttribute(name, metric, context) ?? []));
  if (unknown[0] !== undefined) return [fault(path, unknown[0])];
  const twice = by.find((name, index) => by.indexOf(name) !== index);
  if (twice !== undefined) return [fault(path, `expected each attribute once, received ${twice} twice`)];
  const needed = rule.of === 'ratio' ? [ATTR_FRP.serverName] : INSTANCE_ATTRIBUTES;
  const missing = needed.filter((name) => !by.includes(name));
  if (missing.length > 0) {
    return [fault(path, `expected ${missing.join(', ')}, too: without, an alert does not say of whom it is`)];
  }
  const apart = isAcrossRoles(rule) ? by.filter((name) => name === ATTR_FRP.role || name === ATTR_FRP.instance) : [];
  return apart.length === 0
    ? []
    : [fault(path, `expected no ${apart.join(', ')}: metric and whole are of two roles, and would never meet`)];
};

const wrongUnit = ({ unit, of }: OwnRule, metric: RuleMetric | undefined): readonly Fault[] => {
  if (unit === undefined || metric === undefined || of === 'absence') return [];
  const wanted = of === 'ratio' ? '1' : metric.unit;
  const whose = of === 'ratio' ? 'of a ratio' : `of ${metric.name}`;
  return unit === wanted
    ? []
    : [fault(['unit'], `expected ${show(wanted, ['unit'])}, the unit ${whose}, received ${show(unit, ['unit'])}`)];
};

const QUANTITIES = ['value', 'threshold'];

const wrongTexts = (rule: OwnRule, by: readonly string[] | undefined): readonly Fault[] => {
  if (by === undefined) return []; // its metric is said already
  return (['summary', 'description'] as const).flatMap((key) => {
    if (key === 'summary' && /[\r\n]/.test(rule.summary)) return [fault([key], 'expected one line, received several')];
    const template = parseTemplate(rule[key], by);
    if ('fault' in template) return [fault([key], template.fault)];
    const quantity = template.parts.find((part) => 'placeholder' in part && QUANTITIES.includes(part.placeholder));
    return rule.of === 'absence' && quantity !== undefined
      ? [fault([key], 'expected no {value} and no {threshold}: a rule of absence has none')]
      : [];
  });
};
