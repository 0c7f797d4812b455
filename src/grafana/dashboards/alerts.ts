import type { DashboardContext } from '../DashboardContext.js';
import type { DashboardSpec } from '../DashboardSpec.js';
import { course } from './alerts/course.js';
import { evaluators } from './alerts/evaluators.js';
import { firing } from './alerts/firing.js';
import { runbook } from './alerts/runbook.js';

/** What fires and what to do about it, what fired before, and who else has an opinion. */
export const alerts = (context: DashboardContext): DashboardSpec => ({
  name: 'alerts',
  title: 'Alerts',
  about: 'What fires now with its runbook, what fired before and how often, and what the other evaluators say.',
  variables: ['datasource', 'server', 'severity', 'alert'],
  annotations: { alerts: ['server', 'severity', 'alert'], restarts: ['server'] },
  rows: [firing(context), course(), evaluators(context), runbook(context)],
});
