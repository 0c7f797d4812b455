import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { perInstance, perProxy } from '../../promql.js';
import { NO_PROXY, NO_SERVER, SEEN, SERVERS } from './selectors.js';

/** What goes wrong, by its class. */
export const failures = ({ metric }: DashboardContext): RowSpec => {
  const failed = (name: string, where: string): string =>
    `increase(${metric(name)}{${where}, error_type!=""}[$__rate_interval])`;
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
        queries: [
          {
            of: 'prometheus',
            expr: `sum by (error_type) (${perProxy(failed('frp.proxy.connections', SEEN), 'error_type')})`,
            legend: '{{error_type}}',
          },
        ],
      },
      {
        ...panel,
        title: 'Logins that were refused',
        about: 'By `error.type`, on all servers: many with `token_mismatch` are a wrong token, or somebody who tries.',
        empty: NO_SERVER,
        queries: [
          {
            of: 'prometheus',
            expr: `sum by (error_type) (${perInstance(failed('frp.server.logins', SERVERS), 'error_type')})`,
            legend: '{{error_type}}',
          },
        ],
      },
    ],
  };
};
