import type { DerivedRule } from '../telemetry/catalogue/derivedMetrics.js';
import { knownMetrics } from '../telemetry/views/knownMetrics.js';
import type { MetricKind } from '../telemetry/views/selectMetric.js';
import type { AlertRule } from './AlertRule.js';

/** What a rule can be of. */
export interface RuleMetric {
  readonly name: string;
  /** UCUM. */
  readonly unit: string;
  readonly kind: MetricKind;
  /** All that its series may have. */
  readonly attributes: readonly string[];
  /** Whether it is computed from others. */
  readonly isDerived: boolean;
}

/** By name. */
export type RuleMetrics = ReadonlyMap<string, RuleMetric>;

const KNOWN: RuleMetrics = new Map(
  Array.from(knownMetrics.values(), ({ name, unit, kind, attributes, isSource }) => [
    name,
    { name, unit, kind, attributes, isDerived: !isSource },
  ]),
);

const derivedMetric = ({ name, unit, keep }: DerivedRule): RuleMetric => ({
  name,
  unit,
  kind: 'gauge',
  attributes: keep,
  isDerived: true,
});

/** Every metric of the catalogue, every one computed from it, and the user's. */
export const ruleMetrics = (derivedMetrics: readonly DerivedRule[] = []): RuleMetrics =>
  derivedMetrics.length === 0
    ? KNOWN
    : new Map([...KNOWN, ...derivedMetrics.map((rule) => [rule.name, derivedMetric(rule)] as const)]);

/** Of an effective rule; of a metric that the user has computed, what the rule itself knows. */
export const metricOfRule = (rule: AlertRule): Pick<RuleMetric, 'name' | 'unit' | 'kind'> =>
  KNOWN.get(rule.metric) ?? { name: rule.metric, unit: rule.of === 'absence' ? '' : (rule.unit ?? ''), kind: 'gauge' };

/** Of what a rule holds against its threshold: a ratio is a share, and has the unit of neither of its metrics. */
export const unitOfRule = (rule: AlertRule, { unit }: Pick<RuleMetric, 'unit'> = metricOfRule(rule)): string =>
  rule.of === 'ratio' ? '1' : unit;
