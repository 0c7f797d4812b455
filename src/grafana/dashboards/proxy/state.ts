import { chosen } from '../../chosen.js';
import { byRole, columnsByRole } from '../../columnsByRole.js';
import type { DashboardContext } from '../../DashboardContext.js';
import type { PanelSpec, RowSpec } from '../../DashboardSpec.js';
import { NONE_FIRES } from '../../firingAlerts.js';
import { linkTo, ofRow } from '../../links.js';
import { perProxy } from '../../promql.js';
import { DOWN, stateNumber } from '../../stateNumber.js';
import { PROXY_STATE } from '../../words.js';
import { ROWS, worstOf } from '../worstTunnels.js';
import { NO_TUNNEL, SEEN, TUNNEL } from './selectors.js';

/** Which tunnel is ill, and since when. */
export const state = (context: DashboardContext): RowSpec => ({
  title: 'State',
  panels: [...now(context), course(context), tunnels(context)],
});

const now = ({ metric }: DashboardContext): readonly PanelSpec[] => {
  const status = metric('frp.proxy.status');
  const small = { type: 'stat', width: 4, height: 4, unit: 'short', empty: NO_TUNNEL } as const;
  const anyIsBad = { steps: [{ from: 1, color: 'red' }] } as const;
  return [
    {
      ...small,
      ...anyIsBad,
      title: 'Tunnels down',
      about: 'Of the chosen tunnels those that nobody can connect to. The table below has them on top.',
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
      title: 'Worst state',
      about:
        'The worst state that one of them is in. `start_error` is a refusal of frps, `check_failed` a service that is down: the log lines say which.',
      words: PROXY_STATE,
      queries: [
        { of: 'prometheus', expr: `max(${stateNumber((where) => `${status}{${SEEN}, ${where}}`)})`, legend: 'state' },
      ],
    },
    {
      ...small,
      unit: 's',
      title: 'Up since',
      about:
        'Time since the last one was started. If it is short and nobody deployed, the session was lost: see its client.',
      empty: 'No tunnel runs, or this role does not know since when.',
      queries: [
        { of: 'prometheus', expr: `min(${perProxy(`${metric('frp.proxy.uptime')}{${SEEN}}`)})`, legend: 'since' },
      ],
    },
    {
      ...small,
      title: 'Open now',
      about:
        'Connections of users that are open on the chosen tunnels together. Which tunnel has them is under Connections.',
      empty: 'This role does not know of open connections: of udp nobody counts them, and sockets may not be readable.',
      queries: [
        {
          of: 'prometheus',
          expr: `sum(${perProxy(`${metric('frp.proxy.connection.active')}{${SEEN}}`)})`,
          legend: 'open',
        },
      ],
    },
    {
      ...small,
      unit: 'percentunit',
      decimals: 1,
      title: 'Highest error ratio',
      about:
        'Share of connections that failed in the last 5 minutes, of the tunnel that fails most. Under Connections is with which `error.type`.',
      rule: 'FrpProxyErrorRatioHigh',
      empty: 'This role does not know of all its connections, so that it knows no ratio: choose the other one.',
      queries: [
        { of: 'prometheus', expr: `max(${perProxy(`${metric('frp.proxy.error.ratio')}{${SEEN}}`)})`, legend: 'failed' },
      ],
    },
    {
      ...small,
      ...anyIsBad,
      title: 'Alerts that fire',
      about: 'Alerts of these tunnels that fire now in Prometheus, of both roles. Alerts has each with its runbook.',
      empty: NONE_FIRES,
      queries: [
        {
          of: 'prometheus',
          expr: `count(ALERTS{alertstate="firing", frp_alert_subject="proxy", frp_server_name=~${chosen('server')}, frp_proxy_name=~${chosen('proxy')}})`,
          legend: 'firing',
        },
      ],
    },
  ];
};

const course = ({ metric }: DashboardContext): PanelSpec => {
  const worst = (where: string): string =>
    `max_over_time(${metric('frp.proxy.status')}{${SEEN}, ${where}}[$__rate_interval])`;
  return {
    type: 'states',
    title: 'States',
    about:
      'The state of each tunnel, in each step the worst that it was in. A gap is a time in which nobody told of it; begin with the log lines of the moment where the colour changes.',
    width: 24,
    height: 8,
    unit: 'short',
    words: PROXY_STATE,
    empty: NO_TUNNEL,
    queries: [{ of: 'prometheus', expr: `topk(50, ${stateNumber(worst)})`, legend: TUNNEL }],
  };
};

const tunnels = ({ metric, dialect }: DashboardContext): PanelSpec => {
  const worst = worstOf(stateNumber((where) => `${metric('frp.proxy.status')}{${SEEN}, ${where}}`));
  const of = (name: string, where = ''): string =>
    byRole(`${perProxy(`${metric(name)}{${SEEN}${where}}`)} and ${worst}`);
  const carries = (direction: 'in' | 'out'): string =>
    of('frp.proxy.throughput', `, frp_traffic_direction="${direction}"`);
  return {
    type: 'table',
    title: 'Tunnels',
    about: `The tunnels that are chosen, the one in the worst state first, and at most ${ROWS}: *Proxy matches* narrows down. What is red is beyond its alert rule; a click on a name shows that one alone.`,
    width: 24,
    height: 8,
    empty: NO_TUNNEL,
    queries: [
      { of: 'prometheus', expr: byRole(worst) },
      { of: 'prometheus', expr: of('frp.proxy.uptime') },
      { of: 'prometheus', expr: carries('in') },
      { of: 'prometheus', expr: carries('out') },
      { of: 'prometheus', expr: of('frp.proxy.connection.active') },
      { of: 'prometheus', expr: of('frp.proxy.error.ratio') },
      { of: 'prometheus', expr: of('frp.proxy.latency') },
    ],
    columns: [
      {
        field: 'frp_proxy_name',
        title: 'Tunnel',
        links: [
          linkTo('proxy', dialect, 'Show this one alone', {
            proxy: ofRow('Tunnel'),
            server: ofRow('Server'),
            role: 'role',
          }),
        ],
      },
      { field: 'frp_proxy_type', title: 'Type', width: 80 },
      { field: 'Value #A', title: 'State', words: PROXY_STATE, width: 110 },
      { field: 'Value #B', title: 'Since', unit: 's' },
      { field: 'Value #C', title: 'In', unit: 'Bps' },
      { field: 'Value #D', title: 'Out', unit: 'Bps' },
      { field: 'Value #E', title: 'Open', unit: 'short', rule: 'FrpProxyConnectionsHigh' },
      { field: 'Value #F', title: 'Errors', unit: 'percentunit', rule: 'FrpProxyErrorRatioHigh' },
      { field: 'Value #G', title: 'Latency', unit: 's', rule: 'FrpProxyLatencyHigh' },
      ...columnsByRole(dialect),
    ],
    sortBy: { title: 'State', descending: true },
  };
};
