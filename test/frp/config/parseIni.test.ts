import { describe, expect, it } from '@jest/globals';
import { FrpConfigError } from '../../../src/frp/config/parseConfig.js';
import { isLegacyIni, parseIni } from '../../../src/frp/config/parseIni.js';

const keysOf = (text: string): Record<string, string> => Object.fromEntries(parseIni(`[s]\n${text}`).get('s') ?? []);

describe('parseIni', () => {
  it.each([
    ['a = 1', { a: '1' }],
    ['a: 1', { a: '1' }],
    ['  a=1  \r', { a: '1' }],
    ['a = 1 ; not a comment # either', { a: '1 ; not a comment # either' }],
    ['; a = 1\n# b = 2\n', {}],
    ['a = 1\na = 2', { a: '2' }],
    ['a = "x = y"', { a: 'x = y' }],
    ["a = 'x'", { a: 'x' }],
    ['a = "x"y"', { a: '"x"y"' }],
    ['a =', { a: '' }],
    ['a = one \\\n  two \\\n  three\nb = 2', { a: 'one two three', b: '2' }],
    ['a = `one\ntwo`\nb = 2', { a: 'one\ntwo', b: '2' }],
    ['a = """one\ntwo"""', { a: 'one\ntwo' }],
    ['"a = b" = 1', { 'a = b': '1' }],
    ['alone', { alone: 'true' }],
    ['- = x\n- = y', { '#1': 'x', '#2': 'y' }],
    ['__proto__ = 1', { ['__proto__']: '1' }],
  ])('given %j, has the keys %j', (text, keys) => {
    expect(keysOf(text)).toEqual(keys);
  });

  it('merges sections of one name', () => {
    expect([...parseIni('[a]\nx = 1\n[b]\n[a]\ny = 2')].map(([name, keys]) => [name, [...keys.keys()]])).toEqual([
      ['DEFAULT', []],
      ['a', ['x', 'y']],
      ['b', []],
    ]);
  });

  it.each([
    ['[open', 'expected a section such as [common] (line 1)'],
    ['\n[]', 'expected a section such as [common] (line 2)'],
    ['= 1', 'expected a key before = (line 1)'],
    ['a = `one\ntwo', 'expected the quotes of a value to be closed (line 1)'],
  ])('given %j, says what it expected', (text, message) => {
    expect(() => parseIni(text)).toThrow(new FrpConfigError(message));
  });
});

describe('isLegacyIni', () => {
  it.each([
    ['[common]\nbind_port = 7000\n', true],
    ['; old\n  [common]\nserver_addr = 1.2.3.4\n', true],
    ['[common]\nserver_addr = {{ .Envs.HOST }}\n', true],
    // frp takes all of these for another format
    ['[common]\ntcp_mux\n', false],
    ['[ common ]\n', false],
    ['bindPort = 7000\n', false],
    ['a = """[common]"""', false],
    ['[common]\n{{ range parseNumberRange "1" }}\n', false],
  ])('given %j, is %s', (text, expected) => {
    expect(isLegacyIni(text)).toBe(expected);
  });
});
