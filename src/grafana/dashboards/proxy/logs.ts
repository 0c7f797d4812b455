import { isOneOf } from '../../chosen.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { READABLE, RECORDS } from '../../logql.js';

const OF_SERVERS = `${RECORDS} | ${isOneOf('frp_server_name', 'server')}`;

/** Of both ends: of a connection that is refused, or a health check that fails, the log of frpc alone has the reason. */
const OF_BOTH = `${OF_SERVERS} | frp_role=~"server|client"`;
const OF_CHOSEN = `${OF_SERVERS} | frp_role="$role" | ${isOneOf('frp_instance', 'instance')}`;

/**
 * A record has the name of its tunnel where it tells an event of it. Other lines begin with it, `[web] get a user connection`: what is
 * found there is made the same label. Loki keeps the one that a record has.
 */
const OF_TUNNEL = `| regexp \`^\\[(?P<frp_proxy_name>.+?)\\] \` | frp_proxy_name!="" | ${isOneOf('frp_proxy_name', 'proxy')}`;

/** Who says it, in front. */
const SAID_BY = '| line_format `{{ .frp_instance }} {{ __line__ }}`';

const WARN = 13; // SeverityNumber of logs in OpenTelemetry

const EMPTY =
  'No such line in the time shown. If there should be: does frp-otel read the log, and does the Collector send log records to this Loki?';

/** The line that says why. */
export const logs = (): RowSpec => ({
  title: 'Log',
  panels: [
    {
      type: 'logs',
      title: 'Log lines of the tunnels',
      about:
        'What frps and frpc say of these tunnels, the latest first, whichever instance is chosen. A click on a line shows its `error_type`, and the trace that it is of.',
      width: 24,
      height: 10,
      empty: EMPTY,
      query: { of: 'loki', expr: `${OF_BOTH} ${OF_TUNNEL} ${READABLE} ${SAID_BY}` },
    },
    {
      type: 'logs',
      title: 'Warnings and errors of their frp',
      about:
        'Warnings and errors of the whole frps or frpc that is chosen: why a tunnel is down is often said of the session, with no tunnel named. Read those just before the state changed.',
      width: 24,
      height: 8,
      empty: EMPTY,
      query: { of: 'loki', expr: `${OF_CHOSEN} | severity_number >= ${WARN} ${READABLE}` },
    },
  ],
});
