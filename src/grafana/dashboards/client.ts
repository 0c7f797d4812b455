import type { DashboardContext } from '../DashboardContext.js';
import type { DashboardSpec } from '../DashboardSpec.js';
import { clientSessionRow } from './client/clientSessionRow.js';
import { clientStateRow } from './client/clientStateRow.js';
import { clientTunnelsRow } from './client/clientTunnelsRow.js';
import { logRow, processRow } from './processRow.js';

/** One frpc in depth. */
export const client = (context: DashboardContext): DashboardSpec => ({
  name: 'client',
  title: 'Client',
  about: 'One frpc: whether it is logged in, why not, what its tunnels carry, what it uses, and what it says.',
  variables: ['datasource', 'server', 'frpc', 'loki', 'service'],
  annotations: { alerts: ['server', 'frpc'], restarts: ['server', 'frpc'], events: ['server', 'frpc'] },
  rows: [
    clientStateRow(context),
    clientSessionRow(context),
    clientTunnelsRow(context),
    processRow('client', context),
    logRow('client'),
  ],
});
