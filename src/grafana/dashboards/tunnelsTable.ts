import type { FrpRole } from '../../frp/FrpRole.js';
import type { DashboardContext } from '../DashboardContext.js';
import type { DataLink, PanelSpec } from '../DashboardSpec.js';
import { linkTo, ofRow } from '../links.js';
import { perProxy } from '../promql.js';
import { instanceQueries, PROGRAM } from './instanceQueries.js';

export const NO_TUNNEL: Readonly<Record<FrpRole, string>> = {
  server:
    'No tunnel is known: no client has started one, or neither the API nor the log of frps is read. Telemetry health says which.',
  client: 'No tunnel is known: its config has none, or is not read. Telemetry health says which.',
};

/** The tunnels of the one frps or frpc that is chosen. */
export const tunnelsTable = (role: FrpRole, context: DashboardContext): PanelSpec => {
  const { series } = instanceQueries(role, context);
  const of = (name: string): string => perProxy(series(name));
  return {
    type: 'table',
    title: 'Tunnels',
    about: `Every tunnel of this ${PROGRAM[role]} with its state, traffic and failures, the one that fails most first. A click opens its dashboard.`,
    width: 24,
    height: 10,
    empty: NO_TUNNEL[role],
    queries: [
      { of: 'prometheus', expr: `${perProxy(series('frp.proxy.status'), 'frp_proxy_state')} == 1` },
      { of: 'prometheus', expr: of('frp.proxy.uptime') },
      {
        of: 'prometheus',
        expr: `sum without (frp_traffic_direction) (${perProxy(series('frp.proxy.throughput'), 'frp_traffic_direction')})`,
      },
      { of: 'prometheus', expr: of('frp.proxy.connection.active') },
      { of: 'prometheus', expr: of('frp.proxy.error.ratio') },
    ],
    columns: [
      { field: 'frp_proxy_name', title: 'Tunnel', links: [openProxy(role, context)] },
      { field: 'frp_proxy_type', title: 'Type', width: 90 },
      { field: 'frp_proxy_state', title: 'State', width: 120 },
      { field: 'frp_server_name', title: 'Server' },
      { field: 'Value #B', title: 'Since', unit: 's' },
      { field: 'Value #C', title: 'Traffic', unit: 'Bps' },
      { field: 'Value #D', title: 'Open', unit: 'short', rule: 'FrpProxyConnectionsHigh' },
      { field: 'Value #E', title: 'Errors', unit: 'percentunit', rule: 'FrpProxyErrorRatioHigh' },
    ],
    sortBy: 'Errors',
  };
};

/** Role and instance are those of this dashboard: the row need not have them. */
const openProxy = (role: FrpRole, { dialect }: DashboardContext): DataLink => {
  const { title, url } = linkTo('proxy', dialect, 'Open Proxy', {
    proxy: ofRow('Tunnel'),
    server: ofRow('Server'),
    instance: PROGRAM[role],
  });
  return { title, url: `${url}&var-role=${role}` };
};
