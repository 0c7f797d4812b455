import { describe, expect, it } from '@jest/globals';
import { parseJsonFile } from '../../src/config/parseJsonFile.js';

describe('parseJsonFile', () => {
  it('reads 800 kB of keys in well under a second', () => {
    const keys = Array.from({ length: 60_000 }, (_, index) => `"k${index}": 1`);
    const text = `{${keys.join(',\n')}}`;
    const start = performance.now();
    const { value, lineOf } = parseJsonFile(text);
    expect(lineOf(['k59999'])).toBe(60_000);
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(Object.keys(value as object)).toHaveLength(60_000);
  });

  it.each([
    ['{\n"a": {"b":\n[1,\n{"c": "}\\\\"}]}}', ['a', 'b', 1, 'c'], 4],
    ['[[],\n[1,\n2]]', ['1', '1'], 3],
    ['{"a": [{}, [],\n"x"]}', ['a', 2], 2],
    ['{"a": 1,\n"b": {}}', ['b', 'c'], 2],
    ['{}', ['a'], undefined],
    ['7', ['a'], undefined],
  ])('finds in %j the line of %j', (text, path, line) => {
    expect(parseJsonFile(text).lineOf(path)).toBe(line);
  });

  it('takes one key in two objects', () => {
    expect(parseJsonFile('[{"a": {"a": 1}}, {"a": "a"}]').value).toEqual([{ a: { a: 1 } }, { a: 'a' }]);
  });
});
