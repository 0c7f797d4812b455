import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import { inhibitions } from '../../src/alerts/inhibitions.js';
import { renderAlertmanager } from '../../src/alerts/render/alertmanager.js';
import { renderPrometheus } from '../../src/alerts/render/prometheus.js';
import { renderPrometheusTests } from '../../src/alerts/render/prometheusTests.js';
import { ruleCases } from '../../src/alerts/render/ruleCases.js';
import { ALERTMANAGER_FILE, withInhibitions } from '../../tools/prometheus/renderedFiles.mjs';
import { describeWith, outputOf } from '../support/RealPrometheus.js';

const FILE = join(fileURLToPath(new URL('../../collector-config/', import.meta.url)), ALERTMANAGER_FILE);
const text = readFileSync(FILE, 'utf8');
const renderers = { renderPrometheus, renderPrometheusTests, ruleCases, renderAlertmanager };

interface Receiver {
  readonly name: string;
  readonly email_configs?: readonly { readonly send_resolved: boolean }[];
  readonly slack_configs?: readonly { readonly send_resolved: boolean }[];
  readonly webhook_configs?: readonly { readonly send_resolved: boolean }[];
}

const { receivers } = parse(text, { merge: true }) as { readonly receivers: readonly Receiver[] };

describe('collector-config/alertmanager', () => {
  it('has the inhibitions of the catalogue: `node tools/prometheusConfig.mjs` writes them anew', () => {
    expect(text).toBe(withInhibitions(text, renderers));
  });

  it('would find that the inhibitions are others', () => {
    expect(withInhibitions(text.replace('alertname="FrpServerDown"', 'alertname="Other"'), renderers)).toBe(text);
    expect(() => withInhibitions('route: {}\n', renderers)).toThrow("expected the line '# Generated: what is not told");
  });

  it('tells by email, Slack and a webhook, the end as well as the begin', () => {
    const [now] = receivers;
    const ways = [now?.email_configs, now?.slack_configs, now?.webhook_configs];
    expect(ways.map((configs) => configs?.map(({ send_resolved }) => send_resolved))).toEqual([[true], [true], [true]]);
  });

  it('has its secrets in files', () => {
    expect(text.match(/^ *\w*(?:password|token|secret|api_url|credentials):.*$/gm)).toBeNull();
    expect(text.match(/(?:auth_password|api_url|credentials)_file: \/etc\/alertmanager\/secrets\//g)).toHaveLength(3);
  });
});

describeWith(['amtool'], 'amtool', () => {
  it('accepts the file', () => {
    const { status, output } = outputOf('amtool', ['check-config', FILE]);
    expect([status, output]).toEqual([0, expect.stringContaining(` - ${inhibitions.length} inhibit rules\n`)]);
  });

  it.each([
    ['critical', 'frp-now'],
    ['high', 'frp-now'],
    ['medium', 'frp-chat'],
    ['low', 'frp-mail'],
  ])('tells an alert that is %s to %s', (severity, receiver) => {
    expect(DEFAULT_RULES.some((rule) => rule.severity === severity)).toBe(true);
    const labels = ['alertname=Any', 'frp_server_name=a:7000', `severity=${severity}`];
    const test = ['config', 'routes', 'test', `--config.file=${FILE}`, `--verify.receivers=${receiver}`, ...labels];
    const { status, output } = outputOf('amtool', test);
    expect([status, output]).toEqual([0, expect.stringContaining(`${receiver}\n`)]);
  });
});
