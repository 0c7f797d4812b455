import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { renderMetrics } from '../../src/cli/renderMetrics.js';

describe('renderMetrics', () => {
  it('gives the table that stands in docs/semantic-conventions.md', () => {
    const docs = readFileSync(new URL('../../docs/semantic-conventions.md', import.meta.url), 'utf8');
    expect(docs).toContain(`\n${renderMetrics('markdown')}\n`);
  });

  it('lists each metric once, in every format', () => {
    const names = (JSON.parse(renderMetrics('json')) as { name: string }[]).map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(15);
    expect(new Set(names).size).toBe(names.length);
    expect(
      renderMetrics('text')
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(names);
  });
});
