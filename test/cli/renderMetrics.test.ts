import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { renderMetrics } from '../../src/cli/renderMetrics.js';
import { telemetryModel } from '../../src/telemetry/catalogue/telemetryModel.js';

const { metrics, derivedMetrics, collectorMetrics, events, spans, attributes } = telemetryModel;

describe('renderMetrics', () => {
  it('gives docs/semantic-conventions.md as markdown', () => {
    const docs = readFileSync(new URL('../../docs/semantic-conventions.md', import.meta.url), 'utf8');
    expect(docs).toBe(`${renderMetrics('markdown')}\n`);
  });

  it('gives the whole model as JSON', () => {
    expect(JSON.parse(renderMetrics('json'))).toEqual(telemetryModel);
  });

  it('lists each name once in a terminal, under the heading of its kind, in columns', () => {
    const blocks = renderMetrics('text')
      .split('\n\n')
      .map((block) => block.split('\n'));
    expect(blocks.map(([title]) => title)).toEqual([
      'Metrics',
      'Metrics computed over a sliding window',
      'Metrics that the Collector of collector-config/ makes',
      'Events: log records with a name',
      'Spans',
      'Attributes',
    ]);
    expect(blocks.map(([, ...lines]) => lines.map((line) => line.split(' ')[0]))).toEqual(
      [metrics, derivedMetrics, collectorMetrics, events, spans, attributes].map((rows) =>
        rows.map(({ name }) => name),
      ),
    );
    const [, up, , , restarts] = blocks[0] ?? [];
    expect(up?.indexOf('{process}')).toBe(restarts?.indexOf('{restart}'));
    expect(renderMetrics('text')).toMatch(/^frp\.server\.client\.info .*\(opt-in\)$/m);
  });

  it('has no cell of a table that breaks it', () => {
    const rows = renderMetrics('markdown')
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const widths = rows.map((line) => line.split('|').length);
    expect(rows.length).toBeGreaterThan(150);
    expect(new Set(widths)).toEqual(new Set([4, 6, 7]));
  });
});
