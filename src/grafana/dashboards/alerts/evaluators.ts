import { chosen } from '../../chosen.js';
import { byRole, columnsByRole } from '../../columnsByRole.js';
import type { DashboardContext } from '../../DashboardContext.js';
import type { Column, PanelSpec, RowSpec } from '../../DashboardSpec.js';
import { perInstance } from '../../promql.js';
import { SEVERITY } from '../../words.js';

const SEEN = `frp_role=~"server|client", frp_server_name=~${chosen('server')}, frp_alert_severity=~${chosen('severity')}, frp_alert_name=~${chosen('alert')}`;

/** Who else has an opinion: the Collector, and the package itself. */
export const evaluators = (context: DashboardContext): RowSpec => ({
  title: 'Other evaluators',
  // Nobody makes frp.alert.breach where no Collector is.
  panels: [...(context.dialect === 'collector' ? collector(context) : []), ...inProcess(context)],
});

const NAME: Column = { field: 'frp_alert_name', title: 'Rule' };
const LEVEL: Column = { field: 'frp_alert_severity', title: 'Severity', words: SEVERITY };

const collector = ({ metric, dialect }: DashboardContext): readonly PanelSpec[] => {
  const breach = perInstance(
    `${metric('frp.alert.breach')}{${SEEN}} == 1`,
    'frp_alert_name',
    'frp_alert_severity',
    'frp_proxy_name',
    'frp_proxy_group',
    'frp_source',
  );
  return [
    {
      type: 'table',
      title: 'Conditions that the Collector finds broken',
      about:
        'What is beyond a threshold at this moment. It becomes an alert when it lasts; one that stays here and never fires is a rule that Prometheus has not loaded.',
      width: 12,
      height: 8,
      empty: 'No condition is broken, or the Collector has no rules of frp: see collector-config/README.md.',
      queries: [{ of: 'prometheus', expr: byRole(breach) }],
      columns: [
        NAME,
        LEVEL,
        ...columnsByRole(dialect),
        { field: 'frp_proxy_name', title: 'Tunnel' },
        { field: 'frp_source', title: 'Source' },
      ],
    },
    {
      type: 'timeseries',
      title: 'Broken conditions by rule',
      about:
        'How many there were at a time. Short peaks that never become an alert are what `for` is there to hold back.',
      width: 12,
      height: 8,
      unit: 'short',
      stacked: true,
      empty: 'No condition was broken, or the Collector has no rules of frp.',
      queries: [
        {
          of: 'prometheus',
          expr: `count by (frp_role, frp_alert_name) (${breach})`,
          legend: '{{frp_alert_name}} ({{frp_role}})',
        },
      ],
    },
  ];
};

const inProcess = ({ metric, dialect }: DashboardContext): readonly PanelSpec[] => {
  const active = perInstance(`${metric('frp.alert.active')}{${SEEN}}`, 'frp_alert_name', 'frp_alert_severity');
  return [
    {
      type: 'table',
      title: 'What the evaluator of the package tells',
      about:
        'Alerts that fire in the processes that observe frp, with the option `alerts`. What is here and not above, Prometheus does not see, or has another threshold for.',
      width: 12,
      height: 8,
      empty: 'None fires, or the option `alerts` is off.',
      queries: [{ of: 'prometheus', expr: byRole(`${active} > 0`) }],
      columns: [NAME, LEVEL, ...columnsByRole(dialect), { field: 'Value #A', title: 'Alerts', unit: 'short' }],
      sortBy: { title: 'Alerts', descending: true },
    },
    {
      type: 'timeseries',
      title: 'Alerts of the package by rule',
      about: 'How many fired at a time, as the package evaluates them. Compare with what fires by rule in Prometheus.',
      width: 12,
      height: 8,
      unit: 'short',
      stacked: true,
      empty: 'None fired, or the option `alerts` is off.',
      queries: [
        {
          of: 'prometheus',
          expr: `sum by (frp_role, frp_alert_name) (${active}) > 0`,
          legend: '{{frp_alert_name}} ({{frp_role}})',
        },
      ],
    },
  ];
};
