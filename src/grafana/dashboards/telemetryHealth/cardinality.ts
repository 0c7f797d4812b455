import type { RowSpec } from '../../DashboardSpec.js';
import { ALL_SERIES, NO_REPORTER, OF_REPORTER, REPORTER } from './reported.js';

/** How much the backend has to carry, and of whom. */
export const cardinality = (): RowSpec => {
  const half = { width: 12, unit: 'short', empty: NO_REPORTER } as const;
  return {
    title: 'Cardinality',
    panels: [
      {
        ...half,
        type: 'bars',
        steps: [],
        height: 12,
        title: 'Series by metric',
        about:
          'The twenty metrics with most series. Histograms of tunnels lead: a view that drops or thins them is in docs/configuration.md.',
        queries: [
          {
            of: 'prometheus',
            expr: `topk(20, count by (__name__) (${ALL_SERIES}))`,
            instant: true,
            legend: '{{__name__}}',
          },
        ],
      },
      {
        ...half,
        type: 'bars',
        steps: [],
        height: 12,
        title: 'Series by instance',
        about:
          'The twenty frps and frpc with most series: these have most tunnels. `maxProxies` and the views set a limit.',
        queries: [
          {
            of: 'prometheus',
            expr: `topk(20, count by (frp_role, frp_instance, frp_server_name) (${ALL_SERIES}))`,
            instant: true,
            legend: '{{frp_instance}} on {{frp_server_name}}',
          },
        ],
      },
      {
        ...half,
        type: 'timeseries',
        height: 8,
        title: 'Series by reporter',
        about:
          'The twenty with most. A line that only climbs while the tunnels do not: names of tunnels that change with each start.',
        queries: [{ of: 'prometheus', expr: `topk(20, count by (${REPORTER}) (${ALL_SERIES}))`, legend: OF_REPORTER }],
      },
      {
        ...half,
        type: 'timeseries',
        stacked: true,
        height: 8,
        title: 'Series by role',
        about:
          'All of them, by which side of frp they are of. It grows with tunnels, times their states and error types.',
        queries: [{ of: 'prometheus', expr: `count by (frp_role) (${ALL_SERIES})`, legend: '{{frp_role}}' }],
      },
    ],
  };
};
