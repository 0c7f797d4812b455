import { describe, expect, it } from '@jest/globals';
import { DEFAULT_RULES } from '../../../src/alerts/defaultRules.js';
import { effectiveRules } from '../../../src/alerts/effectiveRules.js';
import { DIALECTS, type Dialect } from '../../../src/alerts/prometheusDialect.js';
import { buildDashboard } from '../../../src/grafana/buildDashboard.js';
import { type DashboardOptions, dashboardContext } from '../../../src/grafana/DashboardContext.js';
import type { PanelSpec } from '../../../src/grafana/DashboardSpec.js';
import { alerts } from '../../../src/grafana/dashboards/alerts.js';
import { panelsOf } from '../../support/grafanaJson.js';
import { promtoolTestRules } from '../../support/promtoolTestRules.js';
import { describeWith } from '../../support/RealPrometheus.js';

const contextOf = (options: Partial<DashboardOptions> = {}) =>
  dashboardContext({
    dialect: 'collector',
    rules: DEFAULT_RULES,
    runbookUrl: undefined,
    datasources: {},
    ...options,
  });

const panelsIn = (options?: Partial<DashboardOptions>): readonly PanelSpec[] =>
  alerts(contextOf(options)).rows.flatMap(({ panels }) => panels);

const panelOf = (title: string, options?: Partial<DashboardOptions>): PanelSpec => {
  const panel = panelsIn(options).find((each) => each.title === title);
  if (panel === undefined) throw new Error(`expected a panel ${title}`);
  return panel;
};

const markdownOf = (title: string, options?: Partial<DashboardOptions>): string => {
  const panel = panelOf(title, options);
  return panel.type === 'text' ? panel.markdown : '';
};

const columnOf = (title: string, column: string, options?: Partial<DashboardOptions>) => {
  const panel = panelOf(title, options);
  return panel.type === 'table' ? panel.columns.find((each) => each.title === column) : undefined;
};

/** By what a rule's alerts are about. */
const RUNBOOKS = {
  server: 'Runbook: alerts about frps',
  client: 'Runbook: alerts about frpc',
  proxy: 'Runbook: alerts about tunnels',
  telemetry: 'Runbook: alerts about this telemetry',
} as const;

