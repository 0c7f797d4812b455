import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { perInstance, perProxy } from '../../promql.js';
import { CLIENTS, DOWN, NO_CLIENT, NO_PROXY, NO_SERVER, OF_SERVERS, SEEN, SERVERS } from './selectors.js';

/** What is wrong now, in six numbers. */
export const now = ({ metric }: DashboardContext): RowSpec => {
  const up = metric('frp.process.up');
  const status = metric('frp.proxy.status');
  const small = { type: 'stat', width: 4, height: 4, unit: 'short' } as const;
  const anyIsBad = { steps: [{ from: 1, color: 'red' }] } as const;
  return {
    title: 'Now',
    panels: [
      {
        ...small,
        ...anyIsBad,
        title: 'Servers down',
        about:
          'frps that are gone, stopped or silent, of those that are meant to run. Open Server for its last log lines.',
        empty: NO_SERVER,
        queries: [{ of: 'prometheus', expr: `sum(1 - ${perInstance(`${up}{${SERVERS}}`)})`, legend: 'down' }],
      },
      {
        ...small,
        ...anyIsBad,
        title: 'Clients down',
        about: 'frpc that are gone, stopped or silent. Open Client for how the last one ended.',
        empty: NO_CLIENT,
        queries: [{ of: 'prometheus', expr: `sum(1 - ${perInstance(`${up}{${CLIENTS}}`)})`, legend: 'down' }],
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
            expr: `sum(1 - ${perInstance(`${metric('frp.client.connected')}{${CLIENTS}}`)})`,
            legend: 'without a session',
          },
        ],
      },
      {
        ...small,
        ...anyIsBad,
        title: 'Tunnels down',
        about: 'Tunnels that nobody can connect to, as the chosen role sees them. The table below has their names.',
        empty: NO_PROXY,
        queries: [
          {
            of: 'prometheus',
            expr: `sum(${perProxy(`${status}{${SEEN}, ${DOWN}}`, 'frp_proxy_state')})`,
            legend: 'down',
          },
        ],
      },
      {
        ...small,
        steps: [{ from: 1, color: 'red' }],
        title: 'Alerts that fire',
        about: 'Alerts of frp that fire now in Prometheus. Alerts has each with its runbook.',
        empty: 'None fires, or Prometheus has no rules of frp loaded.',
        queries: [
          {
            of: 'prometheus',
            expr: `count(ALERTS{alertstate="firing", frp_alert_subject!="", ${OF_SERVERS}})`,
            legend: 'firing',
          },
        ],
      },
      {
        ...small,
        unit: 'percentunit',
        decimals: 1,
        title: 'Error budget spent',
        about:
          'Failed connections as a share of those that the objective allows in the time shown: from 100 % on the objective is missed. See what fails under Failures.',
        steps: [
          { from: 0.75, color: 'yellow' },
          { from: 1, color: 'red' },
        ],
        empty: 'No connection in the time shown: there is nothing to fail.',
        queries: [
          { of: 'prometheus', expr: errorBudget(metric('frp.proxy.connections')), instant: true, legend: 'spent' },
        ],
      },
    ],
  };
};

/** 0 where no connection failed in the time shown, 1 where as many did as the objective allows. */
const errorBudget = (connections: string): string => {
  const all = `sum(${perProxy(`increase(${connections}{${SEEN}}[$__range])`, 'error_type')})`;
  const failed = `sum(${perProxy(`increase(${connections}{${SEEN}, error_type!=""}[$__range])`, 'error_type')})`;
  return `(${failed} / (${all} > 0)) / (1 - $objective)`;
};
