import { stringify } from 'yaml';
import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import { breachMetric } from '../../telemetry/catalogue/collectorMetrics.js';
import { type EffectiveRule, isDecidedByPoint, type ValueRule } from '../AlertRule.js';
import { ottlDouble, seriesConditions } from './collectorConditions.js';
import { goQuoted } from './goSyntax.js';
import type { RenderedFile } from './RenderedFile.js';

/** A rule with the name that its copy of the metric has on the way through the pipeline. */
interface NamedRule {
  readonly rule: EffectiveRule<ValueRule>;
  readonly copy: string;
}

const COPY_PREFIX = `${breachMetric.name}/`;
const HEADER = `# Alert rules for the OpenTelemetry Collector: frp.alert.breach is 1 where a rule holds for a series, and 0 as soon as it holds no more.
# Only rules that one data point decides are here. How long a rule must hold, absence and growth are for Prometheus, or for the
# evaluator of the package. \`frp-otel rules render --for collector\` writes this file.
# A second --config replaces the rules of the first: otelcol --config all-in-one.yaml --config frp-rules.yaml
`;

/**
 * The rules that one data point decides, as a part of a Collector's config: the pipeline `metrics/frp_rules` from
 * `forward/frp_rules` to `forward/frp_breach`. It refers to nothing of the file that it is used in. Others are left out.
 */
export const renderCollector = (rules: readonly EffectiveRule[]): RenderedFile => {
  const processors = processorsOf(rules);
  const pipeline = {
    receivers: ['forward/frp_rules'],
    processors: Object.keys(processors),
    exporters: ['forward/frp_breach'],
  };
  const config = {
    processors,
    connectors: { 'forward/frp_rules': {}, 'forward/frp_breach': {} },
    service: { pipelines: { 'metrics/frp_rules': pipeline } },
  };
  return { path: 'frp-rules.yaml', text: HEADER + yaml(config) };
};

/** Its processors alone: `processors:` and what is below it. */
export const collectorProcessors = (rules: readonly EffectiveRule[]): string =>
  yaml({ processors: processorsOf(rules) });

/** In the order in which they are passed. */
const processorsOf = (rules: readonly EffectiveRule[]): Readonly<Record<string, object>> => {
  const named = rules
    .filter(isDecidedByPoint)
    .map((rule, index): NamedRule => ({ rule, copy: `${COPY_PREFIX}${rule.name}/${index}` }));
  return {
    'filter/frp_rules': inputs(named),
    'transform/frp_rules': copies(named),
    'filter/frp_rules_series': series(named),
    'transform/frp_rules_breach': breaches(named),
  };
};

/** `$` begins a reference in a Collector's config, and `$$` is a `$`. */
const yaml = (config: object): string =>
  stringify(config, (_key, value) => (typeof value === 'string' ? value.replaceAll('$', '$$$$') : value), {
    lineWidth: 0,
  });

/**
 * What cannot be evaluated is said in the Collector's log and left as it is. The other way to go on would be in silence; to
 * stop (`propagate`) would refuse the metrics themselves to whoever sent them.
 */
const ERROR_MODE = { error_mode: 'ignore' };

/** Keeps the metrics that rules are of. A point without a recorded value would read as 0. */
const inputs = (named: readonly NamedRule[]): object => {
  const metrics = [...new Set(named.map(({ rule }) => rule.metric))];
  const isNone = metrics.map((metric) => `metric.name != ${goQuoted(metric)}`);
  return {
    ...ERROR_MODE,
    metric_conditions: [
      isNone.length === 0 ? 'metric.name != nil' : isNone.join(' and '),
      'metric.type != METRIC_DATA_TYPE_GAUGE and metric.type != METRIC_DATA_TYPE_SUM',
      'datapoint.flags == FLAG_NO_RECORDED_VALUE',
    ],
  };
};

/** Makes each point a double, and of each metric a copy for each of its rules. */
const copies = (named: readonly NamedRule[]): object => ({
  ...ERROR_MODE,
  metric_statements: [
    {
      statements: [
        'set(datapoint.value_double, Double(datapoint.value_int)) where datapoint.value_int != 0',
        'set(datapoint.value_double, 0.0) where datapoint.value_double == 0.0', // of an integer, too: it reads 0
      ],
    },
    {
      statements: named.map(
        ({ rule, copy }) => `copy_metric(name=${goQuoted(copy)}) where metric.name == ${goQuoted(rule.metric)}`,
      ),
    },
  ].filter(({ statements }) => statements.length > 0), // there may be no rules; a group of none is refused
});

/** Drops what the copies are of, and of each copy the series that its rule is not about. */
const series = (named: readonly NamedRule[]): object => {
  const conditions = named.flatMap(({ rule, copy }) => {
    const wanted = seriesConditions(rule);
    return wanted.length === 0 ? [] : [`metric.name == ${goQuoted(copy)} and not (${wanted.join(' and ')})`];
  });
  return { ...ERROR_MODE, metric_conditions: [`not HasPrefix(metric.name, ${goQuoted(COPY_PREFIX)})`, ...conditions] };
};

/**
 * Lets fall together what `by` does not tell apart, compares, and names what came of it. Points of different times stay apart:
 * an SDK gives those of one collection the same.
 */
const breaches = (named: readonly NamedRule[]): object => ({
  ...ERROR_MODE,
  metric_statements: [
    {
      statements: [
        'convert_sum_to_gauge() where metric.type == METRIC_DATA_TYPE_SUM',
        ...named.map(
          ({ rule, copy }) =>
            `aggregate_on_attributes(${goQuoted(rule.reduce ?? 'max')}, [${rule.by.map(goQuoted).join(', ')}]) where metric.name == ${goQuoted(copy)}`,
        ),
      ],
    },
    ...named.map(({ rule, copy }) => ({
      conditions: [`metric.name == ${goQuoted(copy)}`],
      statements: [
        'set(datapoint.cache["breach"], 0.0)',
        `set(datapoint.cache["breach"], 1.0) where datapoint.value_double ${rule.comparison} ${ottlDouble(rule.threshold)}`,
        'set(datapoint.value_double, datapoint.cache["breach"])',
        `set(datapoint.attributes["${ATTR_FRP.alertName}"], ${goQuoted(rule.name)})`,
        `set(datapoint.attributes["${ATTR_FRP.alertSeverity}"], ${goQuoted(rule.severity)})`,
        `set(datapoint.attributes["${ATTR_FRP.alertSubject}"], ${goQuoted(rule.subject)})`,
      ],
    })),
    {
      statements: [
        `set(metric.name, ${goQuoted(breachMetric.name)})`,
        `set(metric.unit, ${goQuoted(breachMetric.unit)})`,
        `set(metric.description, ${goQuoted(breachMetric.description)})`,
      ],
    },
  ],
});
