import type { DashboardContext } from '../DashboardContext.js';
import type { DashboardSpec } from '../DashboardSpec.js';
import { logRow, processRow } from './processRow.js';
import { serverSessionsRow } from './server/serverSessionsRow.js';
import { serverStateRow } from './server/serverStateRow.js';
import { serverTunnelsRow } from './server/serverTunnelsRow.js';

/** One frps in depth. */
export const server = (context: DashboardContext): DashboardSpec => ({
  name: 'server',
  title: 'Server',
  about: 'One frps: who is logged in to it and who is refused, what it carries, what it uses, and what it says.',
  variables: ['datasource', 'server', 'frps', 'loki', 'service'],
  annotations: { alerts: ['server', 'frps'], restarts: ['server', 'frps'], events: ['server', 'frps'] },
  rows: [
    serverStateRow(context),
    serverSessionsRow(context),
    serverTunnelsRow(context),
    processRow('server', context),
    logRow('server'),
  ],
});
