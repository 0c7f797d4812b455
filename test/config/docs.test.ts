import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { renderOptions } from '../../src/cli/renderOptions.js';
import { configFileSchema } from '../../src/config/configFileSchema.js';
import { optionRows } from '../../src/config/optionRows.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('documents made of the schema', () => {
  it('docs/configuration.md has the table of `frp-otel config options --markdown`', () => {
    const [, table] = /<!-- options:.*?-->\n(.*)\n<!-- end of options -->/s.exec(read('docs/configuration.md')) ?? [];
    expect(table).toBe(renderOptions('markdown'));
  });

  it('docs/frp-otel.schema.json is what `frp-otel config schema` prints', () => {
    expect(read('docs/frp-otel.schema.json')).toBe(`${JSON.stringify(configFileSchema(), null, 2)}\n`);
  });

  it('say of each option what it does', () => {
    expect(optionRows().filter(({ option, description }) => description === '' && !option.endsWith('[]'))).toEqual([]);
  });
});

describe('FrpInstrumentationOptions', () => {
  const source = read('src/config/FrpInstrumentationOptions.ts');
  const body = source.slice(source.indexOf('export interface FrpInstrumentationOptions'));
  const options = optionRows()
    .map(({ option }) => option)
    .filter((option) => !/[.[]/.test(option));

  it.each(options)('tells TypeScript readers of %s', (option) => {
    expect(body).toMatch(new RegExp(`\\*/\n  ${option}\\??: `));
  });

  it('has no option that the schema has not', () => {
    const declared = [...body.matchAll(/^ {2}(\w+)\??: /gm)].map(([, name]) => name);
    expect(declared.sort()).toEqual([...options].sort());
  });

  it.each(optionRows().filter(({ byDefault, option }) => typeof byDefault === 'number' && !option.includes('[')))(
    'tells the default of $option',
    ({ option, byDefault }) => {
      const [group = '', name] = option.split('.');
      const texts: Record<string, string> = { alerts: source.slice(source.indexOf('export interface AlertsOptions')) };
      const below = name === undefined ? body : (texts[group] ?? body.slice(body.search(`\n  ${group}\\?:`)));
      const [, comment] =
        new RegExp(`/\\*\\*((?:(?!\\*/).)*)\\*/\\s*${name ?? group}\\??: number`, 's').exec(below) ?? [];
      if (!option.startsWith('prometheus')) expect(comment).toMatch(new RegExp(`@default ${byDefault}\\b`));
    },
  );
});
