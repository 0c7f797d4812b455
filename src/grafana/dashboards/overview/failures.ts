import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { perInstance, perProxy } from '../../promql.js';
import { BOTH_ENDS, CLIENTS, SERVERS } from './selectors.js';

/** What goes wrong, by its class. */
export const failures = ({ metric }: DashboardContext): RowSpec => {
  const rate = (name: string, where: string): string => `rate(${metric(name)}{${where}}[$__rate_interval])`;
  const failed = (name: string, where: string): string => rate(name, `${where}, error_type!=""`);
  // Each class is told from the start, at 0: only what occurs is drawn.
  const perMinute = (expr: string): string => `60 * ${expr} > 0`;
  const panel = { type: 'timeseries', width: 8, height: 8, unit: 'cpm', min: 0 } as const;
  return {
    title: 'Failures',
    panels: [
      {
        ...panel,
        title: 'Connections that failed',
        about:
          'Per minute, by `error.type` and by who saw it: `connection_refused` by the client is a service that does not listen, `work_connection` by the server a client that does not answer.',
        empty:
          'No connection failed in the time shown, as far as it is told: frps does not of http, udp and xtcp, frpc not of udp and sudp.',
        queries: [
          {
            of: 'prometheus',
            expr: perMinute(
              `sum by (frp_role, error_type) (${perProxy(failed('frp.proxy.connections', BOTH_ENDS), 'error_type')})`,
            ),
            legend: '{{error_type}} ({{frp_role}})',
          },
        ],
      },
      {
        ...panel,
        stacked: true,
        title: 'Logins that were refused',
        about:
          'Per minute, by `error.type`, on all servers: many with `token_mismatch` are a wrong token, or somebody who tries.',
        empty: 'No login was refused in the time shown, or the log of no frps is read.',
        queries: [
          {
            of: 'prometheus',
            expr: perMinute(`sum by (error_type) (${perInstance(failed('frp.server.logins', SERVERS), 'error_type')})`),
            legend: '{{error_type}}',
          },
        ],
      },
      {
        ...panel,
        stacked: true,
        title: 'Reconnects',
        about:
          'Sessions per minute that clients had lost and got again, by server. Many at once are a server that was started again or a network that was cut; a steady few are one client that flaps: see Clients.',
        empty: 'No client has reconnected in the time shown, or the log of no frpc is read.',
        queries: [
          {
            of: 'prometheus',
            expr: perMinute(
              `topk(20, sum by (frp_server_name) (${perInstance(rate('frp.client.reconnects', CLIENTS))}))`,
            ),
            legend: '{{frp_server_name}}',
          },
        ],
      },
    ],
  };
};
