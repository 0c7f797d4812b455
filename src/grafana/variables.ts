import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { chosen } from './chosen.js';
import type { DashboardContext, Datasource } from './DashboardContext.js';

interface QueryVariable {
  readonly kind: 'query';
  readonly label: string;
  readonly about: string;
  /** Of PromQL: of which metric of the catalogue, or of Prometheus's own alerts, chosen by what, and the label whose values they are. */
  readonly metric: string;
  readonly where: string;
  readonly values: string;
  /** Whether several may be chosen, and all; else the first is. */
  readonly isMulti: boolean;
  readonly sort?: 'descending';
}

type Variable =
  | QueryVariable
  | { readonly kind: 'datasource'; readonly label: string; readonly about: string; readonly type: Datasource }
  | { readonly kind: 'text'; readonly label: string; readonly about: string; readonly text: string }
  | {
      readonly kind: 'choice';
      readonly label: string;
      readonly about: string;
      /** By what is shown; the first is chosen. */
      readonly values: Readonly<Record<string, string>>;
    };

/** Prometheus's own, whatever the dialect. */
const ALERTS = 'ALERTS';

/** Every variable that a dashboard can have, once: so that links carry them from one to the next. */
const VARIABLES = {
  datasource: { kind: 'datasource', label: 'Prometheus', about: 'Where the metrics are.', type: 'prometheus' },
  loki: { kind: 'datasource', label: 'Loki', about: 'Where the log records are.', type: 'loki' },
  service: {
    kind: 'text',
    label: 'Service',
    about:
      'The service.name of who reports, a regular expression: `frp`, or the name of a program that observes its own frp.',
    text: 'frp',
  },
  tempo: { kind: 'datasource', label: 'Tempo', about: 'Where the spans are.', type: 'tempo' },
  jaeger: { kind: 'datasource', label: 'Jaeger', about: 'Where the spans are, in place of Tempo.', type: 'jaeger' },
  role: {
    kind: 'query',
    label: 'Seen by',
    about: 'Both ends of a tunnel count it: what one of them sees is shown, and the two are never added up.',
    metric: 'frp.process.up',
    where: 'frp_role=~"server|client"',
    values: 'frp_role',
    isMulti: false,
    sort: 'descending', // server before client, where there is one
  },
  server: {
    kind: 'query',
    label: 'Server',
    about: 'frps by host and port, with the clients that log in to it.',
    metric: 'frp.process.up',
    where: 'frp_role=~"server|client"',
    values: 'frp_server_name',
    isMulti: true,
  },
  frps: {
    kind: 'query',
    label: 'frps',
    about: 'The observed frps.',
    metric: 'frp.process.up',
    where: `frp_role="server", frp_server_name=~${chosen('server')}`,
    values: 'frp_instance',
    isMulti: false,
  },
  frpc: {
    kind: 'query',
    label: 'frpc',
    about: 'The observed frpc.',
    metric: 'frp.process.up',
    where: `frp_role="client", frp_server_name=~${chosen('server')}`,
    values: 'frp_instance',
    isMulti: false,
  },
  instance: {
    kind: 'query',
    label: 'Instance',
    about: 'The observed frps or frpc.',
    metric: 'frp.process.up',
    where: `frp_role="$role", frp_server_name=~${chosen('server')}`,
    values: 'frp_instance',
    isMulti: true,
  },
  match: {
    kind: 'text',
    label: 'Proxy matches',
    about:
      'A regular expression that narrows down the choice of proxies; anchored at both ends, and without a double quote.',
    text: '.*',
  },
  proxy: {
    kind: 'query',
    label: 'Proxy',
    about: 'Tunnels, by the name that frps knows them by.',
    metric: 'frp.proxy.status',
    where: `frp_role="$role", frp_server_name=~${chosen('server')}, frp_instance=~${chosen('instance')}, frp_proxy_name=~"$match"`,
    values: 'frp_proxy_name',
    isMulti: true,
  },
  reporter: {
    kind: 'query',
    label: 'Reporter',
    about: 'Who observes: the label `instance`, which is the service.instance.id of what comes by OTLP.',
    metric: 'frp.telemetry.source.up',
    where: 'frp_role=~"server|client"',
    values: 'instance',
    isMulti: true,
  },
  severity: {
    kind: 'query',
    label: 'Severity',
    about: 'Of the alerts that fired or were pending in the time shown.',
    metric: ALERTS,
    where: `frp_alert_subject!="", frp_server_name=~${chosen('server')}`,
    values: 'severity',
    isMulti: true,
  },
  alert: {
    kind: 'query',
    label: 'Alert',
    about: 'Rules of which an alert fired or was pending in the time shown.',
    metric: ALERTS,
    where: `frp_alert_subject!="", frp_server_name=~${chosen('server')}`,
    values: 'alertname',
    isMulti: true,
  },
  objective: {
    kind: 'choice',
    label: 'Objective',
    about: 'The share of connections that are to succeed.',
    values: { '99.9 %': '0.999', '99.5 %': '0.995', '99 %': '0.99', '95 %': '0.95' },
  },
} as const satisfies Readonly<Record<string, Variable>>;

export type VariableName = keyof typeof VARIABLES;

export const buildVariable = (name: VariableName, context: DashboardContext): Builder<VariableModel> => {
  const variable: Variable = VARIABLES[name];
  switch (variable.kind) {
    case 'datasource': {
      const builder = new DatasourceVariableBuilder(name)
        .label(variable.label)
        .description(variable.about)
        .type(variable.type);
      const uid = context.datasources[variable.type];
      return uid === undefined ? builder : builder.current({ text: uid, value: uid });
    }
    case 'query':
      return queryVariable(name, variable, context);
    case 'text':
      return new TextBoxVariableBuilder(name)
        .label(variable.label)
        .description(variable.about)
        .defaultValue(variable.text)
        .current({ text: variable.text, value: variable.text });
    case 'choice': {
      const options = Object.entries(variable.values).map(([text, value]) => ({ text, value }));
      const [first] = options;
      const builder = new CustomVariableBuilder(name)
        .label(variable.label)
        .description(variable.about)
        .values(options.map(({ text, value }) => `${text} : ${value}`).join(', '))
        .options(options);
      return first === undefined ? builder : builder.current(first);
    }
    default:
      return variable satisfies never;
  }
};

const queryVariable = (
  name: VariableName,
  { label, about, metric, where, values, isMulti, sort }: QueryVariable,
  context: DashboardContext,
): Builder<VariableModel> => {
  const selector = `${metric === ALERTS ? metric : context.metric(metric)}${where === '' ? '' : `{${where}}`}`;
  const query = `label_values(${selector}, ${values})`;
  const builder = new QueryVariableBuilder(name)
    .label(label)
    .description(about)
    .datasource({ type: 'prometheus', uid: '$datasource' })
    .query({ qryType: 1, query, refId: `variable-${name}` })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged) // what came since, and what is gone
    .sort(sort === 'descending' ? VariableSort.AlphabeticalDesc : VariableSort.NaturalAsc)
    .multi(isMulti)
    .includeAll(isMulti);
  // Not the names of all of them, of which there may be thousands.
  return isMulti ? builder.allValue('.*').current({ text: 'All', value: '$__all' }) : builder;
};
