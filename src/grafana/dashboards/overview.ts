import { NOT_RUNNING } from '../../alerts/catalogue/terms.js';
import type { DashboardContext } from '../DashboardContext.js';
import type { Column, DashboardSpec, PanelSpec, RowSpec } from '../DashboardSpec.js';
import { linkTo, ofRow, ofSeries } from '../links.js';
import { perInstance, perProxy } from '../promql.js';
import { CONNECTED, UP } from '../words.js';

/** The fleet at a glance, and from there the way to the one that is ill. */
export const overview = (context: DashboardContext): DashboardSpec => ({
  name: 'overview',
  title: 'Overview',
  about: 'All frps and frpc that are observed, and their tunnels: who is down, who fails, who talks most.',
  variables: ['datasource', 'role', 'server', 'objective'],
  annotations: ['alerts', 'restarts'],
  rows: [now(context), fleet(context), traffic(context), failures(context)],
});

const SEEN = 'frp_role="$role", frp_server_name=~"$server"';
const SERVERS = 'frp_role="server", frp_server_name=~"$server"';
const CLIENTS = 'frp_role="client", frp_server_name=~"$server"';
const DOWN = `frp_proxy_state=~"${NOT_RUNNING.join('|')}"`;

const NO_SERVER = 'No frps is observed: run `frp-otel observe` beside it.';
const NO_CLIENT = 'No frpc is observed: run `frp-otel observe` beside it.';
const NO_PROXY =
  'No tunnel is known to this role: choose the other one, or see Telemetry health for what cannot be read.';

const now = ({ metric }: DashboardContext): RowSpec => {
  const up = metric('frp.process.up');
  const status = metric('frp.proxy.status');
  const small = { type: 'stat', width: 4, height: 4, unit: 'short' } as const;
  const anyIsBad = { steps: [{ from: 1, color: 'red' }] } as const;
  return {
    title: 'Now',
    panels: [
      {
        ...small,
        ...anyIsBad,
        title: 'Servers down',
        about:
          'frps that are gone, stopped or silent, of those that are meant to run. Open Server for its last log lines.',
        empty: NO_SERVER,
        queries: [{ of: 'prometheus', expr: `sum(1 - ${perInstance(`${up}{${SERVERS}}`)})`, legend: 'down' }],
      },
      {
        ...small,
        ...anyIsBad,
        title: 'Clients down',
        about: 'frpc that are gone, stopped or silent. Open Client for how the last one ended.',
        empty: NO_CLIENT,
        queries: [{ of: 'prometheus', expr: `sum(1 - ${perInstance(`${up}{${CLIENTS}}`)})`, legend: 'down' }],
      },
      {
        ...small,
        ...anyIsBad,
        title: 'Clients without a session',
        about: 'frpc that run and are not logged in: their tunnels are closed. The reason is in Client, under logins.',
        empty: NO_CLIENT,
        queries: [
          {
            of: 'prometheus',
            expr: `sum(1 - ${perInstance(`${metric('frp.client.connected')}{${CLIENTS}}`)})`,
            legend: 'without a session',
          },
        ],
      },
      {
        ...small,
        ...anyIsBad,
        title: 'Tunnels down',
        about:
          'Tunnels that nobody can connect to, as the chosen role sees them. The table of tunnels has their names.',
        empty: NO_PROXY,
        queries: [
          {
            of: 'prometheus',
            expr: `sum(${perProxy(`${status}{${SEEN}, ${DOWN}}`, 'frp_proxy_state')})`,
            legend: 'down',
          },
        ],
      },
      {
        ...small,
        steps: [{ from: 1, color: 'red' }],
        title: 'Alerts that fire',
        about: 'Alerts of frp that fire now in Prometheus. Alerts has each with its runbook.',
        empty: 'None fires, or Prometheus has no rules of frp loaded.',
        queries: [
          {
            of: 'prometheus',
            expr: 'count(ALERTS{alertstate="firing", frp_alert_subject!="", frp_server_name=~"$server"})',
            legend: 'firing',
          },
        ],
      },
      {
        ...small,
        unit: 'percentunit',
        decimals: 1,
        title: 'Error budget left',
        about:
          'What is left of the failures that the objective allows in the time shown: 100 % is untouched, below 0 it is spent. See what fails under Failures.',
        steps: [],
        empty: 'No connection in the time shown: there is nothing to fail.',
        queries: [
          { of: 'prometheus', expr: errorBudget(metric('frp.proxy.connections')), instant: true, legend: 'left' },
        ],
      },
    ],
  };
};

