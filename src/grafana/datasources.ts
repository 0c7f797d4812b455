import { stringify } from 'yaml';
import type { RenderedFile } from '../alerts/render/RenderedFile.js';
import type { Datasource, Datasources } from './DashboardContext.js';

/** Those of the provisioned data sources. There is none for Jaeger: Tempo has the spans. */
const UIDS = { prometheus: 'frp-prometheus', loki: 'frp-loki', tempo: 'frp-tempo' } as const satisfies Datasources;
const ALERTMANAGER_UID = 'frp-alertmanager';

type Provisioned = keyof typeof UIDS;

const HEADER = `# Data sources of the dashboards and alert rules for frp: put this file into provisioning/datasources/ of Grafana.
# Each is expected on its port of 127.0.0.1: change the URL of what is elsewhere. \`$$\` is a \`$\` that Grafana does not take for a variable of its environment.
`;

/** Which data source is whose: what Grafana has already, and ours for the rest. */
export const datasourcesInUse = (existing: Datasources): Datasources & Readonly<Record<Provisioned, string>> => ({
  ...UIDS,
  ...existing,
});

/**
 * A file that provisions data sources, with the way from a log record to its trace and back.
 *
 * @param existing those that Grafana has already: they are left out
 * @returns undefined where there is none left
 */
export const renderDatasources = (existing: Datasources): RenderedFile | undefined => {
  const uids = datasourcesInUse(existing);
  const datasources = Object.entries(PROVISIONED).flatMap(([kind, of]) =>
    existing[kind as Provisioned] === undefined ? of(uids) : [],
  );
  if (datasources.length === 0) return undefined;
  return {
    path: 'datasources/frp.yaml',
    text: HEADER + stringify({ apiVersion: 1, datasources }, { lineWidth: 0 }) + (existing.jaeger ? '' : JAEGER),
  };
};

/** Grafana finds a provisioned data source by its name: `Prometheus` would take the place of the user's. */
const datasource = (type: Datasource | 'alertmanager', name: string, uid: string, url: string, jsonData: object) => ({
  name: `frp ${name}`,
  uid,
  type,
  access: 'proxy',
  url,
  jsonData,
});

const PROVISIONED = {
  prometheus: ({ prometheus }) => [
    datasource('prometheus', 'Prometheus', prometheus, 'http://127.0.0.1:9090', {
      httpMethod: 'POST',
      timeInterval: '15s', // of the scrapes: $__rate_interval is four of them
      alertmanagerUid: ALERTMANAGER_UID,
    }),
    datasource('alertmanager', 'Alertmanager', ALERTMANAGER_UID, 'http://127.0.0.1:9093', {
      implementation: 'prometheus',
    }),
  ],
  loki: ({ tempo }) => [
    datasource('loki', 'Loki', UIDS.loki, 'http://127.0.0.1:3100', {
      derivedFields: [
        // What comes by OTLP has it as structured metadata, which Grafana shows with the labels.
        {
          name: 'Trace',
          matcherType: 'label',
          matcherRegex: 'trace_id',
          url: '$${__value.raw}',
          datasourceUid: tempo,
        },
      ],
    }),
  ],
  tempo: ({ loki }) => [
    datasource('tempo', 'Tempo', UIDS.tempo, 'http://127.0.0.1:3200', {
      tracesToLogsV2: {
        datasourceUid: loki,
        spanStartTimeShift: '-5m',
        spanEndTimeShift: '5m',
        // Grafana's own query looks for the id in the line, where it is not. The caller's records are there too.
        customQuery: true,
        query: '{service_name=~".+"} | trace_id="$${__trace.traceId}"',
      },
    }),
  ],
} as const satisfies Readonly<
  Record<Provisioned, (uids: Readonly<Record<Provisioned, string>>) => readonly ReturnType<typeof datasource>[]>
>;

const JAEGER = `# In place of Tempo, or beside it:
#  - name: frp Jaeger
#    uid: frp-jaeger
#    type: jaeger
#    access: proxy
#    url: http://127.0.0.1:16686
`;
