import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { perInstance } from '../../promql.js';
import { instanceQueries, notObserved } from '../instanceQueries.js';

const NOT_OBSERVED = notObserved('server');
const FROM_LOG = 'frps tells it in its log only, of `log.level` info or below';

/** Who is logged in to frps, who came, who left, and who was refused. */
export const serverSessionsRow = (context: DashboardContext): RowSpec => {
  const { value, frequency, outcomes, series } = instanceQueries('server', context);
  const panel = { type: 'timeseries', width: 12, height: 8, unit: 'short', min: 0, fine: true } as const;
  return {
    title: 'Sessions',
    panels: [
      {
        ...panel,
        title: 'Clients over time',
        about:
          'Clients that are logged in. A step down is a network or a site that was lost; a number that only grows is clients that nobody knows: change the token.',
        rule: 'FrpServerClientsHigh',
        empty: NOT_OBSERVED,
        queries: [value('frp.server.client.active', 'clients')],
      },
      {
        ...panel,
        title: 'Logins per minute',
        unit: 'cpm',
        about:
          'Logins that went well, and refused ones by `error.type`: `token_mismatch` is a client with an old token, or somebody who tries. The log has their addresses.',
        empty: `${NOT_OBSERVED} ${FROM_LOG}.`,
        queries: outcomes('frp.server.logins'),
      },
      {
        ...panel,
        title: 'Refused logins of the last 5 minutes',
        about:
          'Beyond the line the alert fires. Addresses that you know have a wrong token; from others, close the port to them.',
        rule: 'FrpLoginFailures',
        empty: `${NOT_OBSERVED} ${FROM_LOG}.`,
        queries: [value('frp.server.login.failures.recent', 'refused')],
      },
      {
        ...panel,
        title: 'Disconnects per minute by reason',
        unit: 'cpm',
        about:
          'Sessions that ended. `heartbeat_timeout` is a network that loses packets or a client that froze, `replaced` is two clients with one id.',
        stacked: true,
        empty: `${NOT_OBSERVED} Nobody may have left, too.`,
        queries: [frequency('frp.server.client.disconnects', '{{frp_disconnect_reason}}', 'frp_disconnect_reason')],
      },
      {
        type: 'table',
        title: 'Clients by user, id and version',
        about:
          'Who is logged in now. A version behind the others is an update that was missed; a user that nobody knows has your token.',
        width: 24,
        height: 8,
        empty:
          'Off by default: set the option `recordClientInfo` (`FRP_OTEL_RECORD_CLIENT_INFO=true`). User and id come from the API of frps, since frp 0.67.',
        queries: [
          {
            of: 'prometheus',
            expr: perInstance(series('frp.server.client.info'), 'frp_user', 'frp_client_id', 'frp_version'),
          },
        ],
        columns: [
          { field: 'frp_user', title: 'User' },
          { field: 'frp_client_id', title: 'Client id' },
          { field: 'frp_version', title: 'Version' },
          { field: 'Value #A', title: 'Sessions', unit: 'short' },
        ],
        sortBy: { title: 'Sessions', descending: true },
      },
    ],
  };
};
