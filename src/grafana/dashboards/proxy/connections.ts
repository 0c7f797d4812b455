import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { perProxy } from '../../promql.js';
import { bucketsBy, most, QUANTILES, quantileName, quantileOf, SEEN, TUNNEL } from './selectors.js';

const NO_CONNECTION =
  'No connection is told by this role: of http, udp and xtcp frps logs none, and frpc logs only those that failed. Choose the other role.';
const NO_FAILURE = 'Nothing failed in the time shown, as far as this role sees: see both ends.';
const NO_FAILED_CONNECTION =
  'No connection failed in the time shown, as far as this role sees: of http, udp and xtcp frps logs none. Choose the other role.';
const NO_DURATION =
  'No connection has ended in the time shown, or its end was not seen: frps alone tells how long one lasted.';

/** Who connects, and what fails. */
export const connections = ({ metric }: DashboardContext): RowSpec => {
  const graph = { type: 'timeseries', height: 8 } as const;
  const duration = `${metric('frp.proxy.connection.duration')}_bucket{${SEEN}}`;
  // Each class of failure is told from the start, at 0: only what occurred is drawn.
  const failed = (name: string): string =>
    `sum by (error_type) (${perProxy(`rate(${metric(name)}{${SEEN}, error_type!=""}[$__rate_interval])`, 'error_type')}) > 0`;
  return {
    title: 'Connections',
    panels: [
      {
        ...graph,
        title: 'Open connections',
        about:
          'Connections of users that are open, of each tunnel. A number that only grows is a service or a visitor that does not close.',
        width: 12,
        unit: 'short',
        rule: 'FrpProxyConnectionsHigh',
        empty:
          'This role does not know of open connections: of udp nobody counts them, and sockets may not be readable.',
        queries: [
          {
            of: 'prometheus',
            expr: most(perProxy(`${metric('frp.proxy.connection.active')}{${SEEN}}`)),
            legend: TUNNEL,
          },
        ],
      },
      {
        ...graph,
        title: 'New connections',
        about:
          'Connections per second that went well, of each tunnel. A burst is a client that does not reuse its connections, or a scan.',
        width: 12,
        unit: 'cps',
        empty: NO_CONNECTION,
        queries: [
          {
            of: 'prometheus',
            expr: most(perProxy(`rate(${metric('frp.proxy.connections')}{${SEEN}, error_type=""}[$__rate_interval])`)),
            legend: TUNNEL,
          },
        ],
      },
      {
        ...graph,
        title: 'Error ratio',
        about:
          'Share of connections that failed in the last 5 minutes, 0 below 3 failures. Above the line FrpProxyErrorRatioHigh fires: the panel beside says what fails.',
        width: 8,
        unit: 'percentunit',
        min: 0,
        rule: 'FrpProxyErrorRatioHigh',
        empty: 'This role does not know of all its connections, so that it knows no ratio: choose the other one.',
        queries: [
          { of: 'prometheus', expr: most(perProxy(`${metric('frp.proxy.error.ratio')}{${SEEN}}`)), legend: TUNNEL },
        ],
      },
      {
        ...graph,
        stacked: true,
        title: 'Connections that failed',
        about:
          'Per second, by `error.type`. `connection_refused` on the client is a service that does not listen; `work_connection` and `timeout` on the server speak of the client.',
        width: 8,
        unit: 'cps',
        empty: NO_FAILED_CONNECTION,
        queries: [{ of: 'prometheus', expr: failed('frp.proxy.connections'), legend: '{{error_type}}' }],
      },
      {
        ...graph,
        stacked: true,
        title: 'Errors',
        about:
          'All that failed of the tunnel, per second: its start, connections and health checks, by `error.type`. The log lines have the words of each.',
        width: 8,
        unit: 'cps',
        empty: NO_FAILURE,
        queries: [{ of: 'prometheus', expr: failed('frp.proxy.errors'), legend: '{{error_type}}' }],
      },
      {
        type: 'heatmap',
        title: 'How long connections lasted',
        about:
          'Connections that ended, by how long they were open. A new band at the bottom is a service that hangs up at once; one at a round number is a timeout.',
        width: 12,
        height: 8,
        unit: 's',
        empty: NO_DURATION,
        queries: [{ of: 'prometheus', expr: bucketsBy(duration) }],
      },
      {
        ...graph,
        title: 'Duration of connections',
        about:
          'Half of the connections were shorter than p50, one in a hundred longer than p99. If all fall together, connections break: compare with what failed.',
        width: 12,
        unit: 's',
        empty: NO_DURATION,
        queries: QUANTILES.map((quantile) => ({
          of: 'prometheus',
          expr: quantileOf(quantile, bucketsBy(duration)),
          legend: quantileName(quantile),
        })),
      },
    ],
  };
};
