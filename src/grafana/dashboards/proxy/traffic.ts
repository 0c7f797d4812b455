import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { linkTo, ofSeries } from '../../links.js';
import { perProxy } from '../../promql.js';
import { most, NO_BYTES, SEEN, TUNNEL } from './selectors.js';

const NO_SEGMENTS =
  'Nothing was carried over TCP, or the kernel is not asked: only Linux tells of the segments of a socket. Telemetry health has the source.';

/** What goes through it. */
export const traffic = ({ metric, dialect }: DashboardContext): RowSpec => {
  const rate = (name: string): string =>
    perProxy(`rate(${metric(name)}{${SEEN}}[$__rate_interval])`, 'frp_traffic_direction');
  const byDirection = (expr: string): string => `sum by (frp_traffic_direction) (${expr})`;
  const graph = { type: 'timeseries', height: 8 } as const;
  return {
    title: 'Traffic',
    panels: [
      {
        ...graph,
        title: 'Traffic',
        about:
          'Bytes per second of each tunnel: in is visitor to service. Zero on a tunnel that runs is a service or a network that is cut, where it is not just idle.',
        width: 12,
        unit: 'Bps',
        empty: NO_BYTES,
        queries: [
          { of: 'prometheus', expr: most(rate('frp.proxy.io')), legend: `${TUNNEL} {{frp_traffic_direction}}` },
        ],
      },
      {
        ...graph,
        title: 'Throughput of the last minute',
        about:
          'Bytes per second over the last minute, of the chosen tunnels together. A flat top is a limit: `transport.bandwidthLimit`, or the line itself.',
        width: 12,
        unit: 'Bps',
        empty: NO_BYTES,
        queries: [
          {
            of: 'prometheus',
            expr: byDirection(perProxy(`${metric('frp.proxy.throughput')}{${SEEN}}`, 'frp_traffic_direction')),
            legend: '{{frp_traffic_direction}}',
          },
        ],
      },
      {
        type: 'bars',
        title: 'Carried in the time shown',
        about:
          'Bytes in both directions, of the ten tunnels that carried most. Who used up the line stands on top. Where their reporter was replaced in that time, it is the larger part alone.',
        width: 8,
        height: 8,
        unit: 'bytes',
        empty: NO_BYTES,
        queries: [
          {
            of: 'prometheus',
            expr: `topk(10, sum by (frp_server_name, frp_proxy_name) (${perProxy(`increase(${metric('frp.proxy.io')}{${SEEN}}[$__range])`, 'frp_traffic_direction')}))`,
            legend: '{{frp_proxy_name}} on {{frp_server_name}}',
          },
        ],
        links: [
          linkTo('proxy', dialect, 'Show this one alone', {
            proxy: ofSeries('frp_proxy_name'),
            server: ofSeries('frp_server_name'),
            role: 'role',
          }),
        ],
      },
      {
        ...graph,
        title: 'Segments',
        about:
          'TCP segments per second, those that were sent again among them. Many segments with few bytes are a lossy way, or a service that writes in small pieces.',
        width: 8,
        unit: 'pps',
        empty: NO_SEGMENTS,
        queries: [
          { of: 'prometheus', expr: byDirection(rate('frp.proxy.segments')), legend: '{{frp_traffic_direction}}' },
        ],
      },
      {
        ...graph,
        title: 'Bytes in a segment',
        about:
          'Near 1400 in bulk, few in a dialogue. If it falls while the traffic stays, more is sent again: look at the round trip.',
        width: 8,
        unit: 'bytes',
        empty: NO_SEGMENTS,
        queries: [
          {
            of: 'prometheus',
            expr: `${byDirection(rate('frp.proxy.io'))} / (${byDirection(rate('frp.proxy.segments'))} > 0)`,
            legend: '{{frp_traffic_direction}}',
          },
        ],
      },
    ],
  };
};