/** Of the connections in the time shown: 1 none failed, 0 as many as the objective allows. */
const errorBudget = (connections: string): string => {
  const all = `sum(${perProxy(`increase(${connections}{${SEEN}}[$__range])`, 'error_type')})`;
  const failed = `sum(${perProxy(`increase(${connections}{${SEEN}, error_type!=""}[$__range])`, 'error_type')})`;
  return `1 - (${failed} / (${all} > 0)) / (1 - $objective)`;
};

const fleet = (context: DashboardContext): RowSpec => ({
  title: 'Fleet',
  panels: [servers(context), clients(context), tunnels(context)],
});

const SERVER_COLUMN = { field: 'frp_server_name', title: 'Server' } as const;

const servers = ({ metric, dialect }: DashboardContext): PanelSpec => {
  const of = (name: string): string => perInstance(`${metric(name)}{${SERVERS}}`);
  return {
    type: 'table',
    title: 'Servers',
    about:
      'Every frps with what it carries and uses. What is red is beyond its alert rule: a click opens its dashboard.',
    width: 12,
    height: 8,
    empty: NO_SERVER,
    queries: [
      { of: 'prometheus', expr: of('frp.process.up') },
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
      { field: 'Value #A', title: 'State', rule: 'FrpServerDown', words: UP },
      { field: 'Value #B', title: 'Clients', unit: 'short', rule: 'FrpServerClientsHigh' },
      { field: 'Value #C', title: 'Traffic', unit: 'Bps' },
      { field: 'Value #D', title: 'CPU', unit: 'percentunit', rule: 'FrpServerCpuHigh' },
      { field: 'Value #E', title: 'Memory', unit: 'bytes', rule: 'FrpServerMemoryHigh' },
      { field: 'Value #F', title: 'Errors', unit: 'percentunit', rule: 'FrpServerErrorRatioHigh' },
    ],
    sortBy: 'Traffic',
  };
};

const clients = ({ metric, dialect }: DashboardContext): PanelSpec => {
  const of = (name: string): string => perInstance(`${metric(name)}{${CLIENTS}}`);
  return {
    type: 'table',
    title: 'Clients',
    about:
      'Every frpc with its session. One that reconnects often has a bad way to its server: a click opens its dashboard.',
    width: 12,
    height: 8,
    empty: NO_CLIENT,
    queries: [
      { of: 'prometheus', expr: of('frp.process.up') },
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
      { field: 'Value #A', title: 'State', rule: 'FrpClientDown', words: UP },
      { field: 'Value #B', title: 'Session', rule: 'FrpClientDisconnected', words: CONNECTED },
      { field: 'Value #C', title: 'Since', unit: 's' },
      { field: 'Value #D', title: 'Reconnects', unit: 'short', rule: 'FrpClientFlapping' },
      { field: 'Value #E', title: 'CPU', unit: 'percentunit' },
      { field: 'Value #F', title: 'Memory', unit: 'bytes' },
    ],
    sortBy: 'Reconnects',
  };
};

const OF_PROXY = 'frp_role, frp_instance, frp_server_name, frp_proxy_name, frp_proxy_type';

const tunnels = ({ metric, dialect }: DashboardContext): PanelSpec => {
  const of = (name: string): string => perProxy(`${metric(name)}{${SEEN}}`);
  const columns: readonly [Column, ...Column[]] = [
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
    { field: 'frp_proxy_type', title: 'Type' },
    { field: 'frp_proxy_state', title: 'State' },
    { field: 'frp_instance', title: 'Instance' },
    SERVER_COLUMN,
    { field: 'frp_role', title: 'Seen by' },
    { field: 'Value #B', title: 'Traffic', unit: 'Bps' },
    { field: 'Value #C', title: 'Open', unit: 'short', rule: 'FrpProxyConnectionsHigh' },
    { field: 'Value #D', title: 'Errors', unit: 'percentunit', rule: 'FrpProxyErrorRatioHigh' },
  ];
  return {
    type: 'table',
    title: 'Tunnels',
    about:
      'Every tunnel with its state, traffic and failures, the one that fails most first. A click opens its dashboard.',
    width: 24,
    height: 10,
    empty: NO_PROXY,
    queries: [
      { of: 'prometheus', expr: `${perProxy(`${metric('frp.proxy.status')}{${SEEN}}`, 'frp_proxy_state')} == 1` },
      {
        of: 'prometheus',
        expr: `sum by (${OF_PROXY}) (${perProxy(`${metric('frp.proxy.throughput')}{${SEEN}}`, 'frp_traffic_direction')})`,
      },
      { of: 'prometheus', expr: of('frp.proxy.connection.active') },
      { of: 'prometheus', expr: of('frp.proxy.error.ratio') },
    ],
    columns,
    sortBy: 'Errors',
  };
};

