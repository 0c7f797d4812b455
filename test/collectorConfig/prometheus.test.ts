import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import { renderAlertmanager } from '../../src/alerts/render/alertmanager.js';
import { renderPrometheus } from '../../src/alerts/render/prometheus.js';
import { renderPrometheusTests } from '../../src/alerts/render/prometheusTests.js';
import { ruleCases } from '../../src/alerts/render/ruleCases.js';
import { prometheusFiles } from '../../tools/prometheus/renderedFiles.mjs';
import { describeWith, outputOf } from '../support/RealPrometheus.js';

const FOLDER = fileURLToPath(new URL('../../collector-config/', import.meta.url));
const renderers = { renderPrometheus, renderPrometheusTests, ruleCases, renderAlertmanager };
const rendered = prometheusFiles(DEFAULT_RULES, renderers);

const inFolder = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

describe('collector-config/prometheus', () => {
  it.each(rendered.map(({ path, text }) => [path, text] as const))(
    '%s has the rules of the catalogue: `node tools/prometheusConfig.mjs` writes it anew',
    (path, text) => {
      expect(inFolder(path)).toBe(text);
    },
  );

  it('has no other file of tests', () => {
    const paths = rendered.map(({ path }) => path);
    expect(
      readdirSync(join(FOLDER, 'prometheus/tests'))
        .map((name) => `prometheus/tests/${name}`)
        .sort(),
    ).toEqual(paths.filter((path) => path.startsWith('prometheus/tests/')).sort());
  });

  it('scrapes what all-in-one.yaml serves, with the labels that it tells', () => {
    const { scrape_configs } = parse(inFolder('prometheus/prometheus.yml')) as {
      readonly scrape_configs: readonly {
        readonly honor_labels?: boolean;
        readonly static_configs: readonly [{ readonly targets: readonly string[] }];
      }[];
    };
    const [frp] = scrape_configs.filter(({ honor_labels }) => honor_labels);
    const { exporters } = parse(inFolder('all-in-one.yaml')) as {
      readonly exporters: Readonly<Record<string, { readonly endpoint: string }>>;
    };
    const endpoint = Object.entries(exporters).find(([name]) => name.split('/')[0] === 'prometheus')?.[1].endpoint;
    expect(endpoint).toContain(`OTELCOL_PROMETHEUS:-${frp?.static_configs[0].targets.join()}}`);
  });
});

describeWith(['promtool'], 'promtool', () => {
  it('accepts prometheus.yml and the rules that it names', () => {
    const { status, output } = outputOf('promtool', ['check', 'config', join(FOLDER, 'prometheus/prometheus.yml')]);
    expect([status, output]).toEqual([
      0,
      expect.stringMatching(/is valid prometheus config.*SUCCESS: \d+ rules found/s),
    ]);
  });

  it('passes the tests of the rules, where they are', () => {
    const tests = rendered.map(({ path }) => path).filter((path) => path.startsWith('prometheus/tests/'));
    expect(tests).toHaveLength(2);
    const { status, output } = outputOf('promtool', ['test', 'rules', ...tests], FOLDER);
    expect([status, output.match(/SUCCESS/g)?.length]).toEqual([0, 2]);
  });
});
