import type { DashboardContext } from '../DashboardContext.js';
import type { DashboardSpec } from '../DashboardSpec.js';

export const alerts = (_context: DashboardContext): DashboardSpec => ({
  name: 'alerts',
  title: 'Alerts',
  about: '',
  variables: ['datasource', 'server'],
  annotations: ['alerts', 'restarts'],
  rows: [],
});
