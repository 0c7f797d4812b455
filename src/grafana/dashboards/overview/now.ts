import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { firingAlerts, NONE_FIRES } from '../../firingAlerts.js';
import { perInstance, perProxy } from '../../promql.js';
import { DOWN } from '../../stateNumber.js';
import { errorBudget } from './errorBudget.js';
import { goneCount, observedCount } from './presence.js';
import { BOTH_ENDS, CLIENTS, NO_CLIENT, NO_SERVER, OF_SERVERS, SERVERS } from './selectors.js';

/** What is wrong now, in eight numbers. */
export const now = (context: DashboardContext): RowSpec => {
  const { metric } = context;
  const status = `${metric('frp.proxy.status')}{${BOTH_ENDS}`;
  const connections = metric('frp.proxy.connections');
  const small = { type: 'stat', width: 6, height: 3, unit: 'short' } as const;
  const anyIsBad = { steps: [{ from: 1, color: 'red' }] } as const;
  return {
    title: 'Now',
    panels: [
      {
        ...small,
        ...anyIsBad,
        title: 'Servers down',
        about:
          'frps that are gone, stopped, or silent for less than an hour, of those that are meant to run. Open Server for the last log lines.',
        empty: NO_SERVER,
        queries: [{ of: 'prometheus', expr: goneCount(context, SERVERS), legend: 'down' }],
      },
      {
        ...small,
        ...anyIsBad,
        title: 'Clients down',
        about:
          'frpc that are gone, stopped, or silent for less than an hour, of those that are meant to run. Open Client for how the last one ended.',
        empty: NO_CLIENT,
        queries: [{ of: 'prometheus', expr: goneCount(context, CLIENTS), legend: 'down' }],
      },
      {
        ...small,
        ...anyIsBad,
        title: 'Without a session',
        about: 'frpc that run and are not logged in: their tunnels are closed. The reason is in Client, under logins.',
        empty: NO_CLIENT,
        queries: [
          {
            of: 'prometheus',
            expr: `sum((1 - ${perInstance(`${metric('frp.client.connected')}{${CLIENTS}}`)}) * ${perInstance(`${metric('frp.process.up')}{${CLIENTS}}`)})`,
            legend: 'without a session',
          },
        ],
      },
      {
        ...small,
        ...anyIsBad,
        title: 'Tunnels down',
        about:
          'Tunnels that nobody can connect to, as each end sees them: a refused start frpc alone tells. The table below has their names.',
        empty: 'No tunnel is known: see in Telemetry health what cannot be read.',
        queries: [
          {
            of: 'prometheus',
            expr: `sum by (frp_role) (${perProxy(`${status}, ${DOWN}}`, 'frp_proxy_state')})`,
            legend: SEEN_BY,
          },
        ],
      },
      {
        ...small,
        ...anyIsBad,
        title: 'Critical or high alerts',
        about:
          'Alerts of frp that fire now in Prometheus and that somebody has to look at now. Alerts has each with its runbook.',
        empty: NONE_FIRES,
        queries: [{ of: 'prometheus', expr: firing('severity=~"critical|high"'), legend: 'firing' }],
      },
      {
        ...small,
        steps: [{ from: 1, color: 'yellow' }],
        title: 'Other alerts',
        about: 'Alerts of frp that fire now and have time until working hours. Alerts has each with its runbook.',
        empty: NONE_FIRES,
        queries: [{ of: 'prometheus', expr: firing('severity!~"critical|high"'), legend: 'firing' }],
      },
      {
        ...small,
        unit: 'percentunit',
        decimals: 1,
        title: 'Error budget spent',
        about:
          'Failed connections as a share of those that the objective allows in the time shown, as each end sees them: a service that does not listen frpc alone tells. From 100 % on the objective is missed: see what fails under Failures.',
        steps: [
          { from: 0.75, color: 'yellow' },
          { from: 1, color: 'red' },
        ],
        empty: 'No connection in the time shown: there is nothing to fail.',
        queries: [
          { of: 'prometheus', expr: errorBudget('server', connections), legend: 'server' },
          { of: 'prometheus', expr: errorBudget('client', connections), legend: 'client' },
        ],
      },
      {
        ...small,
        title: 'Observed',
        about:
          'frps and frpc that something is heard of, and the tunnels that each end knows. Fewer than you run: `frp-otel observe` is missing beside one.',
        empty: 'Nothing is heard of any frps or frpc: run `frp-otel observe` beside them.',
        queries: [
          { of: 'prometheus', expr: observedCount(context, SERVERS), legend: 'frps' },
          { of: 'prometheus', expr: observedCount(context, CLIENTS), legend: 'frpc' },
          {
            of: 'prometheus',
            expr: `sum by (frp_role) (${perProxy(`${status}}`)})`,
            legend: `tunnels (${SEEN_BY})`,
          },
        ],
      },
    ],
  };
};

const SEEN_BY = '{{frp_role}}';

const firing = (where: string): string => `count(${firingAlerts(where, OF_SERVERS)})`;
