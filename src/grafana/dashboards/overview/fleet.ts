import type { DashboardContext } from '../../DashboardContext.js';
import type { PanelSpec, RowSpec } from '../../DashboardSpec.js';
import { linkTo, ofRow } from '../../links.js';
import { perInstance, perProxy } from '../../promql.js';
import { LAST_RUNNING, stateNumber } from '../../stateNumber.js';
import { CONNECTED, PROXY_STATE } from '../../words.js';
import { PRESENCE, presence } from './presence.js';
import { BOTH_ENDS, CLIENTS, NO_CLIENT, NO_SERVER, SERVERS } from './selectors.js';

/** Who is there, and who is ill. */
export const fleet = (context: DashboardContext): RowSpec => ({
  title: 'Fleet',
  panels: [illTunnels(context), servers(context), clients(context)],
});

/** So many of each kind: of a server with thousands of tunnels that is down, all are. */
const ILL = 100;

const illTunnels = ({ metric, dialect }: DashboardContext): PanelSpec => ({
  type: 'table',
  title: 'Tunnels that are ill',
  about: `Up to ${ILL} tunnels that nobody can connect to, the worst state first, and below them ${ILL} that run and of which connections fail; each as the end sees it that tells of it. A click opens Proxy, with the log lines that say why.`,
  width: 24,
  height: 8,
  empty: 'No tunnel is down or fails, as either end sees them.',
  queries: [
    {
      of: 'prometheus',
      expr: `topk(${ILL}, ${stateNumber((where) => `${metric('frp.proxy.status')}{${BOTH_ENDS}, ${where}}`)} > ${LAST_RUNNING})`,
    },
    { of: 'prometheus', expr: `topk(${ILL}, ${perProxy(`${metric('frp.proxy.error.ratio')}{${BOTH_ENDS}}`)} > 0)` },
  ],
  columns: [
    {
      field: 'frp_proxy_name',
      title: 'Tunnel',
      links: [
        linkTo('proxy', dialect, 'Open Proxy', {
          proxy: ofRow('Tunnel'),
          instance: ofRow('Instance'),
          server: ofRow('Server'),
          role: ofRow('Seen by'),
        }),
      ],
    },
    { field: 'frp_proxy_type', title: 'Type', width: 90 },
    { field: 'frp_instance', title: 'Instance' },
    SERVER_COLUMN,
    { field: 'frp_role', title: 'Seen by', width: 90 },
    { field: 'Value #A', title: 'State', words: PROXY_STATE, width: 110 },
    { field: 'Value #B', title: 'Errors', unit: 'percentunit', rule: 'FrpProxyErrorRatioHigh' },
  ],
  sortBy: { title: 'State', descending: true },
});

const SERVER_COLUMN = { field: 'frp_server_name', title: 'Server' } as const;

const servers = (context: DashboardContext): PanelSpec => {
  const { metric, dialect } = context;
  const of = (name: string): string => perInstance(`${metric(name)}{${SERVERS}}`);
  return {
    type: 'table',
    title: 'Servers',
    about:
      'Every frps with what it carries and uses, the one that is silent or down first. What is red is beyond its alert rule: a click opens its dashboard.',
    width: 12,
    height: 8,
    empty: NO_SERVER,
    queries: [
      { of: 'prometheus', expr: presence(context, SERVERS) },
      { of: 'prometheus', expr: of('frp.server.client.active') },
      {
        of: 'prometheus',
        expr: `sum by (frp_instance, frp_server_name, frp_role) (${perInstance(`${metric('frp.server.throughput')}{${SERVERS}}`, 'frp_traffic_direction')})`,
      },
      { of: 'prometheus', expr: of('frp.process.cpu.utilization') },
      { of: 'prometheus', expr: of('frp.process.memory.usage') },
      { of: 'prometheus', expr: of('frp.server.error.ratio') },
    ],
    columns: [
      {
        field: 'frp_instance',
        title: 'frps',
        links: [linkTo('server', dialect, 'Open Server', { frps: ofRow('frps'), server: ofRow('Server') })],
      },
      SERVER_COLUMN,
      { field: 'Value #A', title: 'State', rule: 'FrpServerDown', words: PRESENCE },
      { field: 'Value #B', title: 'Clients', unit: 'short', rule: 'FrpServerClientsHigh' },
      { field: 'Value #C', title: 'Traffic', unit: 'Bps' },
      { field: 'Value #D', title: 'CPU', unit: 'percentunit', rule: 'FrpServerCpuHigh' },
      { field: 'Value #E', title: 'Memory', unit: 'bytes', rule: 'FrpServerMemoryHigh' },
      { field: 'Value #F', title: 'Errors', unit: 'percentunit', rule: 'FrpServerErrorRatioHigh' },
    ],
    sortBy: { title: 'State', descending: false },
  };
};

const clients = (context: DashboardContext): PanelSpec => {
  const { metric, dialect } = context;
  const of = (name: string): string => perInstance(`${metric(name)}{${CLIENTS}}`);
  return {
    type: 'table',
    title: 'Clients',
    about:
      'Every frpc with its session, the one that is silent or down first. One that reconnects often has a bad way to its server: a click opens its dashboard.',
    width: 12,
    height: 8,
    empty: NO_CLIENT,
    queries: [
      { of: 'prometheus', expr: presence(context, CLIENTS) },
      { of: 'prometheus', expr: of('frp.client.connected') },
      { of: 'prometheus', expr: of('frp.client.session.uptime') },
      { of: 'prometheus', expr: of('frp.client.reconnects.recent') },
      { of: 'prometheus', expr: of('frp.process.cpu.utilization') },
      { of: 'prometheus', expr: of('frp.process.memory.usage') },
    ],
    columns: [
      {
        field: 'frp_instance',
        title: 'frpc',
        links: [linkTo('client', dialect, 'Open Client', { frpc: ofRow('frpc'), server: ofRow('Server') })],
      },
      SERVER_COLUMN,
      { field: 'Value #A', title: 'State', rule: 'FrpClientDown', words: PRESENCE },
      { field: 'Value #B', title: 'Session', rule: 'FrpClientDisconnected', words: CONNECTED },
      { field: 'Value #C', title: 'Since', unit: 's' },
      { field: 'Value #D', title: 'Reconnects', unit: 'short', rule: 'FrpClientFlapping' },
      { field: 'Value #E', title: 'CPU', unit: 'percentunit' },
      { field: 'Value #F', title: 'Memory', unit: 'bytes' },
    ],
    sortBy: { title: 'State', descending: false },
  };
};
