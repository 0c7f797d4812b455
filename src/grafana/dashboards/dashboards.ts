import type { DashboardContext } from '../DashboardContext.js';
import type { DashboardSpec } from '../DashboardSpec.js';
import { alerts } from './alerts.js';
import { client } from './client.js';
import { overview } from './overview.js';
import { proxy } from './proxy.js';
import { server } from './server.js';
import { telemetryHealth } from './telemetryHealth.js';

/** Every dashboard, once. */
export const dashboards: readonly ((context: DashboardContext) => DashboardSpec)[] = [
  overview,
  server,
  client,
  proxy,
  alerts,
  telemetryHealth,
];
