import { prometheusLabel } from '../../../alerts/prometheusDialect.js';
import { INSTANCE_ATTRIBUTES } from '../../../telemetry/catalogue/attributes.js';
import { byRole, columnsByRole } from '../../columnsByRole.js';
import type { DashboardContext } from '../../DashboardContext.js';
import type { PanelSpec, RowSpec } from '../../DashboardSpec.js';
import { missed } from '../../missed.js';
import { perInstance } from '../../promql.js';
import { UP } from '../../words.js';
import { ageOf, NO_REPORTER, REPORTER, SEEN } from './reported.js';

const INSTANCE = INSTANCE_ATTRIBUTES.map(prometheusLabel).join(', ');
const REPORTER_COLUMNS = [
  { field: 'job', title: 'Job' },
  { field: 'instance', title: 'Reporter' },
] as const;

export const reporters = (context: DashboardContext): RowSpec => ({
  title: 'Reporters',
  panels: [all(context), silent(context), absent(context), told(context), gone(context)],
});

const all = ({ metric }: DashboardContext): PanelSpec => {
  const up = metric('frp.process.up');
  return {
    type: 'table',
    title: 'All reporters',
    about:
      'Who observes, how many frps and frpc each, and how well. One with a source degraded or with something left out tells less than there is: `frp-otel doctor` on its host says why.',
    width: 24,
    height: 8,
    empty: NO_REPORTER,
    queries: [
      { of: 'prometheus', expr: `count by (${REPORTER}) (${up}{${SEEN}})` },
      { of: 'prometheus', expr: ageOf(up) },
      { of: 'prometheus', expr: `sum by (${REPORTER}) (1 - ${metric('frp.telemetry.source.up')}{${SEEN}})` },
      {
        of: 'prometheus',
        expr: `sum by (${REPORTER}) (increase(${metric('frp.telemetry.dropped')}{${SEEN}}[$__range]))`,
      },
    ],
    columns: [
      ...REPORTER_COLUMNS,
      { field: 'Value #A', title: 'frps and frpc', unit: 'short' },
      { field: 'Value #B', title: 'Newest sample', unit: 's' },
      { field: 'Value #C', title: 'Sources degraded', unit: 'short' },
      { field: 'Value #D', title: 'Left out', unit: 'short', rule: 'FrpTelemetryDropping' },
    ],
    sortBy: { title: 'frps and frpc', descending: true },
  };
};

const silent = ({ metric }: DashboardContext): PanelSpec => {
  const up = `${metric('frp.process.up')}{${SEEN}}`;
  return {
    type: 'table',
    title: 'Fell silent in the last hour',
    about:
      'Reporters that spoke within the last hour and speak no more: does the process run, does what it sends arrive? One without `stateDirectory` has a new name after each start: then the old one stands here.',
    width: 12,
    height: 8,
    empty: 'None: whoever spoke within the last hour still does.',
    queries: [
      {
        of: 'prometheus',
        // Grafana's times are milliseconds.
        expr: `1000 * (max by (${REPORTER}) (max_over_time(timestamp(${up})[1h:1m])) unless on (${REPORTER}) max by (${REPORTER}) (${up}))`,
      },
    ],
    columns: [...REPORTER_COLUMNS, { field: 'Value #A', title: 'Last heard', unit: 'dateTimeFromNow' }],
    sortBy: { title: 'Last heard', descending: true },
  };
};

const absent = ({ metric, dialect }: DashboardContext): PanelSpec => {
  const expected = `${metric('frp.process.expected')}{${SEEN}}`;
  return {
    type: 'table',
    title: 'Nobody tells of them any more',
    about:
      'frps and frpc that were meant to run when they were last told of, within the last hour. Whether they work is not known: look at the host, then at the reporter.',
    width: 12,
    height: 8,
    empty: 'None: all that were told of within the last hour still are, or were stopped on purpose.',
    queries: [
      {
        of: 'prometheus',
        expr: byRole(missed(expected)),
      },
    ],
    columns: [
      ...columnsByRole(dialect),
      { field: 'Value #A', title: 'Before', rule: 'FrpReporterAbsent', words: EXPECTED },
    ],
  };
};

const EXPECTED = { 1: { text: 'was meant to run', color: 'red' } } as const;

const told = ({ metric, dialect }: DashboardContext): PanelSpec => {
  const up = `${metric('frp.process.up')}{${SEEN}}`;
  const each = `count by (${INSTANCE}, ${REPORTER}) (${up})`;
  return {
    type: 'table',
    title: 'Told of by more than one reporter',
    about:
      'Two processes report under one name, and each rule sees only the better of them. After a restart of a reporter that is so for minutes; else let one `frp-otel observe` see all of a host, and give each host its own name.',
    width: 12,
    height: 8,
    empty: 'None: each name is told of by one reporter.',
    queries: [
      {
        of: 'prometheus',
        expr: byRole(`${each} and on (${INSTANCE}) (count by (${INSTANCE}) (${each}) > 1)`),
      },
    ],
    columns: [...columnsByRole(dialect), ...REPORTER_COLUMNS],
  };
};

const gone = ({ metric, dialect }: DashboardContext): PanelSpec => {
  const expected = perInstance(`${metric('frp.process.expected')}{${SEEN}}`);
  const up = perInstance(`${metric('frp.process.up')}{${SEEN}}`);
  return {
    type: 'table',
    title: 'Meant to run, and do not',
    about:
      'The reporter is there, and frp is gone, stopped or does not answer: this is no fault of the telemetry. A click opens its dashboard, with how it ended.',
    width: 12,
    height: 8,
    empty: 'None: all that is meant to run does.',
    queries: [{ of: 'prometheus', expr: byRole(`${up} == 0 and ${expected} == 1`) }],
    columns: [...columnsByRole(dialect), { field: 'Value #A', title: 'State', rule: 'FrpServerDown', words: UP }],
  };
};
