import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { diag } from '@opentelemetry/api';
import { parse } from 'yaml';
import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import { renderCollector } from '../../src/alerts/render/collector.js';
import { renderPrometheus } from '../../src/alerts/render/prometheus.js';
import { UsageError } from '../../src/cli/Command.js';
import { renderCommandHelp } from '../../src/cli/renderHelp.js';
import { rules } from '../../src/cli/rules.js';
import { fakeIo } from './fakeIo.js';
import { expectGolden } from './golden.js';
import { OWN_RULE } from './ownRule.js';

const folder = mkdtempSync(join(tmpdir(), 'frp-otel-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const run = async (args: readonly string[], env: Record<string, string> = {}) => {
  const { io, printed } = fakeIo(env);
  try {
    const code = await rules.run(args, io);
    return { code, ...printed };
  } finally {
    diag.disable(); // the command has it speak on its stderr
  }
};

const OWN = `alertRules:
  runbookUrl: https://wiki.example.com/frp
  overrides:
    - { rule: FrpServerMemoryHigh, severity: critical }
    - { rule: FrpProxyLatencyHigh, proxy: 'backup*', isEnabled: false }
${OWN_RULE}`;
const GOOD = file('good.yaml', `thresholds: { serverMemory: 4096 }\n${OWN}`);

interface PrometheusRules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert?: string;
      readonly expr: string;
      readonly labels: Record<string, string>;
      readonly annotations: Record<string, string>;
    }[];
  }[];
}
const alertsOf = (text: string, name: string) =>
  (parse(text) as PrometheusRules).groups.flatMap((group) => group.rules.filter(({ alert }) => alert === name));

