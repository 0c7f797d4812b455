import type { DashboardContext } from '../DashboardContext.js';
import type { DashboardSpec } from '../DashboardSpec.js';
import { failures } from './overview/failures.js';
import { fleet } from './overview/fleet.js';
import { now } from './overview/now.js';
import { traffic } from './overview/traffic.js';

/** The fleet at a glance, and from there the way to the one that is ill. */
export const overview = (context: DashboardContext): DashboardSpec => ({
  name: 'overview',
  title: 'Overview',
  about:
    'All frps and frpc that are observed, and their tunnels: who is down, who fails, who talks most. What is ill is shown as either end sees it, traffic as the end does that is chosen.',
  variables: ['datasource', 'role', 'server', 'objective'],
  annotations: { alerts: ['server'], restarts: ['server'] },
  rows: [now(context), fleet(context), traffic(context), failures(context)],
});
