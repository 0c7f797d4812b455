import type { DashboardContext } from '../DashboardContext.js';
import type { DashboardSpec } from '../DashboardSpec.js';

export const telemetryHealth = (_context: DashboardContext): DashboardSpec => ({
  name: 'telemetry-health',
  title: 'Telemetry health',
  about: '',
  variables: ['datasource', 'server'],
  annotations: ['alerts', 'restarts'],
  rows: [],
});