describe('frp-otel rules', () => {
  it('explains itself', () => {
    expectGolden('rules-help', renderCommandHelp(rules));
  });

  it('render prints the rules of the default configuration', async () => {
    expect(await run(['render', '--for', 'collector'])).toEqual({
      code: 0,
      stdout: renderCollector(DEFAULT_RULES).text,
      stderr: '',
    });
    expect((await run(['render', '--for', 'prometheus'])).stdout).toBe(
      renderPrometheus(DEFAULT_RULES, 'collector').text,
    );
    expect((await run(['render', '--for', 'prometheus', '--dialect', 'own'])).stdout).toBe(
      renderPrometheus(DEFAULT_RULES, 'own').text,
    );
    expect((await run(['render', '--for', 'alertmanager'])).stdout).toMatch(/^inhibit_rules:$/m);
    expect((await run(['render', '--for', 'runbook'])).stdout).toMatch(/^### FrpServerDown$/m);
  });

  it('render takes thresholds, overrides, own rules and the page of runbooks from the settings', async () => {
    const { stdout } = await run(['render', '--for', 'prometheus', '--dialect', 'own', '--settings', GOOD]);
    expect(alertsOf(stdout, 'FrpServerMemoryHigh')).toEqual([
      expect.objectContaining({
        expr: expect.stringContaining('> 4096'),
        labels: expect.objectContaining({ severity: 'critical' }),
        annotations: expect.objectContaining({ runbook_url: 'https://wiki.example.com/frp#frpservermemoryhigh' }),
      }),
    ]);
    expect(alertsOf(stdout, 'FrpProxyLatencyHigh')).toEqual([
      expect.objectContaining({ expr: expect.stringContaining('frp_proxy_name!~"backup.*"') }),
    ]);
    expect(alertsOf(stdout, 'ManyThreads')).toHaveLength(1);
    const byVariable = await run(['render', '--for', 'prometheus', '--dialect', 'own'], { FRP_OTEL_CONFIG: GOOD });
    expect(byVariable.stdout).toBe(stdout);
  });

  it('render takes the data source of Grafana', async () => {
    const { stdout } = await run(['render', '--for', 'grafana', '--datasource', 'mimir-1']);
    expect(stdout).toContain('datasourceUid: mimir-1');
    expect((await run(['render', '--for', 'grafana'])).stdout).toContain('datasourceUid: $PROMETHEUS_DATASOURCE_UID');
  });

  it('render writes a folder, as a whole or not at all', async () => {
    const out = join(folder, 'a', 'b');
    const { code, stdout } = await run(['render', '--for', 'collector', '--out', out]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(out, 'frp-rules.yaml')}\n` });
    expect(readdirSync(out)).toEqual(['frp-rules.yaml']);
    expect(readFileSync(join(out, 'frp-rules.yaml'), 'utf8')).toBe(renderCollector(DEFAULT_RULES).text);
    await expect(run(['render', '--for', 'collector', '--out', join(GOOD, 'x')])).rejects.toThrow(
      `${join(GOOD, 'x', 'frp-rules.yaml')}: it cannot be written (ENOTDIR)`,
    );
  });

  const inProc = existsSync('/proc') ? it : it.skip;
  if (inProc === it.skip) process.stderr.write('skipped: a folder that cannot be made: there is no /proc\n');
  inProc('render ends where no folder can be made, as in /proc of Linux', async () => {
    await expect(run(['render', '--for', 'collector', '--out', '/proc/rules/x'])).rejects.toThrow(
      '/proc/rules/x/frp-rules.yaml: it cannot be written (ENOENT)',
    );
  });

  it('check says how many are in force', async () => {
    const names = new Set(DEFAULT_RULES.map(({ name }) => name)).size;
    expect(await run(['check', '--settings', GOOD])).toEqual({
      code: 0,
      stdout: `${names + 1} rules are in force; own rules: 1, overrides: 2\n`,
      stderr: '',
    });
    const { stdout } = await run(['check', '--for', 'collector']);
    expect(stdout).toMatch(/^the Collector decides \d+ of them/m);
  });

  it.each(['check', 'render --for collector', 'test --for collector'])(
    '%s names file, line and rule of all that is wrong, and gives away no secret',
    async (line) => {
      const args = line.split(' ');
      const wrong = file(
        'wrong.yaml',
        `${OWN}    - { name: Bad, of: value, metric: frp.process.up, comparison: '>', threshold: .inf, severity: low, summary: x, description: x }
    - name: FrpServerDown
      of: increase
      metric: frp.proxy.io
      comparison: '>'
      threshold: 1
      severity: low
      summary: x
      description: x
alerts:
  webhooks:
    - { url: 'htps://hooks.example.com/services/hunter2' }
    - 'https://hooks.example.com/services/hunter2'
`,
      );
      const { code, stdout, stderr } = await run([...args, '--settings', wrong]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr.split('\n')).toEqual([
        `${wrong}:15: alertRules.own.1.threshold: expected a finite number, received Infinity (rule Bad)`,
        `${wrong}:26: alerts.webhooks.0.url: expected http://HOST… or https://HOST…, received a string of 41 characters`,
        `${wrong}:27: alerts.webhooks.1: expected an object with url, received a string of 42 characters`,
        '',
      ]);
      const fixed = file(
        'fixed.yaml',
        readFileSync(wrong, 'utf8')
          .replace('.inf', '1')
          .replace(/^alerts:.*/ms, ''),
      );
      expect((await run([...args, '--settings', fixed])).stderr.split('\n')).toEqual([
        `${fixed}:16: alertRules.own.2.name: expected a new name: the catalogue has it, received FrpServerDown (rule FrpServerDown)`,
        `${fixed}:16: alertRules.own.2.windowMillis: expected one: increase needs it (rule FrpServerDown)`,
        '',
      ]);
    },
  );

  it.each<[string, string]>([
    ['', 'expected render, check or test'],
    ['chekc', 'expected render, check or test, found "chekc"; did you mean check?'],
    ['render', '--for: expected collector, prometheus, grafana, alertmanager or runbook'],
    [
      'render --for promethus',
      '--for: expected collector, prometheus, grafana, alertmanager or runbook, found "promethus"; did you mean prometheus?',
    ],
    ['test --for runbook', '--for: expected collector, prometheus or grafana, found "runbook"'],
    ['render --for collector --dialect own', '--dialect: expected none for collector: prometheus and grafana have it'],
    ['render --for grafana --dialect owm', '--dialect: expected collector or own, found "owm"; did you mean own?'],
    ['render --for prometheus --datasource x', '--datasource: expected none for prometheus: only grafana has it'],
    ['render --for grafana --promtool x', '--promtool: expected none: render does not have it'],
    ['check --out x', '--out: expected none: check does not have it'],
    ['test --for grafana --out x', '--out: expected none: test does not have it'],
    ['check --setings x', 'unknown option --setings; did you mean --settings?'],
    ['check x.yaml', 'expected options only, found "x.yaml"'],
  ])('refuses %j', async (line, message) => {
    await expect(run(line === '' ? [] : line.split(' '))).rejects.toThrow(new UsageError(message));
  });
});
