import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { EffectiveRule } from '../../../src/alerts/AlertRule.js';
import { DEFAULT_RULES } from '../../../src/alerts/defaultRules.js';
import { effectiveRules } from '../../../src/alerts/effectiveRules.js';
import { DIALECTS } from '../../../src/alerts/prometheusDialect.js';
import { renderGrafana } from '../../../src/alerts/render/grafana.js';
import { grafanaAsPrometheus } from '../../../src/alerts/render/grafanaAsPrometheus.js';
import { renderPrometheusTests } from '../../../src/alerts/render/prometheusTests.js';
import { ruleCases } from '../../../src/alerts/render/ruleCases.js';
import { describeWith } from '../../support/RealPrometheus.js';
import { BRACES } from './braces.js';
import { checkRules, playRules, testRuleFiles } from './promtoolRules.js';

interface Provisioned {
  readonly uid: string;
  readonly title: string;
  readonly condition: string;
  readonly data: readonly {
    readonly refId: string;
    readonly datasourceUid: string;
    readonly model: Record<string, unknown>;
  }[];
  readonly for: string;
  readonly noDataState: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly isPaused: boolean;
}

interface Provisioning {
  readonly apiVersion: number;
  readonly groups: readonly {
    readonly name: string;
    readonly folder: string;
    readonly interval: string;
    readonly rules: readonly Provisioned[];
  }[];
}

const rendered = (rules: readonly EffectiveRule[], datasource = 'prom'): Provisioning =>
  parse(renderGrafana(rules, 'collector', { datasource, runbookUrl: 'https://wiki/frp' }).text) as Provisioning;

const provisioned = (rules: readonly EffectiveRule[]): readonly Provisioned[] =>
  rendered(rules).groups.flatMap((group) => group.rules);

const named = (name: string): readonly EffectiveRule[] => DEFAULT_RULES.filter((rule) => rule.name === name);

