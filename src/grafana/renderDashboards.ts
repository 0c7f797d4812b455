import type { RenderedFile } from '../alerts/render/RenderedFile.js';
import { buildDashboard } from './buildDashboard.js';
import { type DashboardOptions, dashboardContext } from './DashboardContext.js';
import { dashboards } from './dashboards/dashboards.js';

/** Each dashboard as a file that Grafana imports. */
export const renderDashboards = (options: DashboardOptions): readonly RenderedFile[] => {
  const context = dashboardContext(options);
  return dashboards.map((dashboard) => {
    const spec = dashboard(context);
    return { path: `${spec.name}.json`, text: `${JSON.stringify(buildDashboard(spec, context), undefined, 2)}\n` };
  });
};
