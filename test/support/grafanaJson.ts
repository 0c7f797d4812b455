import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { EffectiveRule } from '../../src/alerts/AlertRule.js';
import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import type { Dialect } from '../../src/alerts/prometheusDialect.js';
import { renderDashboards } from '../../src/grafana/renderDashboards.js';
import { type DashboardVariable, labelValuesOf } from './grafana/dashboardQueries.js';

/** A query of a panel as it stands in the JSON, whoever is asked. */
export interface Target {
  readonly refId: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly expr?: string;
  readonly query?: string;
  readonly operation?: string;
  readonly tags?: string;
  readonly legendFormat?: string;
}

/** The dashboards as Grafana reads them: from their files. */
export const renderedDashboards = (
  dialect: Dialect,
  rules: readonly EffectiveRule[] = DEFAULT_RULES,
): readonly Dashboard[] =>
  renderDashboards({ dialect, rules, runbookUrl: 'https://wiki.example/frp', datasources: {} }).map(
    ({ text }) => JSON.parse(text) as Dashboard,
  );

export const isRow = (panel: Panel | RowPanel): panel is RowPanel => panel.type === 'row';

/** All but headings, those in collapsed rows among them. */
export const panelsOf = ({ panels = [] }: Dashboard): readonly Panel[] =>
  panels.flatMap((panel) => (isRow(panel) ? panel.panels : [panel]));

export const targetsOf = ({ targets = [] }: Panel): readonly Target[] => targets as unknown as readonly Target[];

/** Where something was found: `overview / Servers`. */
export const placeOf = ({ uid }: Dashboard, { title }: { readonly title?: string }): string =>
  `${uid ?? 'no uid'} / ${title ?? 'no title'}`;

/** One query, wherever it stands. */
export interface Asked {
  readonly place: string;
  /** `prometheus`, `loki`, `tempo`, `jaeger`. */
  readonly of: string;
  /** The variable that it is asked by: `$datasource`. */
  readonly datasource: string;
  /** With variables of Grafana; of Jaeger its tags. */
  readonly text: string;
}

/** All queries of a dashboard: of panels, annotations, and of variables without their `label_values`. */
export const queriesOf = (dashboard: Dashboard): readonly Asked[] => [
  ...panelsOf(dashboard).flatMap((panel) =>
    targetsOf(panel).map(({ refId, datasource, expr, query, tags }) => ({
      place: `${placeOf(dashboard, panel)} / ${refId}`,
      of: datasource.type,
      datasource: datasource.uid,
      text: expr ?? query ?? tags ?? '',
    })),
  ),
  ...(dashboard.annotations.list ?? []).map(({ name, datasource, expr }) => ({
    place: `${dashboard.uid} / annotation ${name}`,
    of: datasource?.type ?? '',
    datasource: datasource?.uid ?? '',
    text: expr ?? '',
  })),
  ...(dashboard.templating.list ?? [])
    .filter(({ type }) => type === 'query')
    .map((variable) => ({
      place: `${dashboard.uid} / variable ${variable.name}`,
      of: variable.datasource?.type ?? '',
      datasource: variable.datasource?.uid ?? '',
      text: labelValuesOf(variable as DashboardVariable).selector,
    })),
];
