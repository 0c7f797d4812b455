import type { Dialect } from '../alerts/prometheusDialect.js';
import type { Column } from './DashboardSpec.js';
import { linkTo, ofRow } from './links.js';

/** With two labels more, `frps` and `frpc`: the instance stands in that of its role, so that each leads to the dashboard of its own. */
export const byRole = (expr: string): string =>
  ROLES.reduce(
    (inner, { label, role }) => `label_replace(${inner}, "${label}", "$1", "role_instance", "${role}/(.*)")`,
    `label_join(${expr}, "role_instance", "/", "frp_role", "frp_instance")`,
  );

const ROLES = [
  { label: 'frps', role: 'server' },
  { label: 'frpc', role: 'client' },
] as const;

/** The columns of these labels, and of the server that both are of. */
export const columnsByRole = (dialect: Dialect): readonly [Column, Column, Column] => [
  {
    field: 'frps',
    title: 'frps',
    links: [linkTo('server', dialect, 'Open Server', { frps: ofRow('frps'), server: ofRow('Server') })],
  },
  {
    field: 'frpc',
    title: 'frpc',
    links: [linkTo('client', dialect, 'Open Client', { frpc: ofRow('frpc'), server: ofRow('Server') })],
  },
  {
    field: 'frp_server_name',
    title: 'Server',
    links: [linkTo('server', dialect, 'Open Server', { server: ofRow('Server') })],
  },
];
