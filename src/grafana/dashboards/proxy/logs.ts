import type { RowSpec } from '../../DashboardSpec.js';
import { isOneOf, READABLE, RECORDS } from '../../logql.js';

const OF_INSTANCES = `${RECORDS} | frp_role="$role" | ${isOneOf('frp_server_name', 'server')} | ${isOneOf('frp_instance', 'instance')}`;

/**
 * A record has the name of its tunnel where it tells an event of it. Other lines begin with it, `[web] get a user connection`: what is
 * found there is made the same label. Loki keeps the one that a record has.
 */
const OF_TUNNEL = `| regexp \`^\\[(?P<frp_proxy_name>.+?)\\] \` | ${isOneOf('frp_proxy_name', 'proxy')}`;

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
        "What the chosen role's frp says of these tunnels, the latest first. A click on a line shows its `error_type`, and the trace that it is of.",
      width: 24,
      height: 10,
      empty: EMPTY,
      query: { of: 'loki', expr: `${OF_INSTANCES} ${OF_TUNNEL} ${READABLE}` },
    },
    {
      type: 'logs',
      title: 'Warnings and errors of their frp',
      about:
        'Warnings and errors of the whole frps or frpc: why a tunnel is down is often said of the session, with no tunnel named. Read those just before the state changed.',
      width: 24,
      height: 8,
      empty: EMPTY,
      query: { of: 'loki', expr: `${OF_INSTANCES} | severity_number >= ${WARN} ${READABLE}` },
    },
  ],
});