describe('the runbook of the dashboard Alerts', () => {
  it('has each rule in force, with every step of what to do', () => {
    const missing = DEFAULT_RULES.filter(({ name, subject, runbook }) => {
      const markdown = markdownOf(RUNBOOKS[subject]);
      return !markdown.includes(`### ${name}\n`) || runbook.some((step) => !markdown.includes(step));
    });
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('has the thresholds, the times and the severity that are in force', () => {
    const rules = effectiveRules({
      thresholds: { serverCpu: 0.5 },
      alertRules: { own: [], overrides: [{ rule: 'FrpServerCpuHigh', forMillis: 600_000, severity: 'critical' }] },
    });
    expect(markdownOf(RUNBOOKS.server, { rules })).toContain(
      '- critical: `frp.process.cpu.utilization` (`frp.role` `server`) > 50%, for 10m, stays 1m',
    );
  });

  it('says why, of rules of the catalogue; of those of the user nobody knows', () => {
    const rules = effectiveRules({
      alertRules: {
        overrides: [],
        own: [
          {
            name: 'Mine',
            of: 'value',
            metric: 'frp.proxy.connection.active',
            comparison: '>',
            threshold: 3,
            severity: 'low',
            summary: '{frp.proxy.name} has {{many}}',
            description: 'More than {threshold}.',
          },
        ],
      },
    });
    const markdown = markdownOf(RUNBOOKS.proxy, { rules });
    expect(markdown).toContain('Why: A tunnel that does not run is a service that cannot be reached');
    const [, own = ''] = markdown.split('### Mine\n');
    expect(own).toContain(
      '- low: `frp.proxy.connection.active` > 3, for 1m\n\n**`{frp.proxy.name}` has {many}.** More than 3.',
    );
    expect(own).not.toContain('Why:');
  });

  it('names the proxies that an override is for, and not a thousand of them', () => {
    const rules = effectiveRules({
      alertRules: {
        own: [],
        overrides: Array.from({ length: 20 }, (_, index) => ({
          rule: 'FrpProxyLatencyHigh',
          proxy: `web-${index}`,
          threshold: index + 2,
        })),
      },
    });
    const [, section = ''] = markdownOf(RUNBOOKS.proxy, { rules }).split('### FrpProxyLatencyHigh\n');
    const [latency = ''] = section.split('### ');
    expect(latency).toContain('> 2s, for `web-0`, for 1m');
    expect(latency).toContain('- and 13 more, for other proxies');
    expect(latency).not.toContain('web-8');
  });

  it('leaves a text of the user’s as it is, whatever Grafana would write for it', () => {
    const [rule] = DEFAULT_RULES.filter(({ subject }) => subject === 'server');
    const rules =
      rule === undefined ? [] : [{ ...rule, runbook: ['Ask $server, ${datasource} and [[alert]] for $5.'] }];
    const markdown = markdownOf(RUNBOOKS.server, { rules });
    expect(markdown).toContain('Ask $\u2060server, $\u2060{datasource} and [\u2060[alert]] for $\u20605.');
    expect(markdown).not.toMatch(/\$[\w{]|\[\[/);
  });

  it('says so where no rule is left', () => {
    expect(markdownOf(RUNBOOKS.client, { rules: [] })).toContain('No rule is in force');
  });

  it('leads on to the page that the user has', () => {
    expect(markdownOf(RUNBOOKS.server, { runbookUrl: 'https://wiki/frp' })).toContain(
      '(https://wiki/frp#frpserverdown)',
    );
  });
});

describe('the link of an alert', () => {
  it('leads to the page that the user has, to the heading in small letters', () => {
    const column = columnOf('Firing now', 'Runbook', { runbookUrl: 'https://wiki/frp' });
    expect(column?.links?.map(({ url }) => url)).toEqual(['https://wiki/frp#${__value.text}']);
    const words = new Map(Object.entries(column?.words ?? {}));
    expect(DEFAULT_RULES.filter(({ name }) => words.get(name)?.text !== name.toLowerCase())).toEqual([]);
  });

  it('leads else to the panel of what it is about', () => {
    const column = columnOf('Firing now', 'Runbook');
    expect(column?.links?.[0]?.url).toMatch(/^\/d\/frp-alerts\?viewPanel=\$\{__value\.raw\}&/);
    const context = contextOf();
    const ids = panelsOf(buildDashboard(alerts(context), context)).filter(({ type }) => type === 'text');
    expect(ids.map(({ title, id }) => [title, id])).toEqual(
      Object.values(RUNBOOKS).map((title, at) => [title, at + 1_001]),
    );
    expect(Object.keys(column?.words ?? {})).toEqual(ids.map(({ id }) => String(id)));
  });
});

describe('what only a Collector makes', () => {
  const asksIt = (dialect: Dialect): boolean =>
    panelsIn({ dialect }).some((panel) => JSON.stringify(panel).includes('frp_alert_breach'));

  it.each(DIALECTS)('is asked for where one is: dialect %s', (dialect) => {
    expect(asksIt(dialect)).toBe(dialect === 'collector');
  });
});

/** Ten minutes are shown, one point a minute, and everything is chosen. */
const RANGE = 10;

const queryOf = (title: string): string => {
  const panel = panelOf(title);
  const [query] = 'queries' in panel ? panel.queries : [];
  return (query?.expr ?? '')
    .replaceAll(/\$\{(server|severity|alert):regex\}/g, '.*')
    .replaceAll('$__range', `${RANGE}m`);
};

/** What Prometheus answers at the end of the time shown, by the series that are there. */
const answers = (
  title: string,
  series: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, number>>,
) => {
  const { output } = promtoolTestRules('groups: []\n', 60, {
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      {
        expr: queryOf(title),
        eval_time: `${RANGE}m`,
        exp_samples: Object.entries(expected).map(([labels, value]) => ({ labels, value })),
      },
    ],
  });
  return output;
};

/** An alert that Prometheus evaluates. */
const alert = (labels: string, values: string, since: string): Readonly<Record<string, string>> => ({
  [`ALERTS{alertstate="firing", ${labels}}`]: values,
  [`ALERTS_FOR_STATE{${labels}}`]: since,
});

describeWith(['promtool'], 'the alerts that Prometheus has', () => {
  it('stand with frps or frpc in the column of its role, and with the number of their runbook', () => {
    const client =
      'alertname="FrpProxyDown", severity="high", frp_alert_subject="proxy", frp_role="client", frp_instance="frpc@a/b", frp_server_name="s", frp_proxy_name="web"';
    const source =
      'alertname="FrpTelemetrySourceDown", severity="low", frp_alert_subject="telemetry", frp_role="server", frp_instance="frps@s", frp_server_name="s", frp_source="log"';
    const both =
      'alertname="FrpProxyErrorRatioHighAcrossRoles", severity="medium", frp_alert_subject="proxy", frp_server_name="s", frp_proxy_name="web"';
    const output = answers(
      'Firing now',
      {
        ...alert(client, '1x10', '60x10'),
        ...alert(source, '1x10', '120x10'),
        ...alert(both, '1x10', '180x10'),
        'ALERTS{alertstate="firing", alertname="NotOfFrp"}': '1x10',
        'ALERTS_FOR_STATE{alertname="NotOfFrp"}': '60x10',
        'ALERTS_FOR_STATE{alertname="FrpServerDown", frp_alert_subject="server", frp_server_name="s"}': '60x10',
      },
      {
        [`{${client}, role_instance="client/frpc@a/b", frpc="frpc@a/b", runbook="1003"}`]: 60_000,
        [`{${source}, role_instance="server/frps@s", frps="frps@s", detail="log", runbook="1004"}`]: 120_000,
        [`{${both}, frp_role="client", role_instance="/", runbook="1003"}`]: 180_000,
      },
    );
    expect(output).toContain('SUCCESS');
  });

  it('flap where their condition began anew again and again', () => {
    const of = (instance: string): string =>
      `alertname="FrpClientFlapping", frp_alert_subject="client", frp_instance="${instance}"`;
    const output = answers(
      'Flapping',
      {
        [`ALERTS_FOR_STATE{${of('frpc@a')}}`]: '60 60 stale 180 180 stale 300 stale 420 420 420',
        [`ALERTS_FOR_STATE{${of('frpc@b')}}`]: '60x10',
      },
      { '{alertname="FrpClientFlapping", frp_instance="frpc@a"}': 4 },
    );
    expect(output).toContain('SUCCESS');
  });

  it('are counted each time they begin to fire, and for as long as they do', () => {
    const series = {
      'ALERTS{alertstate="firing", alertname="FrpServerDown", frp_alert_subject="server", frp_instance="frps@a"}':
        '_ _ 1 1 stale 1 stale 1 1 1 1',
      'ALERTS{alertstate="firing", alertname="FrpServerDown", frp_alert_subject="server", frp_instance="frps@b"}':
        '_ _ _ _ 1 stale _ _ _ _ _',
    };
    expect(answers('Times that each rule began to fire', series, { '{alertname="FrpServerDown"}': 4 })).toContain(
      'SUCCESS',
    );
    expect(answers('Time in which each rule fired', series, { '{alertname="FrpServerDown"}': 8 * 60 })).toContain(
      'SUCCESS',
    );
  });

  it('are shown as pending until they fire', () => {
    const labels = 'alertname="FrpServerDown", frp_alert_subject="server", frp_instance="frps@a"';
    const other = labels.replace('frps@a', 'frps@b');
    const output = answers(
      'When each alert fired',
      {
        [`ALERTS{alertstate="pending", ${labels}}`]: '1x10',
        [`ALERTS{alertstate="pending", ${other}}`]: '1 1 stale',
        [`ALERTS{alertstate="firing", ${other}}`]: '_ _ 1x8',
      },
      {
        '{alertname="FrpServerDown", frp_instance="frps@a"}': 1,
        '{alertname="FrpServerDown", frp_instance="frps@b"}': 2,
      },
    );
    expect(output).toContain('SUCCESS');
  });
});