const traffic = ({ metric, dialect }: DashboardContext): RowSpec => {
  const io = perProxy(`rate(${metric('frp.proxy.io')}{${SEEN}}[$__rate_interval])`, 'frp_traffic_direction');
  const openProxy = linkTo('proxy', dialect, 'Open Proxy', {
    proxy: ofSeries('frp_proxy_name'),
    server: ofSeries('frp_server_name'),
  });
  return {
    title: 'Traffic',
    panels: [
      {
        type: 'timeseries',
        title: 'Traffic',
        about:
          'Bytes per second through all tunnels: in is visitor to service. A sudden zero with tunnels up is a network that is cut.',
        width: 12,
        height: 8,
        unit: 'Bps',
        empty: NO_PROXY,
        queries: [
          { of: 'prometheus', expr: `sum by (frp_traffic_direction) (${io})`, legend: '{{frp_traffic_direction}}' },
        ],
      },
      {
        type: 'timeseries',
        title: 'Tunnels by state',
        about:
          'How many tunnels are in which state. A step down in online or running is a client or a server that was lost.',
        width: 12,
        height: 8,
        unit: 'short',
        stacked: true,
        empty: NO_PROXY,
        queries: [
          {
            of: 'prometheus',
            expr: `sum by (frp_proxy_state) (${perProxy(`${metric('frp.proxy.status')}{${SEEN}}`, 'frp_proxy_state')})`,
            legend: '{{frp_proxy_state}}',
          },
        ],
      },
      {
        type: 'bars',
        title: 'Top talkers',
        about:
          'The ten tunnels that carry most, now. Who fills the line of all others stands on top: see `transport.bandwidthLimit`.',
        width: 12,
        height: 8,
        unit: 'Bps',
        empty: NO_PROXY,
        queries: [
          {
            of: 'prometheus',
            expr: `topk(10, sum by (frp_server_name, frp_proxy_name) (${io}))`,
            instant: true,
            legend: '{{frp_proxy_name}} on {{frp_server_name}}',
          },
        ],
        links: [openProxy],
      },
      {
        type: 'bars',
        title: 'Most open connections',
        about:
          'The ten tunnels with most open connections, now. A number that only grows is a service that does not close.',
        width: 12,
        height: 8,
        unit: 'short',
        rule: 'FrpProxyConnectionsHigh',
        empty: NO_PROXY,
        queries: [
          {
            of: 'prometheus',
            expr: `topk(10, sum by (frp_server_name, frp_proxy_name) (${perProxy(`${metric('frp.proxy.connection.active')}{${SEEN}}`)}))`,
            instant: true,
            legend: '{{frp_proxy_name}} on {{frp_server_name}}',
          },
        ],
        links: [openProxy],
      },
    ],
  };
};

const failures = ({ metric }: DashboardContext): RowSpec => {
  const failed = (name: string, where: string): string =>
    `sum by (error_type) (${perInstance(`sum by (frp_role, frp_instance, frp_server_name, instance, error_type) (increase(${metric(name)}{${where}, error_type!=""}[$__rate_interval]))`, 'error_type')})`;
  const panel = { type: 'timeseries', width: 12, height: 8, unit: 'short', stacked: true } as const;
  return {
    title: 'Failures',
    panels: [
      {
        ...panel,
        title: 'Connections that failed',
        about:
          'By `error.type`, as the chosen role sees them: `connection_refused` on the client is a service that does not listen.',
        empty: NO_PROXY,
        queries: [{ of: 'prometheus', expr: failed('frp.proxy.connections', SEEN), legend: '{{error_type}}' }],
      },
      {
        ...panel,
        title: 'Logins that were refused',
        about: 'By `error.type`, on all servers: many with `authentication` are a wrong token, or somebody who tries.',
        empty: NO_SERVER,
        queries: [{ of: 'prometheus', expr: failed('frp.server.logins', SERVERS), legend: '{{error_type}}' }],
      },
    ],
  };
};
