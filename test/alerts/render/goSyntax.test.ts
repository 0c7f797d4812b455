import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { goQuoted, re2Literal, re2Wildcard } from '../../../src/alerts/render/goSyntax.js';
import { wildcard } from '../../../src/telemetry/wildcard.js';

describe('Go’s literal', () => {
  it.each([
    ['a "quoted" \\ one', '"a \\"quoted\\" \\\\ one"'],
    ['two\nlines\t', '"two\\nlines\\t"'],
    ['ünï', '"ünï"'],
    ['half \ud83d', '"half \ufffd"'],
  ])('of a text: %j', (text, literal) => {
    expect(goQuoted(text)).toBe(literal);
  });
});

describe('a regular expression', () => {
  it.each([
    ['web-1', 'web-1'],
    ['a.b', 'a\\.b'],
    ['*', '\\*'],
    ['^(a|[b]{2})?+$\\', '\\^\\(a\\|\\[b\\]\\{2\\}\\)\\?\\+\\$\\\\'],
  ])('of a text: %j', (text, expression) => {
    expect(re2Literal(text)).toBe(expression);
  });

  it.each([
    ['web-*', 'web-.*'],
    ['*.example.com', '.*\\.example\\.com'],
    ['**', '.*.*'],
    ['web', 'web'],
  ])('of a pattern: %j', (pattern, expression) => {
    expect(re2Wildcard(pattern)).toBe(expression);
  });

  it('takes what its pattern takes, and nothing else', () => {
    const text = (letters: string) => fc.string({ unit: fc.constantFrom(...letters), maxLength: 6 });
    fc.assert(
      fc.property(text('ab.\n*'), text('ab.\n'), (pattern, name) => {
        expect(new RegExp(`^${re2Wildcard(pattern)}$`, 's').test(name)).toBe(wildcard(pattern)(name));
      }),
    );
  });
});
