import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { linkTo, ofSeries } from '../../links.js';
import { perProxy } from '../../promql.js';
import { NO_CONNECTION_KNOWN, NO_PROXY, SEEN } from './selectors.js';

/** What is carried, and who carries most. */
export const traffic = ({ metric, dialect }: DashboardContext): RowSpec => {
  const io = perProxy(`rate(${metric('frp.proxy.io')}{${SEEN}}[$__rate_interval])`, 'frp_traffic_direction');
  const openProxy = linkTo('proxy', dialect, 'Open Proxy', {
    proxy: ofSeries('frp_proxy_name'),
    server: ofSeries('frp_server_name'),
    role: 'role',
  });
  const open = perProxy(`${metric('frp.proxy.connection.active')}{${SEEN}}`);
  return {
    title: 'Traffic',
    panels: [
      {
        type: 'timeseries',
        title: 'Traffic',
        about:
          'Bytes per second through all tunnels: in is visitor to service. A sudden zero with tunnels up is a network that is cut.',
        width: 8,
        height: 8,
        unit: 'Bps',
        empty: NO_CONNECTION_KNOWN,
        queries: [
          { of: 'prometheus', expr: `sum by (frp_traffic_direction) (${io})`, legend: '{{frp_traffic_direction}}' },
        ],
      },
      {
        type: 'timeseries',
        title: 'Open connections',
        about:
          'Connections of users that are open, by type of tunnel. A level that only rises is a service that does not close: see who has most, below.',
        width: 8,
        height: 8,
        unit: 'short',
        stacked: true,
        empty: NO_CONNECTION_KNOWN,
        queries: [{ of: 'prometheus', expr: `sum by (frp_proxy_type) (${open})`, legend: '{{frp_proxy_type}}' }],
      },
      {
        type: 'timeseries',
        title: 'Tunnels by state',
        about:
          'How many tunnels are in which state. A step down in online or running is a client or a server that was lost.',
        width: 8,
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
        empty: NO_CONNECTION_KNOWN,
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
        empty: NO_CONNECTION_KNOWN,
        queries: [
          {
            of: 'prometheus',
            expr: `topk(10, sum by (frp_server_name, frp_proxy_name) (${open}))`,
            instant: true,
            legend: '{{frp_proxy_name}} on {{frp_server_name}}',
          },
        ],
        links: [openProxy],
      },
    ],
  };
};
