import type { DashboardContext } from '../DashboardContext.js';
import type { DashboardSpec } from '../DashboardSpec.js';
import { cardinality } from './telemetryHealth/cardinality.js';
import { lag, otelcol } from './telemetryHealth/lag.js';
import { leftOut } from './telemetryHealth/leftOut.js';
import { now } from './telemetryHealth/now.js';
import { reporters } from './telemetryHealth/reporters.js';
import { sources } from './telemetryHealth/sources.js';

/** Whether the other dashboards can be believed: who reports, from what, how late, and what is missing. */
export const telemetryHealth = (context: DashboardContext): DashboardSpec => ({
  name: 'telemetry-health',
  title: 'Telemetry health',
  about:
    'Whether the other dashboards can be believed: who reports, from which sources, how late, and what is left out.',
  variables: ['datasource', 'server', 'reporter'],
  annotations: { alerts: ['server'], restarts: ['server'] },
  rows: [
    now(context),
    sources(context),
    reporters(context),
    leftOut(context),
    cardinality(context),
    lag(context),
    ...(context.dialect === 'collector' ? [otelcol()] : []),
  ],
});
