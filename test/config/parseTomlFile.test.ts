import { describe, expect, it } from '@jest/globals';
import { parseTomlFile } from '../../src/config/parseTomlFile.js';

describe('parseTomlFile', () => {
  it.each([
    [' [ a . b ] # c\nc = 1\n', ['a', 'b', 'c'], 2],
    ['[a]\nx = 1\n[[l]]\nx = 1\n[[l]] # d\n"x" = 1\n', ['l', '1', 'x'], 6],
    ['x = [\n[1],\n]\ny = 1\n', ['y'], 4],
    ['a.b = 1\n', ['a', 'b', 'c'], 1],
    ['a = 1\n', ['b'], undefined],
  ])('finds in %j the line of %j', (text, path, line) => {
    expect(parseTomlFile(text).lineOf(path)).toBe(line);
  });

  it('reads a line in a time that grows with its length', () => {
    const { lineOf } = parseTomlFile(`a = """\n[${' '.repeat(500_000)}x\n"""\nbogus = 1\n`);
    const start = performance.now();
    expect(lineOf(['bogus'])).toBe(4);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
