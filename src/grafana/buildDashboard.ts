import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { buildAnnotations } from './annotations.js';
import { buildPanel } from './buildPanel.js';
import type { DashboardContext } from './DashboardContext.js';
import type { DashboardSpec } from './DashboardSpec.js';
import { tagOf, uidOf } from './identity.js';
import { dashboardLink } from './links.js';
import { buildVariable } from './variables.js';

/** What Grafana imports and provisions (dashboard schema 42, Grafana 10 and later). */
export const buildDashboard = (spec: DashboardSpec, context: DashboardContext): Dashboard => {
  const { dialect } = context;
  const builder = new DashboardBuilder(dialect === 'own' ? `frp ${spec.title} (own metrics)` : `frp ${spec.title}`)
    .uid(uidOf(spec.name, dialect))
    .description(spec.about)
    .tags([tagOf(dialect)])
    .editable()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-3h', to: 'now' })
    .refresh('1m')
    .link(dashboardLink(dialect));
  for (const name of spec.variables) builder.withVariable(buildVariable(name, context));
  for (const annotation of buildAnnotations(spec.annotations, context)) builder.annotation(annotation);
  let id = 0;
  for (const { title, collapsed = false, panels } of spec.rows) {
    id += 1;
    const row = new RowBuilder(title).id(id).collapsed(collapsed);
    const built = panels.map((panel) => {
      id += 1;
      return buildPanel(panel, panel.id ?? id, context);
    });
    if (collapsed) for (const panel of built) row.withPanel(panel);
    builder.withRow(row);
    if (!collapsed) for (const panel of built) builder.withPanel(panel);
  }
  return builder.build();
};
