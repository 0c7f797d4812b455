import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { perProxy } from '../../promql.js';
import { bucketsBy, most, QUANTILES, quantileName, quantileOf, SEEN, TUNNEL } from './selectors.js';

const NO_ROUND_TRIP =
  'No TCP connection has ended in the time shown, or the kernel is not asked: only Linux tells the round trip of a socket.';
const NO_PROBE = 'No probe goes through these tunnels: `probes` in the configuration turns them on.';

/** How far it is to the visitor and to the service, and what a probe through the tunnel takes. */
export const roundTrip = ({ metric }: DashboardContext): RowSpec => {
  const graph = { type: 'timeseries', height: 8 } as const;
  const rtt = `${metric('frp.proxy.connection.rtt')}_bucket{${SEEN}}`;
  const probe = metric('frp.proxy.probe.duration');
  return {
    title: 'Round trip',
    panels: [
      {
        type: 'heatmap',
        title: 'Round trips',
        about:
          "The kernel's smoothed round trip at the end of each connection: from frps to the visitor, from frpc to the service. A second band is a second way, or a queue that fills.",
        width: 12,
        height: 8,
        unit: 's',
        empty: NO_ROUND_TRIP,
        queries: [{ of: 'prometheus', expr: bucketsBy(rtt) }],
      },
      {
        ...graph,
        title: 'Round trip by hop',
        about:
          'Seen by the server it is the way to the visitor, seen by the client that to the service. If p99 alone is high, a few are far away; if p50 rises, all wait.',
        width: 12,
        unit: 's',
        empty: NO_ROUND_TRIP,
        queries: QUANTILES.map((quantile) => ({
          of: 'prometheus',
          expr: quantileOf(quantile, bucketsBy(rtt, 'frp_hop')),
          legend: `${quantileName(quantile)} to the {{frp_hop}}`,
        })),
      },
      {
        ...graph,
        title: 'Latency of probes',
        about:
          'Mean time of the probes through each tunnel in the last 5 minutes: what visitors feel. Above the line FrpProxyLatencyHigh fires: compare the round trips and the CPU of both ends.',
        width: 8,
        unit: 's',
        min: 0,
        rule: 'FrpProxyLatencyHigh',
        empty: NO_PROBE,
        queries: [
          { of: 'prometheus', expr: most(perProxy(`${metric('frp.proxy.latency')}{${SEEN}}`)), legend: TUNNEL },
        ],
      },
      {
        ...graph,
        title: 'Duration of probes',
        about:
          'p95 by outcome: without an `error.type` are those that went well. Failed ones that take long ran into a timeout, short ones were refused.',
        width: 8,
        unit: 's',
        empty: NO_PROBE,
        queries: [
          {
            of: 'prometheus',
            expr: quantileOf(0.95, bucketsBy(`${probe}_bucket{${SEEN}, error_type=""}`)),
            legend: 'went well',
          },
          {
            of: 'prometheus',
            expr: quantileOf(0.95, bucketsBy(`${probe}_bucket{${SEEN}, error_type!=""}`, 'error_type')),
            legend: '{{error_type}}',
          },
        ],
      },
      {
        ...graph,
        stacked: true,
        title: 'Probes by outcome',
        about:
          'Probes per second by how they ended. A tunnel whose probes fail cannot be used, whatever its state says.',
        width: 8,
        unit: 'cps',
        empty: NO_PROBE,
        queries: [
          {
            of: 'prometheus',
            expr: `sum(${perProxy(`rate(${probe}_count{${SEEN}, error_type=""}[$__rate_interval])`)})`,
            legend: 'went well',
          },
          {
            of: 'prometheus',
            expr: `sum by (error_type) (${perProxy(`rate(${probe}_count{${SEEN}, error_type!=""}[$__rate_interval])`, 'error_type')}) > 0`,
            legend: '{{error_type}}',
          },
        ],
      },
    ],
  };
};
