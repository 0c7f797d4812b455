import { expect, it } from '@jest/globals';
import { DEFAULT_RULES } from '../../../src/alerts/defaultRules.js';
import { dashboardContext } from '../../../src/grafana/DashboardContext.js';
import { telemetryHealth } from '../../../src/grafana/dashboards/telemetryHealth.js';
import { promtoolTestRules } from '../../support/promtoolTestRules.js';
import { describeWith } from '../../support/RealPrometheus.js';

const MINUTES = 10;

const queryOf = (title: string): string => {
  const context = dashboardContext({
    dialect: 'collector',
    rules: DEFAULT_RULES,
    runbookUrl: undefined,
    datasources: {},
  });
  const panels = telemetryHealth(context).rows.flatMap((row) => row.panels);
  const panel = panels.find((each) => each.title === title);
  const [query] = panel !== undefined && 'queries' in panel ? panel.queries : [];
  if (query === undefined) throw new Error(`expected a query of ${title}`);
  return query.expr.replaceAll(/\$\{(server|reporter):regex\}/g, '.*');
};

/** What a reporter tells of an frpc, a value a minute. */
const told = (instance: string, by: string, up: string, expected: string) => {
  const labels = `frp_role="client", frp_instance="${instance}", frp_server_name="s", job="frp", instance="${by}"`;
  return [
    { series: `frp_process_up{${labels}}`, values: up },
    { series: `frp_process_expected{${labels}}`, values: expected },
  ];
};

describeWith(['promtool'], 'the oldest word', () => {
  const answer = (series: readonly object[], seconds: number): string =>
    promtoolTestRules('groups: []\n', 60, {
      interval: '1m',
      input_series: series,
      promql_expr_test: [
        {
          expr: queryOf('Oldest word'),
          eval_time: `${MINUTES}m`,
          exp_samples: [{ labels: '{}', value: seconds }],
        },
      ],
    }).output;
  const spoken = told('spoken', 'a', '1x10', '1x10');

  it('is of the one that nobody tells of any more', () => {
    expect(answer([...spoken, ...told('silent', 'b', '1x5 stale', '1x5 stale')], 300)).toContain('SUCCESS');
  });

  it('is not of one that was stopped on purpose before', () => {
    expect(answer([...spoken, ...told('stopped', 'b', '0x5 stale', '0x5 stale')], 0)).toContain('SUCCESS');
  });

  it('is not of a reporter that came back under another name', () => {
    const before = told('same', 'before', '1x5 stale', '1x5 stale');
    expect(answer([...before, ...told('same', 'after', '_x6 1x4', '_x6 1x4')], 0)).toContain('SUCCESS');
  });
});
