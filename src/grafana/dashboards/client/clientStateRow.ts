import { NOT_RUNNING } from '../../../alerts/catalogue/terms.js';
import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { perProxy } from '../../promql.js';
import { CONNECTED, HOLDS, MEANT_TO_RUN, UP } from '../../words.js';
import { instanceQueries, notObserved } from '../instanceQueries.js';
import { NO_TUNNEL } from '../tunnelsTable.js';

const NOT_OBSERVED = notObserved('client');
const DOWN = `frp_proxy_state=~"${NOT_RUNNING.join('|')}"`;

/** How frpc is, in one look. */
export const clientStateRow = (context: DashboardContext): RowSpec => {
  const { value, meantToRun, total, series } = instanceQueries('client', context);
  const small = { type: 'stat', width: 4, height: 4, unit: 'short', empty: NOT_OBSERVED } as const;
  return {
    title: 'State',
    panels: [
      {
        ...small,
        title: 'State',
        about: 'Down is gone or stopped: its tunnels are closed. The last lines of its log are below.',
        rule: 'FrpClientDown',
        words: UP,
        queries: [value('frp.process.up', 'frpc')],
      },
      {
        ...small,
        title: 'Session',
        about:
          'Whether frpc is logged in to its server. Without a session its tunnels are closed: why is under logins, and in the log.',
        rule: 'FrpClientDisconnected',
        words: CONNECTED,
        empty: `${NOT_OBSERVED} Its log or its API tells it.`,
        queries: [value('frp.client.connected', 'session')],
      },
      {
        ...small,
        title: 'Session since',
        about: 'Time since the login of the present session. Short with a long uptime is a session that was lost.',
        unit: 's',
        empty: 'There is no session, or it began before frpc was observed and its log does not tell when.',
        queries: [value('frp.client.session.uptime', 'session')],
      },
      {
        ...small,
        title: 'Uptime',
        about: 'Time since frpc was started. A short one that nobody wanted: see its last lines before the start.',
        unit: 's',
        queries: [value('frp.process.uptime', 'uptime')],
      },
      {
        ...small,
        title: 'Restarts',
        about:
          'Starts after the first, in the time shown. A frpc whose first login fails ends at once, unless `loginFailExit = false`. Where its reporter changed its name meanwhile, the larger part is shown.',
        decimals: 0,
        steps: [{ from: 1, color: 'yellow' }],
        queries: [total('frp.process.restarts', 'restarts')],
      },
      {
        ...small,
        title: 'Tunnels that do not run',
        about: 'Tunnels of its config that nobody can connect to now. The table of tunnels has their state.',
        steps: [{ from: 1, color: 'red' }],
        empty: NO_TUNNEL.client,
        queries: [
          {
            of: 'prometheus',
            expr: `sum(${perProxy(series('frp.proxy.status', `, ${DOWN}`), 'frp_proxy_state')})`,
            legend: 'do not run',
          },
        ],
      },
      {
        type: 'states',
        title: 'Up and connected over time',
        about:
          'When frpc was up, meant to run, and logged in. Up without a session is a server that refuses or is not reached; a gap in all is telemetry that did not come.',
        width: 24,
        height: 6,
        unit: 'short',
        fine: true,
        words: { ...HOLDS, ...MEANT_TO_RUN },
        empty: NOT_OBSERVED,
        queries: [value('frp.process.up', 'up'), meantToRun, value('frp.client.connected', 'connected')],
      },
    ],
  };
};
