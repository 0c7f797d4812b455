import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { type AnnotationQuery, AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosen } from './chosen.js';
import type { DashboardContext } from './DashboardContext.js';
import { isOneOf, RECORDS } from './logql.js';

interface Annotation {
  readonly title: string;
  readonly of: 'prometheus' | 'loki';
  readonly query: (context: DashboardContext) => string;
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

/** Every annotation, once. */
const ANNOTATIONS = {
  alerts: {
    title: 'Alerts',
    of: 'prometheus',
    query: () => `ALERTS{alertstate="firing", frp_alert_subject!="", frp_server_name=~${chosen('server')}}`,
    heading: '{{alertname}}',
    text: '{{frp_instance}}',
    tags: 'severity,frp_proxy_name',
    color: 'red',
    isOn: true,
  },
  restarts: {
    title: 'Restarts',
    of: 'prometheus',
    query: ({ metric }) =>
      `increase(${metric('frp.process.restarts')}{frp_role=~"server|client", frp_server_name=~${chosen('server')}}[$__interval]) > 0`,
    heading: 'restart',
    text: '{{frp_instance}}',
    tags: 'frp_role',
    color: 'blue',
    isOn: true,
  },
  events: {
    title: 'Events (Loki)',
    of: 'loki',
    query: () => EVENTS,
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
  RECORDS,
  `| ${isOneOf('frp_server_name', 'server')}`,
  `| event_name=~\`${TOLD.join('|').replaceAll('.', '[.]')}\``,
  '| line_format `{{ .frp_instance }} {{ .frp_proxy_name }} {{ .frp_error_message }}{{ .frp_disconnect_reason }}{{ .frp_process_exit }}`',
].join(' ');

export type AnnotationName = keyof typeof ANNOTATIONS;

export const buildAnnotation = (name: AnnotationName, context: DashboardContext): Builder<AnnotationQuery> => {
  const { title, of, query, heading, text, tags, color, isOn }: Annotation = ANNOTATIONS[name];
  return new AnnotationQueryBuilder()
    .name(title)
    .datasource({ type: of, uid: of === 'prometheus' ? '$datasource' : '$loki' })
    .enable(isOn)
    .iconColor(color)
    .expr(query(context))
    .titleFormat(heading)
    .textFormat(text)
    .tagKeys(tags)
    .step('60s');
};
