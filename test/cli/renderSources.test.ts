import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { renderSources } from '../../src/cli/renderSources.js';
import { FACT_SOURCES } from '../../src/model/factSources.js';

describe('renderSources', () => {
  const rows = renderSources().split('\n');

  it('gives a row per fact and role, with its sources in their order', () => {
    expect(rows).toHaveLength(2 + FACT_SOURCES.length);
    expect(rows).toContainEqual(
      expect.stringMatching(/^\| bytes of a proxy \| server \| api, sockets \| each adds its part \| frps's count/),
    );
  });

  it('is the table that stands in docs/sources.md', () => {
    const docs = readFileSync(new URL('../../docs/sources.md', import.meta.url), 'utf8');
    expect(docs.endsWith(`\n${renderSources()}\n`)).toBe(true);
  });

  it('has as many cells in each row as in its head', () => {
    expect(new Set(rows.map((row) => row.split('|').length))).toEqual(new Set([7]));
  });
});