describe('a file that provisions Grafana', () => {
  it('has groups in one folder, evaluated in a multiple of ten seconds', () => {
    const { apiVersion, groups } = rendered(DEFAULT_RULES);
    expect(apiVersion).toBe(1);
    expect(groups.map(({ name, folder, interval }) => [name, folder, interval])).toEqual(
      ['server', 'client', 'proxy', 'telemetry'].map((subject) => [`frp-${subject}`, 'frp', '10s']),
    );
    expect(provisioned(DEFAULT_RULES)).toHaveLength(DEFAULT_RULES.length);
  });

  it('asks the data source for the value, and compares it in a condition of its own', () => {
    const [rule] = provisioned(named('FrpServerCpuHigh'));
    expect(rule).toMatchObject({
      title: 'FrpServerCpuHigh',
      condition: 'C',
      for: '2m',
      keepFiringFor: '1m',
      noDataState: 'OK',
      labels: { frp_alert_name: 'FrpServerCpuHigh', severity: 'high', frp_alert_subject: 'server' },
      annotations: {
        summary: '{{ $labels.frp_instance }} uses {{ $values.A.Value | humanizePercentage }} of all CPUs',
        runbook_url: 'https://wiki/frp#frpservercpuhigh',
      },
    });
    expect(rule?.data).toMatchObject([
      {
        refId: 'A',
        datasourceUid: 'prom',
        relativeTimeRange: { from: 600, to: 0 },
        model: {
          refId: 'A',
          expr: 'max by (frp_role, frp_instance, frp_server_name) (frp_process_cpu_utilization_ratio{frp_role="server"})',
          instant: true,
        },
      },
      {
        refId: 'C',
        datasourceUid: '__expr__',
        model: { type: 'threshold', expression: 'A', conditions: [{ evaluator: { type: 'gt', params: [0.8] } }] },
      },
    ]);
  });

  it('compares by an expression what older versions have no threshold for', () => {
    const conditions = [...named('FrpServerDown'), ...named('FrpReporterAbsent')].map(
      (rule) => provisioned([rule])[0]?.data[1]?.model.expression,
    );
    expect(conditions).toEqual(['$A == 0', '$A != 0']);
  });

  it('names the data source where Grafana looks for a variable, and nowhere else', () => {
    const text = JSON.stringify(rendered(named('FrpServerDown'), '$PROMETHEUS'));
    expect(text.match(/\$PROMETHEUS/g)).toHaveLength(1);
    expect(rendered(named('FrpServerDown'), '$PROMETHEUS').groups[0]?.rules[0]?.data[0]?.datasourceUid).toBe(
      '$PROMETHEUS',
    );
  });

  it('has each uid and each title once, none too long', () => {
    const rules = provisioned(DEFAULT_RULES);
    for (const names of [rules.map(({ uid }) => uid), rules.map(({ title }) => title)]) {
      expect(new Set(names).size).toBe(DEFAULT_RULES.length);
    }
    expect(rules.filter(({ uid }) => !/^[A-Za-z0-9_-]{1,40}$/.test(uid))).toEqual([]);
    expect(rules.map(({ title }) => title)).toContain('FrpProxyDown 2');
  });

  it('keeps the uid of a rule with another threshold, and of what is left when a variant is taken out of it', () => {
    const uids = (rules: readonly EffectiveRule[]) => provisioned(rules).map(({ uid }) => uid);
    const [before] = uids(named('FrpProxyLatencyHigh'));
    const after = effectiveRules({
      thresholds: { proxyLatency: 3 },
      alertRules: { overrides: [{ rule: 'FrpProxyLatencyHigh', proxy: 'web-*', threshold: 9 }], own: [] },
    }).filter(({ name }) => name === 'FrpProxyLatencyHigh');
    expect(uids(after)).toEqual([expect.not.stringMatching(`^${before}$`), before]);
  });

  it('has those on that say that something is down, and what the user has added', () => {
    const own = effectiveRules({
      alertRules: {
        overrides: [],
        own: [
          {
            name: 'Own',
            of: 'value',
            metric: 'frp.server.client.active',
            comparison: '>',
            threshold: 1,
            severity: 'low',
            summary: 'own',
            description: 'own',
          },
        ],
      },
    });
    const on = provisioned(own).filter(({ isPaused }) => !isPaused);
    expect([...new Set(on.map(({ labels }) => labels.frp_alert_name))]).toEqual([
      'FrpServerDown',
      'Own',
      'FrpClientDown',
      'FrpClientDisconnected',
      'FrpProxyDown',
      'FrpProxyGroupDown',
      'FrpReporterAbsent',
    ]);
  });
});

describeWith(['promtool'], 'the queries, conditions and texts of Grafana', () => {
  it.each(BRACES)('take no brace of a text for one of their own: %s', (summary, told) => {
    const own = {
      name: 'Own',
      of: 'value',
      metric: 'frp.server.client.active',
      by: ['frp.instance'],
      comparison: '>',
      threshold: 5,
      severity: 'low',
      summary,
      description: summary,
      forMillis: 0,
    } as const;
    const rules = effectiveRules({ alertRules: { overrides: [], own: [own] } }).slice(-1);
    const exp_labels = { severity: 'low', frp_alert_subject: 'server', frp_instance: 'frps@a' };
    const firing = [{ exp_labels, exp_annotations: { summary: told, description: told } }];
    const { status, output } = playRules(grafanaAsPrometheus(renderGrafana(rules, 'own', { datasource: 'prom' })), {
      series: { 'frp_server_client_active{frp_instance="frps@a"}': '9x4' },
      alerts: [{ at: '30s', name: 'Own', firing }],
    });
    expect([status, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it.each(DIALECTS)('make each rule fire and resolve: dialect %s', (dialect) => {
    const rules = grafanaAsPrometheus(renderGrafana(DEFAULT_RULES, dialect, { datasource: 'prom' }));
    expect(checkRules(rules).output).toContain(`SUCCESS: ${DEFAULT_RULES.length} rules found`);
    const cases = ruleCases(DEFAULT_RULES).flatMap((each) => ('reason' in each ? [] : [each]));
    expect(cases.map(({ rule }) => rule)).toEqual(DEFAULT_RULES);
    const tests = renderPrometheusTests(cases, dialect, { ruleFile: rules.path, name: 'tests' });
    const { status, output } = testRuleFiles(rules, tests);
    expect([status, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});
