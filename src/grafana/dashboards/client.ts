import type { DashboardContext } from '../DashboardContext.js';
import type { DashboardSpec } from '../DashboardSpec.js';

export const client = (_context: DashboardContext): DashboardSpec => ({
  name: 'client',
  title: 'Client',
  about: '',
  variables: ['datasource', 'server'],
  annotations: ['alerts', 'restarts'],
  rows: [],
});
