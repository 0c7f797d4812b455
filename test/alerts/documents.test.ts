import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { EffectiveRule } from '../../src/alerts/AlertRule.js';
import { effectiveRules } from '../../src/alerts/effectiveRules.js';
import { parseOptions } from '../../src/config/parseOptions.js';
import { readConfiguration } from '../../src/config/readConfiguration.js';

const docs = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8');
const blocks = (language: string): string[] =>
  [...docs.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);

const folder = mkdtempSync(join(tmpdir(), 'frp-otel-alerts-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is in force with the config file of an example. */
const rulesOf = (yaml: string): readonly EffectiveRule[] => {
  const file = join(folder, 'frp-otel.yaml');
  writeFileSync(file, yaml);
  return effectiveRules(readConfiguration({}, { FRP_OTEL_CONFIG: file }));
};

describe('docs/alerts.md', () => {
  const [thresholds = '', own = ''] = blocks('yaml').filter((block) => block.includes('alertRules:'));

  it('shows thresholds that are in force with its config file', () => {
    const rules = rulesOf(thresholds);
    const of = (name: string) => rules.filter((rule) => rule.name === name);
    expect(of('FrpServerMemoryHigh')).toMatchObject([{ threshold: 2 * 2 ** 30 }]);
    expect(of('FrpProxyErrorRatioHigh')).toMatchObject([{ threshold: 0.02 }]);
    expect(of('FrpProxyErrorRatioHighAcrossRoles')).toMatchObject([{ threshold: 0.02 }]);
    expect(of('FrpServerCpuHigh')).toMatchObject([{ forMillis: 300_000, severity: 'medium', threshold: 0.8 }]);
    expect(of('FrpProxyConnectionsHigh')).toMatchObject([
      { threshold: 5_000, proxies: { matching: 'backup-*', except: [] } },
      { threshold: 1_000, proxies: { matching: undefined, except: ['backup-*'] } },
    ]);
    expect(of('FrpProxyDown').map(({ proxies }) => proxies?.except)).toEqual([['ann.test'], ['ann.test']]);
  });

  it('shows a rule that is one', () => {
    const [given] = parse(own).alertRules.own;
    expect(rulesOf(own).at(-1)).toMatchObject({ ...given, subject: 'proxy', forMillis: 60_000 });
  });

  it('shows options that the package takes', () => {
    const [call = ''] = blocks('js');
    const options = /registerFrpInstrumentation\((.*)\);/s.exec(call)?.[1];
    const { alerts } = parseOptions(new Function(`return ${options}`)());
    expect(alerts).toMatchObject({
      alertmanagers: [{ url: 'http://127.0.0.1:9093' }],
      webhooks: [{ bearerTokenFile: '/run/secrets/hook' }],
      historyFile: '/var/lib/frp-otel/alerts.jsonl',
    });
  });
});
