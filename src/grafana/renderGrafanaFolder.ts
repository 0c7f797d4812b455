import { stringify } from 'yaml';
import type { EffectiveRule } from '../alerts/AlertRule.js';
import type { Dialect } from '../alerts/prometheusDialect.js';
import { GRAFANA_FOLDERS, renderGrafana } from '../alerts/render/grafana.js';
import type { RenderedFile } from '../alerts/render/RenderedFile.js';
import type { Datasources } from './DashboardContext.js';
import { datasourcesInUse, renderDatasources } from './datasources.js';
import { tagOf } from './identity.js';
import { renderDashboards } from './renderDashboards.js';

export interface GrafanaFolderOptions {
  readonly dialect: Dialect;
  /** Those in force. */
  readonly rules: readonly EffectiveRule[];
  /** A page with a heading for each rule. */
  readonly runbookUrl: string | undefined;
  /** The uids of data sources that Grafana has already; the others are provisioned. */
  readonly existing: Datasources;
}

/** Where Grafana looks for provisioning in its packages and images. */
export const PROVISIONING = '/etc/grafana/provisioning';

/** All that is to be copied to Grafana's provisioning folder, as it stands there. Those of both dialects may be copied to one. */
export const renderGrafanaFolder = ({
  dialect,
  rules,
  runbookUrl,
  existing,
}: GrafanaFolderOptions): readonly RenderedFile[] => {
  const datasources = datasourcesInUse(existing);
  const provided = renderDatasources(existing);
  const alerts = renderGrafana(rules, dialect, { runbookUrl, datasource: datasources.prometheus });
  return [
    provider(dialect),
    ...inFolder(dashboardsFolder(dialect), renderDashboards({ dialect, rules, runbookUrl, datasources })),
    ...(provided === undefined ? [] : [provided]),
    ...inFolder('alerting', [alerts]),
  ];
};

/** Holds dashboards of ours, and nothing else. */
export const dashboardsFolder = (dialect: Dialect): string => `dashboards/${tagOf(dialect)}`;

const inFolder = (folder: string, files: readonly RenderedFile[]): readonly RenderedFile[] =>
  files.map(({ path, text }) => ({ path: `${folder}/${path}`, text }));

const HEADER = `# The dashboards for frp: put this file and the folder beside it into provisioning/dashboards/ of Grafana, and
# write that folder into \`path\` where it is another one. A dashboard whose file goes away goes, too.
`;

const provider = (dialect: Dialect): RenderedFile => {
  const name = tagOf(dialect);
  return {
    path: `dashboards/${name}.yaml`,
    text:
      HEADER +
      stringify({
        apiVersion: 1,
        providers: [
          {
            name,
            orgId: 1,
            // By its title, which the alert rules have, too: with a uid of its own Grafana would make a second one for them.
            folder: GRAFANA_FOLDERS[dialect],
            type: 'file',
            disableDeletion: false,
            allowUiUpdates: false,
            updateIntervalSeconds: 30,
            options: { path: `${PROVISIONING}/${dashboardsFolder(dialect)}` },
          },
        ],
      }),
  };
};
