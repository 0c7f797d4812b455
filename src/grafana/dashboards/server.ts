import type { DashboardContext } from '../DashboardContext.js';
import type { DashboardSpec } from '../DashboardSpec.js';

export const server = (_context: DashboardContext): DashboardSpec => ({
  name: 'server',
  title: 'Server',
  about: '',
  variables: ['datasource', 'server'],
  annotations: ['alerts', 'restarts'],
  rows: [],
});
