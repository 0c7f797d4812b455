import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ERROR_TYPES } from '../../../src/frp/errorType.js';
import type { FrpRole } from '../../../src/frp/FrpRole.js';
import type { ServerLogMeaning } from '../../../src/frp/log/FrpLogMeaning.js';
import { tableOf } from '../../../src/frp/log/LogRow.js';
import { parseLogLine, stripColours } from '../../../src/frp/log/parseLogLine.js';
import { readBareMeaning, readLogMeaning } from '../../../src/frp/log/readLogMeaning.js';
import { FRP_EVENT_KINDS } from '../../../src/model/FrpEvent.js';
import { EVERY_ROW, fieldsOf, lineOf, meantBy } from './lineOf.js';

describe('each row of the tables', () => {
  it.each(EVERY_ROW)('$table: $text is read as what it means', ({ row, read }) => {
    const fields = Object.fromEntries(fieldsOf(row.text).map((name) => [name, meantBy(name)]));
    expect(read(lineOf(row.text))).toMatchObject({ kind: row.kind, ...fields });
  });

  it.each(EVERY_ROW)('$table: $text is read in any case, as 0.62.1 changed it', ({ row, read }) => {
    const exact = read(lineOf(row.text));
    for (const change of ['toLowerCase', 'toUpperCase'] as const) {
      const words = row.text.replace(/\{\w*\}|[^{}]+/g, (part) => (part.startsWith('{') ? part : part[change]()));
      const meaning = read(lineOf(words));
      expect(meaning).toEqual({ ...exact, ...(exact !== undefined && 'error' in exact && ownWords(meaning)) });
    }
  });

  it.each(EVERY_ROW)('$table: $text is not read from half of it', ({ row, read }) => {
    const begin = row.text.slice(0, row.text.indexOf('{') === -1 ? -1 : row.text.lastIndexOf('{')).trimEnd();
    expect(read(lineOf(begin).slice(0, -1))?.kind ?? 'note').toMatch(
      /^(note|fault|proxy\.fault|.*\.(failed|refused))$/,
    );
  });

  it.each(EVERY_ROW.filter(({ row }) => fieldsOf(row.text).includes('proxy')))(
    '$table: $text gives back any name without the end of a prefix in it',
    ({ row, read }) => {
      const names = fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 300 })
        .filter((name) => !/\]( |$)/.test(name));
      fc.assert(
        fc.property(names, (proxy) => {
          expect(read(lineOf(row.text, { proxy }))).toMatchObject({ kind: row.kind, proxy });
        }),
        { numRuns: 30 },
      );
    },
  );

  it.each(EVERY_ROW.filter(({ row }) => /\{error\}$/.test(row.text)))(
    '$table: $text gives back any error of one line',
    ({ row, read }) => {
      const errors = fc
        .string({ unit: 'grapheme', maxLength: 300 })
        .filter((error) => !/\] |^status not wait/.test(error));
      fc.assert(
        fc.property(errors, (error) => {
          const meaning = read(lineOf(row.text, { error }));
          expect(meaning).toMatchObject({ kind: row.kind, error });
          expect(ERROR_TYPES).toContain(meaning !== undefined && 'errorType' in meaning && meaning.errorType);
        }),
        { numRuns: 30 },
      );
    },
  );

  it('names versions in order, and events that there are', () => {
    const number = (version: string): number =>
      version.split('.').reduce((sum, part) => sum * 1_000 + Number.parseInt(part, 10), 0);
    for (const { row } of EVERY_ROW) {
      for (const version of [row.since, row.until]) if (version !== undefined) expect(version).toMatch(/^0\.\d+\.\d+$/);
      if (row.since !== undefined && row.until !== undefined) {
        expect(number(row.since)).toBeLessThanOrEqual(number(row.until));
      }
      if (row.event !== undefined) expect(FRP_EVENT_KINDS).toContain(row.event);
    }
  });
});

describe('tableOf', () => {
  it('does not compile where the fields of a text are not those of its meaning', () => {
    const table = tableOf<ServerLogMeaning>();
    const refused = [
      // @ts-expect-error: proxy is missing
      table([{ kind: 'proxy.removed', text: 'close proxy success' }]),
      // @ts-expect-error: no such field
      table([{ kind: 'proxy.removed', text: 'close proxy [{proxy}] of [{user}] success' }]),
      // @ts-expect-error: a note has no fields
      table([{ kind: 'note', text: 'frps uses config file: {path}' }]),
      // @ts-expect-error: frps says no such thing
      table([{ kind: 'login.started', text: 'try to connect to server...' }]),
    ];
    const accepted = table([{ kind: 'fault', text: 'a {} b {*} c {error}' }]);
    expect([...refused, accepted].map(({ length }) => length)).toEqual([1, 1, 1, 1, 1]);
  });
});

/** A failure that is told in frp's own words is told in their case. */
const ownWords = (meaning: object | undefined): object =>
  meaning !== undefined && 'error' in meaning ? { error: meaning.error } : {};

const FIXTURES = new URL('../../fixtures/', import.meta.url);
const recorded = readdirSync(FIXTURES)
  .filter((folder) => folder.startsWith('frp-'))
  .flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, FIXTURES))
      .filter((name) => name.endsWith('.log'))
      .map((name) => `${folder}/${name}`),
  );

/** The reason of an HTTP plugin, in the plugin's own words, which frpc up to 0.68 logs in a line of its own. */
const WORDS_OF_OTHERS = ['the guard says no'];

describe('what real frps and frpc logged', () => {
  it.each(recorded)('%s is known to the last line', (name) => {
    const role: FrpRole = /[/.]frps\./.test(name) ? 'server' : 'client';
    const unknown = stripColours(readFileSync(new URL(name, FIXTURES), 'utf8'))
      .split('\n')
      .filter((text) => text !== '')
      .filter((text) => {
        const line = parseLogLine(text);
        if (line === undefined) return readBareMeaning(role, text) === undefined;
        return readLogMeaning(role, line.message) === undefined && !WORDS_OF_OTHERS.includes(line.message);
      });
    expect(unknown).toEqual([]);
  });
});
