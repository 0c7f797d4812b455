import type { FrpRole } from '../../frp/FrpRole.js';
import type { DashboardContext } from '../DashboardContext.js';
import type { DataLink, PanelSpec, PromQuery } from '../DashboardSpec.js';
import { linkTo, ofRow } from '../links.js';
import { perProxy } from '../promql.js';
import { stateNumber } from '../stateNumber.js';
import { PROXY_STATE } from '../words.js';
import { instanceQueries, PROGRAM } from './instanceQueries.js';
import { ROWS, worstOf } from './worstTunnels.js';

export const NO_TUNNEL: Readonly<Record<FrpRole, string>> = {
  server:
    'No tunnel is known: no client has started one, or neither the API nor the log of frps is read. Telemetry health says which.',
  client: 'No tunnel is known: its config has none, or is not read. Telemetry health says which.',
};

/** The tunnels of the one frps or frpc that is chosen. */
export const tunnelsTable = (role: FrpRole, context: DashboardContext): PanelSpec => {
  const { series } = instanceQueries(role, context);
  const worst = worstOf(stateNumber((where) => series('frp.proxy.status', `, ${where}`)));
  const ofWorst = (expr: string): PromQuery => ({ of: 'prometheus', expr: `${expr} and ${worst}` });
  const of = (name: string): PromQuery => ofWorst(perProxy(series(name)));
  return {
    type: 'table',
    title: 'Tunnels',
    about: `The tunnels of this ${PROGRAM[role]} with their traffic and failures, the one in the worst state first. At most ${ROWS}: Proxy has the others, by *Proxy matches*. A click on a name opens it.`,
    width: 24,
    height: 10,
    empty: NO_TUNNEL[role],
    queries: [
      { of: 'prometheus', expr: worst },
      of('frp.proxy.uptime'),
      ofWorst(
        `sum without (frp_traffic_direction) (${perProxy(series('frp.proxy.throughput'), 'frp_traffic_direction')})`,
      ),
      of('frp.proxy.connection.active'),
      of('frp.proxy.error.ratio'),
    ],
    columns: [
      { field: 'frp_proxy_name', title: 'Tunnel', links: [openProxy(role, context)] },
      { field: 'frp_proxy_type', title: 'Type', width: 90 },
      { field: 'Value #A', title: 'State', words: PROXY_STATE, width: 120 },
      { field: 'frp_server_name', title: 'Server' },
      { field: 'Value #B', title: 'Since', unit: 's' },
      { field: 'Value #C', title: 'Traffic', unit: 'Bps' },
      { field: 'Value #D', title: 'Open', unit: 'short', rule: 'FrpProxyConnectionsHigh' },
      { field: 'Value #E', title: 'Errors', unit: 'percentunit', rule: 'FrpProxyErrorRatioHigh' },
    ],
    sortBy: { title: 'State', descending: true },
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
