import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { type AnnotationQuery, AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardContext } from './DashboardContext.js';

interface Annotation {
  readonly title: string;
  readonly of: 'prometheus' | 'loki';
  readonly query: (context: DashboardContext) => string;
  /** With labels: `{{frp_instance}}`. */
  readonly heading: string;
  readonly text: string;
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
    query: () => 'ALERTS{alertstate="firing", frp_alert_subject!="", frp_server_name=~"$server"}',
    heading: '{{alertname}}',
    text: '{{frp_instance}} {{frp_proxy_name}}',
    tags: 'severity',
    color: 'red',
    isOn: true,
  },
  restarts: {
    title: 'Restarts',
    of: 'prometheus',
    query: ({ metric }) =>
      `increase(${metric('frp.process.restarts')}{frp_role=~"server|client", frp_server_name=~"$server"}[$__interval]) > 0`,
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
    text: '{{frp_instance}} {{frp_proxy_name}} {{frp_error_message}}',
    tags: 'frp_role',
    color: 'purple',
    isOn: false,
  },
} as const satisfies Readonly<Record<string, Annotation>>;

/** Of what happens to servers, clients and tunnels; not every connection, of which there are many. */
const EVENTS =
  '{service_name="frp"} | frp_server_name=~"$server" | event_name=~"frp[.](server[.](started|stopped|error)|client[.](connected|disconnected|login[.]failed|config[.]reloaded)|proxy[.](created|disconnected|closed)|health[.]check[.]failed)"';

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
