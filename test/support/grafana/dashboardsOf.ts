import { DEFAULT_RULES } from '../../../src/alerts/defaultRules.js';
import type { Dialect } from '../../../src/alerts/prometheusDialect.js';
import { renderDashboards } from '../../../src/grafana/renderDashboards.js';
import type { DashboardJson } from './dashboardQueries.js';

export interface NamedDashboard {
  /** Of its file: `overview`. */
  readonly name: string;
  readonly json: DashboardJson;
}

/** Every dashboard, with the thresholds of the default rules. */
export const dashboardsOf = (dialect: Dialect): readonly NamedDashboard[] =>
  renderDashboards({ dialect, rules: DEFAULT_RULES, runbookUrl: undefined, datasources: {} }).map(({ path, text }) => ({
    name: path.replace(/\.json$/, ''),
    json: JSON.parse(text),
  }));

/** The one of that name. */
export const dashboardOf = (dialect: Dialect, wanted: string): DashboardJson => {
  const found = dashboardsOf(dialect).find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`expected a dashboard, received ${wanted}`);
  return found.json;
};
