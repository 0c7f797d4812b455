import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { perProxy } from '../../promql.js';
import { ALL_SERIES, NO_REPORTER, OF_REPORTER, REPORTER, tunnelsOf } from './reported.js';

/**
 * How much the backend has to carry, and of whom. Closed, since each look reads every series of ours once; their course is that of
 * tunnels, which most of them are of: of all series Prometheus would refuse it from some hundred tunnels on.
 */
export const cardinality = ({ metric }: DashboardContext): RowSpec => {
  const tunnels = tunnelsOf(metric('frp.proxy.status'));
  const third = { type: 'bars', width: 8, height: 12, unit: 'short', steps: [], empty: NO_REPORTER } as const;
  const half = { type: 'timeseries', width: 12, height: 8, unit: 'short', empty: NO_TUNNEL } as const;
  return {
    title: 'Cardinality',
    collapsed: true,
    panels: [
      {
        ...third,
        title: 'Series by metric',
        about:
          'The twenty metrics with most series. Histograms of tunnels lead: a view that drops or thins them is in docs/configuration.md.',
        queries: [{ of: 'prometheus', expr: mostSeries('__name__'), legend: '{{__name__}}' }],
      },
      {
        ...third,
        title: 'Series by instance',
        about:
          'The twenty frps and frpc with most series: these have most tunnels. `maxProxies` and the views set a limit.',
        queries: [
          {
            of: 'prometheus',
            expr: mostSeries('frp_role, frp_instance, frp_server_name'),
            legend: '{{frp_instance}} on {{frp_server_name}}',
          },
        ],
      },
      {
        ...third,
        title: 'Series by reporter',
        about:
          'The twenty reporters with most series. One with far more than others observes many tunnels, or has labels that never end.',
        queries: [{ of: 'prometheus', expr: mostSeries(REPORTER), legend: OF_REPORTER }],
      },
      {
        ...half,
        title: 'Tunnels by reporter',
        about:
          'The twenty reporters that tell of most tunnels, those that are offline too. A line that only climbs: names of tunnels that change with each start.',
        queries: [
          {
            of: 'prometheus',
            expr: `topk(20, count by (${REPORTER}) (${perProxy(tunnels, 'job', 'instance')}))`,
            legend: OF_REPORTER,
          },
        ],
      },
      {
        ...half,
        title: 'Tunnels by role',
        about:
          'How many tunnels are told of, by the end that tells: a tunnel that both ends tell of is in both. Series grow with them, times their states and error types.',
        queries: [{ of: 'prometheus', expr: `count by (frp_role) (${perProxy(tunnels)})`, legend: '{{frp_role}}' }],
      },
    ],
  };
};

const NO_TUNNEL = 'No tunnel is told of: choose other servers or reporters, or see whether their sources are degraded.';

const mostSeries = (by: string): string => `topk(20, count by (${by}) (${ALL_SERIES}))`;
