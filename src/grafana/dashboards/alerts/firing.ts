import { byRole, columnsByRole } from '../../columnsByRole.js';
import type { DashboardContext } from '../../DashboardContext.js';
import type { Column, PanelSpec, RowSpec } from '../../DashboardSpec.js';
import { NONE_FIRES } from '../../firingAlerts.js';
import { linkTo, ofRow } from '../../links.js';
import { SEVERITY } from '../../words.js';
import { alertsIn, heldSinceIn } from './alertSeries.js';
import { runbookColumn, withRunbook } from './runbook.js';

/** Those that are newest: in a storm there may be as many as tunnels. */
const ROWS = 500;
const NONE_PENDING = 'None is pending: no condition holds that is not yet an alert.';

/** What is an alert now, and what is about to be one. */
export const firing = (context: DashboardContext): RowSpec => {
  const small = { type: 'stat', width: 6, height: 4, unit: 'short', empty: NONE_FIRES } as const;
  return {
    title: 'Now',
    panels: [
      {
        ...small,
        steps: [{ from: 1, color: 'red' }],
        title: 'Firing',
        about: 'Alerts of frp that fire now. Begin with the most severe: what follows from it goes with it.',
        queries: [{ of: 'prometheus', expr: `count(${alertsIn('firing')})`, legend: 'firing' }],
      },
      {
        ...small,
        steps: [{ from: 1, color: 'red' }],
        title: 'Critical or high',
        about: 'Those that fire and that somebody has to look at now. The others have time until working hours.',
        queries: [
          {
            of: 'prometheus',
            expr: `count(${alertsIn('firing', 'severity=~"critical|high"')})`,
            legend: 'critical or high',
          },
        ],
      },
      {
        ...small,
        empty: NONE_PENDING,
        steps: [{ from: 1, color: 'yellow' }],
        title: 'Pending',
        about:
          'Conditions that hold and have not held for long enough to be an alert. Many at once are a fault that begins.',
        queries: [{ of: 'prometheus', expr: `count(${alertsIn('pending')})`, legend: 'pending' }],
      },
      {
        ...small,
        unit: 's',
        title: 'Longest',
        about:
          'For how long the condition of the oldest alert holds. One that nobody minds for days is a wrong threshold: see alertRules.overrides.',
        queries: [{ of: 'prometheus', expr: `time() - min(${heldSinceIn('firing')})`, legend: 'longest' }],
      },
      alertTable('firing', context),
      alertTable('pending', context),
      {
        type: 'alertlist',
        title: 'In Grafana',
        about:
          'What Grafana evaluates itself, where its own rules of frp are provisioned. Use these or those of Prometheus: both tell everything twice.',
        width: 8,
        height: 8,
      },
    ],
  };
};

const alertTable = (state: 'firing' | 'pending', context: DashboardContext): PanelSpec => {
  const { dialect } = context;
  const columns: readonly [Column, ...Column[]] = [
    { field: 'alertname', title: 'Alert' },
    { field: 'severity', title: 'Severity', words: SEVERITY },
    ...columnsByRole(dialect),
    {
      field: 'frp_proxy_name',
      title: 'Tunnel',
      links: [
        linkTo('proxy', dialect, 'Open Proxy', {
          proxy: ofRow('Tunnel'),
          server: ofRow('Server'),
          role: ofRow('Seen by'),
        }),
      ],
    },
    { field: 'frp_role', title: 'Seen by' },
    { field: 'detail', title: 'Detail' },
    { field: 'Value #A', title: 'Since', unit: 'dateTimeFromNow' },
    runbookColumn(context),
  ];
  return {
    type: 'table',
    ...OF_STATE[state],
    height: state === 'firing' ? 10 : 8,
    queries: [{ of: 'prometheus', expr: withRunbook(withDetail(byRole(inMillis(state))), context) }],
    columns,
    sortBy: { title: 'Since', descending: true },
  };
};

const OF_STATE = {
  firing: {
    title: 'Firing now',
    about: `Alerts with whom they are about, and since when their condition holds, the newest first. The last column says what to do; frps, frpc and tunnel lead to their dashboards. At most ${ROWS}: choose a severity, an alert or a server to see the others.`,
    width: 24,
    empty: NONE_FIRES,
  },
  pending: {
    title: 'About to fire',
    about: `Conditions that hold, and are an alert when they have held for as long as their rule says. Look before it does. At most ${ROWS}, the newest.`,
    width: 16,
    empty: NONE_PENDING,
  },
} as const;

/** Grafana's times are milliseconds. */
const inMillis = (state: 'firing' | 'pending'): string => `1000 * topk(${ROWS}, ${heldSinceIn(state)})`;

/** What tells alerts apart besides whom they are about; and of one across both roles the end that counts what failed. */
const withDetail = (expr: string): string => {
  const joined = `label_join(${expr}, "detail", " ", ${DETAILS.map((label) => `"${label}"`).join(', ')})`;
  const trimmed = `label_replace(${joined}, "detail", "$1", "detail", " *(.*?) *")`;
  return `label_replace(${trimmed}, "frp_role", "client", "frp_role", "")`;
};

const DETAILS = ['frp_proxy_group', 'error_type', 'frp_source', 'frp_telemetry_kind', 'frp_telemetry_reason'];
