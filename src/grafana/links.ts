import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { type DashboardLink, DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dialect } from '../alerts/prometheusDialect.js';
import type { DashboardName, DataLink } from './DashboardSpec.js';
import { tagOf, uidOf } from './identity.js';
import { inView } from './inView.js';

/** The way to the other dashboards, with what is chosen here. */
export const dashboardLink = (dialect: Dialect): Builder<DashboardLink> =>
  inView(
    new DashboardLinkBuilder('frp dashboards')
      .type(DashboardLinkType.Dashboards)
      .tags([tagOf(dialect)])
      .asDropdown(true)
      .includeVars(true)
      .keepTime(true),
  );

/** What a link takes from where it is clicked: a label of a series, or a column of a row, by its title. */
export const ofSeries = (label: string): string => `__field.labels.${label}`;
export const ofRow = (title: string): string => `__data.fields["${title}"]`;

/**
 * A link to the dashboard of what a series or a row is of.
 *
 * @param variables what each variable there is set to
 */
export const linkTo = (
  name: DashboardName,
  dialect: Dialect,
  title: string,
  variables: Readonly<Record<string, string>>,
): DataLink => {
  // A name may have any character.
  const chosen = Object.entries(variables).map(([variable, from]) => `var-${variable}=\${${from}:percentencode}`);
  const query = ['${datasource:queryparam}', ...chosen, '${__url_time_range}'].join('&');
  return { title, url: `/d/${uidOf(name, dialect)}?${query}` };
};
