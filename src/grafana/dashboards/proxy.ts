import type { DashboardContext } from '../DashboardContext.js';
import type { DashboardSpec } from '../DashboardSpec.js';
import { bothEnds } from './proxy/bothEnds.js';
import { connections } from './proxy/connections.js';
import { logs } from './proxy/logs.js';
import { roundTrip } from './proxy/roundTrip.js';
import { spansInJaeger, spansInTempo } from './proxy/spans.js';
import { state } from './proxy/state.js';
import { traffic } from './proxy/traffic.js';

/** One tunnel or some: from its state to the log line that says why. */
export const proxy = (context: DashboardContext): DashboardSpec => ({
  name: 'proxy',
  title: 'Proxy',
  about:
    'One tunnel, or those that are chosen: state, traffic, failures and round trip, with their log lines and spans.',
  variables: ['datasource', 'role', 'server', 'instance', 'match', 'proxy', 'loki', 'service', 'tempo', 'jaeger'],
  // A restart is of either end, whichever is chosen.
  annotations: { alerts: ['server', 'proxy'], restarts: ['server'], events: ['server', 'proxy'] },
  rows: [
    state(context),
    logs(),
    bothEnds(context),
    connections(context),
    traffic(context),
    roundTrip(context),
    spansInTempo(),
    spansInJaeger(),
  ],
});
