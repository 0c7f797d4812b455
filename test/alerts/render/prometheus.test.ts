import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { EffectiveRule } from '../../../src/alerts/AlertRule.js';
import { DEFAULT_RULES } from '../../../src/alerts/defaultRules.js';
import { effectiveRules, type RuleOptions } from '../../../src/alerts/effectiveRules.js';
import type { OwnRule } from '../../../src/alerts/ownRules.js';
import { DIALECTS } from '../../../src/alerts/prometheusDialect.js';
import { renderPrometheus } from '../../../src/alerts/render/prometheus.js';
import { describeWith } from '../../support/RealPrometheus.js';
import { BRACES } from './braces.js';
import { checkRules, firing, playRules } from './promtoolRules.js';

interface Rendered {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const rulesOf = (text: string): readonly Rendered[] =>
  (parse(text) as { groups: { rules: Rendered[] }[] }).groups.flatMap(({ rules }) => rules);

const named = (name: string, options: RuleOptions = {}): readonly EffectiveRule[] =>
  effectiveRules(options).filter((rule) => rule.name === name);

const own = (rule: Partial<OwnRule>): readonly EffectiveRule[] =>
  named('Own', {
    alertRules: {
      overrides: [],
      own: [
        {
          name: 'Own',
          of: 'value',
          metric: 'frp.server.client.active',
          severity: 'low',
          summary: 'own {value}',
          description: 'own, {{more}} than {threshold}',
          forMillis: 0,
          ...rule,
        },
      ],
    },
  });

const expressionOf = (rules: readonly EffectiveRule[], dialect: 'own' | 'collector'): string =>
  rulesOf(renderPrometheus(rules, dialect).text)[0]?.expr ?? '';

const SERVER = 'frp_role="server", frp_instance="frps@a", frp_server_name="a:7000"';
const PASSED = { status: 0, output: expect.stringContaining('SUCCESS') };

describe('a rule file of Prometheus', () => {
  it('has each rule once, with its durations, whom it is about and how bad it is', () => {
    const alerts = rulesOf(renderPrometheus(DEFAULT_RULES, 'own').text).filter(({ alert }) => alert !== undefined);
    expect(alerts.map(({ alert }) => alert).sort()).toEqual(DEFAULT_RULES.map(({ name }) => name).sort());
    expect(alerts.find(({ alert }) => alert === 'FrpServerCpuHigh')).toEqual({
      alert: 'FrpServerCpuHigh',
      expr: 'max by (frp_role, frp_instance, frp_server_name) (frp_process_cpu_utilization{frp_role="server"}) > 0.8',
      for: '2m',
      keep_firing_for: '1m',
      labels: { severity: 'high', frp_alert_subject: 'server' },
      annotations: {
        summary: '{{ $labels.frp_instance }} uses {{ $value | humanizePercentage }} of all CPUs',
        description: 'frps has used more than 80% of all CPUs of its host for two minutes: tunnels become slow.',
        runbook: expect.stringMatching(/^`frp.proxy.throughput` shows.*\nEncryption and/),
      },
    });
  });

  it('leaves the threshold to the Collector where that has compared, and takes the value from the metric', () => {
    const by = 'frp_role, frp_instance, frp_server_name';
    expect(expressionOf(named('FrpServerCpuHigh'), 'collector').split('\n')).toEqual([
      `max by (${by}) (frp_process_cpu_utilization_ratio{frp_role="server"})`,
      `and on (${by})`,
      `max by (${by}) (frp_alert_breach{frp_alert_name="FrpServerCpuHigh", frp_alert_severity="high"}) == 1`,
    ]);
  });

  it('names the page that has the runbook', () => {
    const [rule] = rulesOf(renderPrometheus(named('FrpServerDown'), 'own', { runbookUrl: 'https://wiki/frp' }).text);
    expect(rule?.annotations.runbook_url).toBe('https://wiki/frp#frpserverdown');
  });

  it('records what dashboards ask of all proxies at once, by level, metric and operation', () => {
    const recorded = rulesOf(renderPrometheus([], 'collector').text);
    expect(recorded.map(({ record }) => record)).toEqual([
      'frp_server_direction:frp_proxy_io_bytes:rate5m',
      'frp_server_error:frp_proxy_connections:rate5m',
      'frp_role_state:frp_proxy_status:sum',
    ]);
  });
});

describeWith(['promtool'], 'the rules in Prometheus', () => {
  it.each(DIALECTS)('are loaded: dialect %s', (dialect) => {
    expect(checkRules(renderPrometheus(DEFAULT_RULES, dialect, { runbookUrl: 'https://wiki/frp' }))).toEqual({
      status: 0,
      output: expect.stringContaining(`SUCCESS: ${DEFAULT_RULES.length + 3} rules found`),
    });
  });

  it('tell the value and its threshold by the unit, and a brace that is meant', () => {
    const alert = (value: string) => ({
      exp_labels: {
        severity: 'low',
        frp_alert_subject: 'server',
        frp_role: 'server',
        frp_instance: 'frps@a',
        frp_server_name: 'a:7000',
      },
      exp_annotations: {
        summary: `own ${value.split(' ')[0]}`,
        description: `own, {more} than ${value.split(' ')[1]}`,
      },
    });
    const cases = [
      ['frp.server.client.active', 'frp_server_client_active', 5, 9, '9 5'],
      ['frp.process.memory.usage', 'frp_process_memory_usage', 2 ** 20, 1.5 * 2 ** 20, '1.5MiB 1MiB'],
      ['frp.server.port.utilization', 'frp_server_port_utilization', 0.5, 0.75, '75% 50%'],
      ['frp.process.uptime', 'frp_process_uptime', 30, 59.5, '59.5s 30s'],
      ['frp.server.throughput', 'frp_server_throughput', 2 ** 20, 2 ** 21, '2MiB/s 1MiB/s'],
    ] as const;
    for (const [metric, series, threshold, value, texts] of cases) {
      const rules = own({ metric, comparison: '>', threshold });
      expect(
        playRules(renderPrometheus(rules, 'own'), {
          series: { [`${series}{${SERVER}}`]: `${value}x4` },
          alerts: [{ at: '30s', name: 'Own', firing: [alert(texts)] }],
        }),
      ).toEqual(PASSED);
    }
  });

  it.each(BRACES)('take no brace of a text for one of their own: %s', (summary, told) => {
    const rules = own({ by: ['frp.instance'], comparison: '>', threshold: 5, summary, description: summary });
    const exp_labels = { severity: 'low', frp_alert_subject: 'server', frp_instance: 'frps@a' };
    expect(
      playRules(renderPrometheus(rules, 'own'), {
        series: { [`frp_server_client_active{${SERVER}}`]: '9x4' },
        alerts: [
          { at: '30s', name: 'Own', firing: [{ exp_labels, exp_annotations: { summary: told, description: told } }] },
        ],
      }),
    ).toEqual(PASSED);
  });

  it('hold for a group only when all its members are down', () => {
    const member = (name: string) =>
      `frp_proxy_status{${SERVER}, frp_proxy_name="${name}", frp_proxy_state="offline", frp_proxy_group="web"}`;
    expect(
      playRules(renderPrometheus(named('FrpProxyGroupDown'), 'own'), {
        series: { [member('a')]: '1x40', [member('b')]: '0x9 1x30' },
        queries: [
          firing('2m15s', 'FrpProxyGroupDown', 'frp_proxy_group', []),
          firing('4m30s', 'FrpProxyGroupDown', 'frp_proxy_group', ['{frp_proxy_group="web"}']),
        ],
      }),
    ).toEqual(PASSED);
  });

  it('miss one server while another is there, for an hour, and none that said that it stops', () => {
    const expected = (instance: string) =>
      `frp_process_expected{frp_role="server", frp_instance="${instance}", frp_server_name="a:7000"}`;
    expect(
      playRules(renderPrometheus(named('FrpReporterAbsent'), 'own'), {
        series: {
          [expected('lost')]: '1x3 stale',
          [expected('there')]: '1x400',
          [expected('stopped')]: '1x3 0 stale',
        },
        queries: [
          firing('3m45s', 'FrpReporterAbsent', 'frp_instance', []),
          firing('4m', 'FrpReporterAbsent', 'frp_instance', ['{frp_instance="lost"}']),
          firing('1h', 'FrpReporterAbsent', 'frp_instance', ['{frp_instance="lost"}']),
          firing('1h1m', 'FrpReporterAbsent', 'frp_instance', []),
        ],
      }),
    ).toEqual(PASSED);
  });

  it('hold the failures that a client tells against the connections that its server tells', () => {
    const connections = (labels: string) => `frp_proxy_connections_total{frp_server_name="a:7000", ${labels}}`;
    expect(
      playRules(renderPrometheus(named('FrpProxyErrorRatioHighAcrossRoles'), 'own'), {
        series: {
          [connections('frp_role="client", frp_proxy_name="bad", error_type="connection_refused"')]: '0x3 2x30',
          [connections('frp_role="client", frp_proxy_name="bad", error_type="timeout"')]: '0x3 2x30',
          [connections('frp_role="server", frp_proxy_name="bad"')]: '0x3 40x30',
          [connections('frp_role="server", frp_proxy_name="bad", error_type="work_connection"')]: '0x3 500x30',
          [connections('frp_role="client", frp_proxy_name="few", error_type="timeout"')]: '0x3 2x30',
          [connections('frp_role="server", frp_proxy_name="few"')]: '0x3 4x30',
          [connections('frp_role="client", frp_proxy_name="rare", error_type="timeout"')]: '0x3 4x30',
          [connections('frp_role="server", frp_proxy_name="rare"')]: '0x3 400x30',
          [connections('frp_role="client", frp_proxy_name="alone", error_type="timeout"')]: '0x3 4x30',
          [connections('frp_role="server", frp_proxy_name="alone"')]: '7x30',
        },
        queries: [firing('3m', 'FrpProxyErrorRatioHighAcrossRoles', 'frp_proxy_name', ['{frp_proxy_name="bad"}'])],
      }),
    ).toEqual(PASSED);
  });

  it('count a ratio below its least number as 0, where 0 is what the rule is about', () => {
    const rules = own({
      of: 'ratio',
      metric: 'frp.client.logins',
      where: { 'error.type': true },
      whole: { metric: 'frp.client.logins' },
      atLeast: 3,
      windowMillis: 300_000,
      comparison: '<=',
      threshold: 0.1,
      by: ['frp.instance'],
    });
    const logins = (instance: string, error: string) => `frp_client_logins_total{frp_instance="${instance}"${error}}`;
    const failed = ', error_type="token"';
    expect(
      playRules(renderPrometheus(rules, 'own'), {
        series: {
          [logins('few', failed)]: '0x3 2x30',
          [logins('few', '')]: '0x3 2x30',
          [logins('many', failed)]: '0x3 9x30',
          [logins('many', '')]: '0x3 9x30',
        },
        queries: [firing('3m', 'Own', 'frp_instance', ['{frp_instance="few"}'])],
      }),
    ).toEqual(PASSED);
  });

  it('give each proxy the one variant that its name comes to first', () => {
    const rules = named('FrpProxyConnectionsHigh', {
      alertRules: {
        overrides: [
          { rule: 'FrpProxyConnectionsHigh', proxy: 'a.b+*', threshold: 10, severity: 'critical' },
          { rule: 'FrpProxyConnectionsHigh', proxy: '*web*', isEnabled: false },
        ],
        own: [],
      },
    });
    const proxy = (name: string) =>
      `frp_proxy_connection_active{${SERVER}, frp_proxy_name="${name}", frp_proxy_type="tcp"}`;
    expect(
      playRules(renderPrometheus(rules, 'own'), {
        series: {
          [proxy('a.b+web')]: '20x9', // the first override
          [proxy('axb+1')]: '20x9', // no letter of a pattern is any letter
          [proxy('my-web-site')]: '5000x9', // turned off
          [proxy('ssh')]: '5000x9',
          [proxy('quiet')]: '20x9',
        },
        queries: [
          firing('2m', 'FrpProxyConnectionsHigh', 'frp_proxy_name, severity', [
            '{frp_proxy_name="a.b+web", severity="critical"}',
            '{frp_proxy_name="ssh", severity="medium"}',
          ]),
        ],
      }),
    ).toEqual(PASSED);
  });

  it('add up what falls together, where the rule says so', () => {
    const rules = own({
      metric: 'frp.server.proxy.active',
      reduce: 'sum',
      by: ['frp.instance'],
      comparison: '>',
      threshold: 5,
    });
    const active = (type: string) => `frp_server_proxy_active{${SERVER}, frp_proxy_type="${type}"}`;
    expect(
      playRules(renderPrometheus(rules, 'own'), {
        series: { [active('tcp')]: '3x9', [active('udp')]: '2x3 3x9' },
        queries: [
          firing('45s', 'Own', 'frp_instance', []),
          firing('1m', 'Own', 'frp_instance', ['{frp_instance="frps@a"}']),
        ],
      }),
    ).toEqual(PASSED);
  });

  it('do not take the breach of an alternative for their own', () => {
    const proxy = 'frp_proxy_name="p", frp_proxy_type="tcp"';
    const rules = effectiveRules({
      alertRules: { overrides: [{ rule: 'FrpProxyDown', severity: 'high' }], own: [] },
    }).filter(({ name }) => name === 'FrpProxyDown'); // both alternatives have one severity
    expect(
      playRules(renderPrometheus(rules, 'collector'), {
        series: {
          [`frp_proxy_status{${SERVER}, ${proxy}, frp_proxy_state="offline", frp_proxy_group="g"}`]: '1x20',
          [`frp_alert_breach{${SERVER}, ${proxy}, frp_proxy_group="g", frp_alert_name="FrpProxyDown", frp_alert_severity="high"}`]:
            '1x20',
        },
        queries: [
          firing('3m', 'FrpProxyDown', 'frp_proxy_name, frp_proxy_group', [
            '{frp_proxy_name="p", frp_proxy_group="g"}',
          ]),
        ],
      }),
    ).toEqual(PASSED);
  });

  it('are put to the test by a promtool that does find faults', () => {
    const { status, output } = playRules(renderPrometheus(named('FrpServerDown'), 'own'), {
      series: { [`frp_process_up{${SERVER}}`]: '0x9' },
      queries: [firing('2m', 'FrpServerDown', 'frp_instance', [])],
    });
    expect([status, output]).toEqual([1, expect.stringContaining('got: {frp_instance="frps@a"}')]);
  });
});
