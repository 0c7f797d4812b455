import { byRole, columnsByRole } from '../../columnsByRole.js';
import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { UNKNOWN } from './now.js';
import { NO_REPORTER, SEEN } from './reported.js';

const INSTANCE = 'frp_role, frp_instance, frp_server_name';
const NOTHING = 'Nothing was left out in the time shown.';
const NO_LINES = 'No line was read: the log of frp is not read, or says nothing.';

/** What is not told, and what is not understood. */
export const leftOut = ({ metric, dialect }: DashboardContext): RowSpec => {
  const dropped = `${metric('frp.telemetry.dropped')}{${SEEN}}`;
  const lines = metric('frp.telemetry.log.lines');
  const half = { width: 12, height: 8, unit: 'short' } as const;
  return {
    title: 'Left out',
    panels: [
      {
        ...half,
        type: 'timeseries',
        stacked: true,
        unit: 'cpm',
        title: 'Left out per minute by kind and reason',
        about:
          'What was not told, and which limit it met: `limit` and `rate_limit` have options in docs/configuration.md, `refused` is the backend.',
        empty: NOTHING,
        queries: [
          {
            of: 'prometheus',
            expr: `sum by (frp_telemetry_kind, frp_telemetry_reason) (60 * rate(${dropped}[$__rate_interval])) > 0`,
            legend: '{{frp_telemetry_kind}}: {{frp_telemetry_reason}}',
          },
        ],
      },
      {
        type: 'table',
        width: 12,
        height: 8,
        title: 'Who leaves out',
        about:
          'In the time shown, the most first. One alone is its own limit; all at once are a backend that does not answer.',
        empty: NOTHING,
        queries: [
          {
            of: 'prometheus',
            expr: byRole(
              `sum by (${INSTANCE}, frp_telemetry_kind, frp_telemetry_reason) (increase(${dropped}[$__range])) > 0`,
            ),
          },
        ],
        columns: [
          ...columnsByRole(dialect),
          { field: 'frp_telemetry_kind', title: 'What' },
          { field: 'frp_telemetry_reason', title: 'Why' },
          { field: 'Value #A', title: 'How many', unit: 'short', rule: 'FrpTelemetryDropping' },
        ],
        sortBy: { title: 'How many', descending: true },
      },
      {
        ...half,
        type: 'timeseries',
        stacked: true,
        unit: 'cps',
        title: 'Log lines read',
        about:
          'Lines of frp a second, by role and by whether their meaning is known. None from an frp that works: its log is not read, or was moved away.',
        empty: NO_LINES,
        queries: [
          {
            of: 'prometheus',
            expr: `sum by (frp_role, frp_log_known) (rate(${lines}{${SEEN}}[$__rate_interval]))`,
            legend: '{{frp_role}}, known: {{frp_log_known}}',
          },
        ],
      },
      {
        ...half,
        type: 'bars',
        unit: 'percentunit',
        steps: UNKNOWN,
        min: 0,
        max: 1,
        title: 'Most lines that are not known',
        about:
          'Share of the lines of each frps and frpc in the time shown, the ten highest. Their versions are in docs/frp-compatibility.md, or are yet to be.',
        empty: NO_LINES,
        queries: [
          {
            of: 'prometheus',
            expr: `topk(10, sum by (${INSTANCE}) (increase(${lines}{${SEEN}, frp_log_known="false"}[$__range])) / (sum by (${INSTANCE}) (increase(${lines}{${SEEN}}[$__range])) > 0))`,
            instant: true,
            legend: '{{frp_instance}} on {{frp_server_name}}',
          },
        ],
      },
      {
        ...half,
        width: 24,
        type: 'timeseries',
        title: 'Counters that began again',
        about:
          'A reporter that was started anew begins at 0; the twenty with most. One that does so again and again ends each time: see its own log.',
        empty: NO_REPORTER,
        queries: [
          {
            of: 'prometheus',
            expr: `topk(20, max by (job, instance) (resets(${lines}{${SEEN}}[$__rate_interval])))`,
            legend: '{{job}} {{instance}}',
          },
        ],
      },
    ],
  };
};
