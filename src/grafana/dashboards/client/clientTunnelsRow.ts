import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { perProxy } from '../../promql.js';
import { instanceQueries } from '../instanceQueries.js';
import { NO_TUNNEL, tunnelsTable } from '../tunnelsTable.js';

/** What frpc carries, and what of it fails. */
export const clientTunnelsRow = (context: DashboardContext): RowSpec => {
  const { proxyFailures, series } = instanceQueries('client', context);
  const panel = { type: 'timeseries', width: 12, height: 8, unit: 'short', min: 0 } as const;
  const io = `rate(${series('frp.proxy.io')}[$__rate_interval])`;
  return {
    title: 'Tunnels',
    panels: [
      tunnelsTable('client', context),
      {
        ...panel,
        title: 'Traffic',
        about:
          'Bytes per second through all its tunnels, as its host sees them: in is visitor to service. A sudden zero while it is connected is a network that is cut.',
        unit: 'Bps',
        empty:
          'The kernel tells it, on Linux and of TCP: see whether the source `sockets` is up in Telemetry health. Tunnels that share one local service have none.',
        queries: [
          {
            of: 'prometheus',
            expr: `sum by (frp_traffic_direction) (${perProxy(io, 'frp_traffic_direction')})`,
            legend: '{{frp_traffic_direction}}',
          },
        ],
      },
      {
        ...panel,
        title: 'Tunnels by state',
        about:
          'All but running is closed: `start_error` is a refusal of frps, which the log has; `check_failed` is a service that does not pass its health check.',
        stacked: true,
        empty: NO_TUNNEL.client,
        queries: [
          {
            of: 'prometheus',
            expr: `sum by (frp_proxy_state) (${perProxy(series('frp.proxy.status'), 'frp_proxy_state')})`,
            legend: '{{frp_proxy_state}}',
          },
        ],
      },
      {
        ...panel,
        title: 'Connections that failed per minute',
        unit: 'cpm',
        about:
          'Connections of users that frpc could not pass on, by `error.type`: `connection_refused` is a service that does not listen. Try it from this host, at the address of the config.',
        stacked: true,
        empty: 'None failed in the time shown, or the log of frpc is not read.',
        queries: [proxyFailures('frp.proxy.connections')],
      },
      {
        ...panel,
        title: 'Errors of its tunnels per minute',
        unit: 'cpm',
        about:
          'All that failed of tunnels, by `error.type`: starts, connections, health checks. The table has which tunnel, its dashboard the log lines.',
        stacked: true,
        empty: 'Nothing failed in the time shown, or the log of frpc is not read.',
        queries: [proxyFailures('frp.proxy.errors')],
      },
    ],
  };
};
