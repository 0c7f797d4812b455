import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { renderCompatibility } from '../../src/cli/renderCompatibility.js';
import { CLIENT_API_PARTS, SERVER_API_PARTS } from '../../src/frp/api/frpApiParts.js';
import { KNOWN_OF_CLIENT, KNOWN_OF_SERVER } from '../../src/frp/knownFrom.js';
import { CLIENT_ROWS } from '../../src/frp/log/clientRows.js';
import type { LogRow } from '../../src/frp/log/LogRow.js';
import { SERVER_ROWS } from '../../src/frp/log/serverRows.js';
import { FRP_EVENT_KINDS } from '../../src/model/FrpEvent.js';

const lines = renderCompatibility().split('\n');

describe('renderCompatibility', () => {
  it('gives the tables that stand in docs/frp-compatibility.md', () => {
    const docs = readFileSync(new URL('../../docs/frp-compatibility.md', import.meta.url), 'utf8');
    expect(docs.endsWith(`\n${renderCompatibility()}\n`)).toBe(true);
  });

  it('has as many cells in each row as in the head above it', () => {
    let columns = 0;
    for (const [index, line] of lines.entries()) {
      if (!line.startsWith('|')) continue;
      const cells = line.split('|').length;
      if (!lines[index - 1]?.startsWith('|')) columns = cells;
      expect([line, cells]).toEqual([line, columns]);
    }
    expect(columns).toBeGreaterThan(0);
  });

  it.each(Object.entries({ ...SERVER_API_PARTS.v1, ...SERVER_API_PARTS.v2, status: CLIENT_API_PARTS.status }))(
    'has the path of %s',
    (_name, { path }) => {
      expect(lines.filter((line) => line.startsWith(`| \`${path}\` |`))).toHaveLength(1);
    },
  );

  it.each<[role: string, rows: readonly LogRow[], known: readonly { readonly log: readonly string[] }[]]>([
    ['server', SERVER_ROWS, KNOWN_OF_SERVER],
    ['client', CLIENT_ROWS, KNOWN_OF_CLIENT],
  ])(
    'says of %s what each kind of line is good for, but of those that only help to read others',
    (_role, rows, known) => {
      const told = new Set(known.flatMap(({ log }) => log));
      const silent = new Set(rows.map(({ kind }) => kind).filter((kind) => !told.has(kind)));
      const helping = [
        'note',
        'fault',
        'proxy.fault',
        'api.response',
        'api.request',
        'proxy.listening',
        'proxy.closing',
      ];
      expect([...silent].filter((kind) => !helping.includes(kind))).toEqual([]);
    },
  );

  it('names only events that there are', () => {
    const events = [...SERVER_ROWS, ...CLIENT_ROWS].flatMap(({ event }) => event ?? []);
    expect(events.length).toBeGreaterThan(10);
    for (const event of events) expect(FRP_EVENT_KINDS).toContain(event);
  });
});
