import type { DashboardContext } from '../DashboardContext.js';
import type { DashboardSpec } from '../DashboardSpec.js';

export const proxy = (_context: DashboardContext): DashboardSpec => ({
  name: 'proxy',
  title: 'Proxy',
  about: '',
  variables: ['datasource', 'server'],
  annotations: ['alerts', 'restarts'],
  rows: [],
});
