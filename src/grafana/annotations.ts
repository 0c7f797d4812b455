import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { type AnnotationQuery, AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { isOneOf } from './chosen.js';
import type { DashboardContext } from './DashboardContext.js';
import { firingAlerts } from './firingAlerts.js';
import { inView } from './inView.js';
import { RECORDS } from './logql.js';
import { perInstance } from './promql.js';
import type { VariableName } from './variables.js';

interface Annotation {
  readonly title: string;
  readonly of: 'prometheus' | 'loki';
  /** @param where matchers of what is chosen */
  readonly query: (where: readonly string[], context: DashboardContext) => string;
  /** With labels: `{{frp_instance}}`. Only such as all have: Grafana shows the name of one that is missing. */
  readonly heading: string;
  /** Likewise. Where it is empty, of Loki the line. */
  readonly text: string;
  /** Labels by commas; those that are missing are left out. */
  readonly tags: string;
  readonly color: string;
  /** Whether it is shown before somebody turns it on: without its data source it would be an error at each look. */
  readonly isOn: boolean;
}

/** By the variable that something is chosen with. PromQL and LogQL write a matcher the same. */
const MATCHERS = {
  server: [isOneOf('frp_server_name', 'server')],
  frps: ['frp_role="server"', isOneOf('frp_instance', 'frps')],
  frpc: ['frp_role="client"', isOneOf('frp_instance', 'frpc')],
  proxy: [isOneOf('frp_proxy_name', 'proxy')],
  severity: [isOneOf('severity', 'severity')],
  alert: [isOneOf('alertname', 'alert')],
} as const satisfies Partial<Readonly<Record<VariableName, readonly string[]>>>;

/** Every annotation, once. */
const ANNOTATIONS = {
  alerts: {
    title: 'Alerts',
    of: 'prometheus',
    // All of one rule at one server are one mark: a server that is lost can make ten thousand alerts.
    query: (where) => `count by (alertname, severity, frp_server_name) (${firingAlerts(...where)})`,
    heading: '{{alertname}}',
    text: '{{severity}}',
    tags: 'frp_server_name',
    color: 'red',
    isOn: true,
  },
  restarts: {
    title: 'Restarts',
    of: 'prometheus',
    // Not of `$__interval`: what is counted between the last sample of one step and the first of the next would be in neither.
    query: (where, { metric }) => {
      const restarts = `${metric('frp.process.restarts')}{${['frp_role=~"server|client"', ...where].join(', ')}}`;
      return `${perInstance(`increase(${restarts}[$__rate_interval])`)} > 0`;
    },
    heading: 'restart',
    text: '{{frp_instance}}',
    tags: 'frp_role',
    color: 'blue',
    isOn: true,
  },
  events: {
    title: 'Events (Loki)',
    of: 'loki',
    query: (where) => [RECORDS, ...where.map((matcher) => `| ${matcher}`), EVENTS].join(' '),
    heading: '{{event_name}}',
    text: '',
    tags: 'frp_role,frp_proxy_name',
    color: 'purple',
    isOn: false,
  },
} as const satisfies Readonly<Record<string, Annotation>>;

/** Of what happens to servers, clients and tunnels; not every connection, of which there are many. */
const TOLD = [
  'server.started',
  'server.stopped',
  'server.error',
  'client.connected',
  'client.disconnected',
  'client.login.failed',
  'client.config.reloaded',
  'proxy.created',
  'proxy.disconnected',
  'proxy.closed',
  'health.check.failed',
].map((event) => `frp.${event}`);

/**
 * By `event_name`, which is there where the Collector makes an attribute of a record's event name: Loki 3.7 drops it. The line is
 * the failure's own words, or how a session or a process ended; frp's own line is in the log panels.
 */
const EVENTS = [
  `| event_name=~\`${TOLD.join('|').replaceAll('.', '[.]')}\``,
  '| line_format `{{ .frp_instance }} {{ .frp_proxy_name }} {{ .frp_error_message }}{{ .frp_disconnect_reason }}{{ .frp_process_exit }}`',
].join(' ');

type AnnotationName = keyof typeof ANNOTATIONS;
type Chooser = keyof typeof MATCHERS;

/** Which are shown, and the variables of the dashboard that choose of whom. */
export type Annotations = Readonly<Partial<Record<AnnotationName, readonly Chooser[]>>>;

export const buildAnnotations = (shown: Annotations, context: DashboardContext): readonly Builder<AnnotationQuery>[] =>
  (Object.entries(shown) as [AnnotationName, readonly Chooser[]][]).map(([name, choosers]) => {
    const { title, of, query, heading, text, tags, color, isOn }: Annotation = ANNOTATIONS[name];
    const where = choosers.flatMap((chooser) => MATCHERS[chooser]);
    return inView(
      new AnnotationQueryBuilder()
        .name(title)
        .datasource({ type: of, uid: of === 'prometheus' ? '$datasource' : '$loki' })
        .enable(isOn)
        .iconColor(color)
        .expr(query(where, context))
        .titleFormat(heading)
        .textFormat(text)
        .tagKeys(tags)
        .step('60s'),
    );
  });
