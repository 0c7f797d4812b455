import { stringify } from 'yaml';
import { renderPrometheus } from '../../../src/alerts/render/prometheus.js';
import { RealPrometheus } from '../../support/RealPrometheus.js';
import { scenarioRules } from '../alerts/options.js';

/** A Prometheus that scrapes the agents' own /metrics each second, with the rules of that dialect, shortened. */
export const startOwnPrometheus = (metricsPorts: readonly number[]): Promise<RealPrometheus> => {
  const rules = renderPrometheus(scenarioRules(), 'own');
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [rules.path],
    scrape_configs: [
      { job_name: 'frp', static_configs: [{ targets: metricsPorts.map((port) => `127.0.0.1:${port}`) }] },
    ],
  };
  return RealPrometheus.start({ config: stringify(config), files: { [rules.path]: rules.text } });
};
