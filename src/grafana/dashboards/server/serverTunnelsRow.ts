import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { perProxy } from '../../promql.js';
import { instanceQueries, notObserved } from '../instanceQueries.js';
import { NO_TUNNEL, tunnelsTable } from '../tunnelsTable.js';

const NOT_OBSERVED = notObserved('server');

/** What frps carries, and what of it fails. */
export const serverTunnelsRow = (context: DashboardContext): RowSpec => {
  const { value, frequency, outcomes, failures, proxyFailures, series } = instanceQueries('server', context);
  const half = { type: 'timeseries', width: 12, height: 8, unit: 'short', min: 0 } as const;
  const quarter = { ...half, width: 6 } as const;
  return {
    title: 'Tunnels',
    panels: [
      {
        ...half,
        title: 'Tunnels online by type',
        about:
          'Tunnels that users can connect to. A step down is a client that was lost: see the disconnects by reason.',
        stacked: true,
        empty: NO_TUNNEL.server,
        queries: [value('frp.server.proxy.active', '{{frp_proxy_type}}', 'frp_proxy_type')],
      },
      {
        ...half,
        title: 'Starts of tunnels per minute',
        unit: 'cpm',
        about:
          'Those that went well, and refused ones by `error.type`: frpc says a refusal once and tries again in silence. The log has the name of the tunnel and the words of frps.',
        empty: `${NOT_OBSERVED} It is told by its log.`,
        queries: outcomes('frp.server.proxy.starts'),
      },
      tunnelsTable('server', context),
      {
        ...half,
        title: 'Traffic',
        about:
          'Bytes per second through all its tunnels: in is visitor to service. A sudden zero with tunnels online is a network that is cut.',
        unit: 'Bps',
        empty: NO_TUNNEL.server,
        queries: [value('frp.server.throughput', '{{frp_traffic_direction}}', 'frp_traffic_direction')],
      },
      {
        ...half,
        title: 'Open connections',
        about:
          'Connections of users, of all its tunnels. A number that only grows is a service that does not close: the table has which.',
        empty: NO_TUNNEL.server,
        queries: [
          {
            of: 'prometheus',
            expr: `sum(${perProxy(series('frp.proxy.connection.active'))})`,
            legend: 'open',
          },
        ],
      },
      {
        ...quarter,
        title: 'Error ratio',
        about:
          'Share of logins, starts of tunnels and connections of the last 5 minutes that failed. Beyond the line, go on with the error that is most frequent beside.',
        unit: 'percentunit',
        rule: 'FrpServerErrorRatioHigh',
        empty: `${NOT_OBSERVED} It is told by its log.`,
        queries: [value('frp.server.error.ratio', 'failed')],
      },
      {
        ...quarter,
        title: 'Errors of the server per minute',
        unit: 'cpm',
        about:
          'What failed on frps and is not of one tunnel, by `error.type`: logins, starts, its own faults. `file_descriptors` and `no_memory` are for now, the others for the client that they are of.',
        stacked: true,
        empty: 'Nothing failed in the time shown, or the log of frps is not read.',
        queries: [failures('frp.server.errors')],
      },
      {
        ...quarter,
        title: 'Errors of its tunnels per minute',
        unit: 'cpm',
        about:
          'What failed of tunnels, by `error.type`, as frps sees it. `work_connection` is a client that does not answer; a dead service behind the tunnel is seen by its client only.',
        stacked: true,
        empty: 'Nothing failed in the time shown, or the log of frps is not read.',
        queries: [proxyFailures('frp.proxy.errors')],
      },
      {
        ...quarter,
        title: 'Requests to the dashboard per minute',
        unit: 'cpm',
        about:
          'Requests to the dashboard and the API of frps, without those of this telemetry. Some that nobody knows of: see that it has a password and is not open to the world.',
        empty: `${NOT_OBSERVED} It is told by its log.`,
        queries: [frequency('frp.server.dashboard.requests', 'requests')],
      },
    ],
  };
};
