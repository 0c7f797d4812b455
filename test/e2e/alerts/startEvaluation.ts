import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { renderCollector } from '../../../src/alerts/render/collector.js';
import { renderPrometheus } from '../../../src/alerts/render/prometheus.js';
import { RealOtelcol } from '../../support/RealOtelcol.js';
import { RealPrometheus } from '../../support/RealPrometheus.js';
import { scenarioRules } from './options.js';

const SHIPPED = fileURLToPath(new URL('../../../collector-config/', import.meta.url));

/** A Collector with all-in-one.yaml and the rules of the scenario beside it: a second --config, as users give theirs. */
export const startCollector = (): Promise<RealOtelcol> =>
  RealOtelcol.start({
    configs: [join(SHIPPED, 'all-in-one.yaml'), `yaml:${renderCollector(scenarioRules()).text}`],
    // Three intervals of export, and what a machine that is busy needs besides.
    env: { OTELCOL_METRIC_EXPIRATION: '5s' },
  });

/** A Prometheus with prometheus.yml, intervals shortened, and the rules of the scenario in place of ours. */
export const startPrometheus = (collector: RealOtelcol, alertmanagerUrl: string): Promise<RealPrometheus> => {
  const config = parse(readFileSync(join(SHIPPED, 'prometheus/prometheus.yml'), 'utf8'));
  const rules = renderPrometheus(scenarioRules(), 'collector');
  config.global = { scrape_interval: '1s', evaluation_interval: '1s' };
  config.alerting.alertmanagers[0].static_configs[0].targets = [new URL(alertmanagerUrl).host];
  const [frp, own] = config.scrape_configs;
  frp.static_configs[0].targets = [`127.0.0.1:${collector.ports.prometheus}`];
  own.static_configs[0].targets = [`127.0.0.1:${collector.ports.own}`];
  return RealPrometheus.start({ config: stringify(config), files: { [rules.path]: rules.text } });
};
