import { parse, stringify } from 'yaml';
import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import { prometheusLabel } from '../prometheusDialect.js';
import type { RenderedFile } from './RenderedFile.js';

interface GrafanaRule {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly for: string;
  readonly keepFiringFor?: string;
  readonly data: readonly [
    { readonly model: { readonly expr: string } },
    {
      readonly model: {
        /** `$A == 0`, or the query that is held against `conditions`. */
        readonly expression: string;
        readonly conditions?: readonly [
          { readonly evaluator: { readonly type: 'gt' | 'lt'; readonly params: readonly [number] } },
        ];
      };
    },
  ];
}

/**
 * What `renderGrafana` has rendered, as rules that mean the same to Prometheus: its queries and conditions can then be put to the
 * test by promtool, since Grafana has nothing of that kind.
 */
export const grafanaAsPrometheus = ({ text }: RenderedFile): RenderedFile => {
  const { groups } = parse(text) as {
    readonly groups: readonly { readonly name: string; readonly rules: readonly GrafanaRule[] }[];
  };
  const asPrometheus = groups.map(({ name, rules }) => ({ name, rules: rules.map(alertingRule) }));
  return { path: 'grafana-as-prometheus.yml', text: stringify({ groups: asPrometheus }, { lineWidth: 0 }) };
};

const alertingRule = ({ labels, annotations, data, keepFiringFor, ...rule }: GrafanaRule): object => {
  const { [prometheusLabel(ATTR_FRP.alertName)]: alert, ...others } = labels;
  const [{ model: query }, { model: condition }] = data;
  const evaluator = condition.conditions?.[0].evaluator;
  const compared =
    evaluator === undefined ? condition.expression : `$A ${evaluator.type === 'gt' ? '>' : '<'} ${evaluator.params[0]}`;
  return {
    alert,
    expr: compared.replace('$A', () => `(${query.expr})`),
    for: rule.for,
    ...(keepFiringFor !== undefined && { keep_firing_for: keepFiringFor }),
    labels: others,
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([name, text]) => [name, text.replaceAll('$values.A.Value', '$value')]),
    ),
  };
};
