import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import { collectorProcessors, renderCollector } from '../../src/alerts/render/collector.js';
import { FILES_WITH_RULES, withRules } from '../../tools/otelcol/withRules.mjs';
import { collectorFile } from '../support/collectorFile.js';

describe.each(FILES_WITH_RULES)('%s', (file) => {
  const text = readFileSync(collectorFile(file), 'utf8');
  const fragment = parse(renderCollector(DEFAULT_RULES).text);

  it('has the default rules: if this fails, run node tools/collectorConfig.mjs', () => {
    expect(text).toBe(withRules(text, collectorProcessors(DEFAULT_RULES)));
    expect(parse(text).processors).toMatchObject(fragment.processors);
  });

  it('has their pipeline, between what comes in and what goes out', () => {
    const { connectors, service } = parse(text);
    expect(connectors).toEqual(fragment.connectors);
    expect(service.pipelines).toMatchObject(fragment.service.pipelines);
    const { metrics, 'metrics/frp_breach': breach } = service.pipelines;
    expect(metrics.exporters).toEqual(['forward/frp_rules', ...breach.exporters]);
    expect(breach.receivers).toEqual(['forward/frp_breach']);
  });
});

describe('the rules of a file', () => {
  const marked = (...rules: string[]) =>
    ['processors:', '  # BEGIN of the default rules', ...rules, '  # END of the default rules', 'exporters: {}'].join(
      '\n',
    );

  it('are replaced between their marks only, whatever they have in them', () => {
    expect(withRules(marked('  old: 1', '  older: 2'), "processors:\n  new: $$' $&\n")).toBe(marked("  new: $$' $&"));
    expect(withRules(marked(), 'processors:\n  new: 1\n')).toBe(marked('  new: 1'));
  });

  it('need the marks', () => {
    expect(() => withRules('processors: {}\n', 'processors:\n')).toThrow('expected the marks BEGIN and END');
  });
});
