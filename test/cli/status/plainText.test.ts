import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutToWidth, displayWidth, fitToWidth } from '../../../src/cli/status/displayWidth.js';
import { plainJson, plainText } from '../../../src/cli/status/plainText.js';

const anyText = fc.string({ unit: 'binary', maxLength: 40 });

describe('plainText', () => {
  it.each([
    ['web', 'web'],
    ['tunnel ü 数据库 🚀', 'tunnel ü 数据库 🚀'],
    ['\x1b[2J', '\\u001b[2J'],
    ['\u009b31m', '\\u009b31m'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['\ud800', '\\ud800'],
    ['\u{e0041}', '\\udb40\\udc41'],
  ])('makes %j readable', (text, expected) => {
    expect(plainText(text)).toBe(expected);
  });

  it('leaves nothing that a terminal takes for a command, of any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(plainText(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

describe('plainJson', () => {
  it('is the same value, and as harmless', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(plainJson({ text })).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(JSON.parse(plainJson({ text }))).toEqual({ text });
      }),
    );
  });
});

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['web', 3],
    ['ü', 1],
    ['u\u0308', 1],
    ['数据库', 6],
    ['ｱｲｳ', 3],
    ['ＡＢ', 4],
    ['한국', 4],
    ['🚀', 2],
    ['👩‍🚀', 2],
    ['❤️', 2],
    ['…', 1],
  ])('of %s is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('fitToWidth', () => {
  it.each([
    ['web', 5, 'web  '],
    ['website', 5, 'webs…'],
    ['数据库', 5, '数据…'],
    ['数据库', 4, '数… '],
  ])('puts %s into %i columns', (text, width, expected) => {
    expect(fitToWidth(text, width, 'left')).toBe(expected);
  });

  it('aligns to the right, too', () => {
    expect(fitToWidth('12', 4, 'right')).toBe('  12');
  });

  it('takes exactly so many columns, of any text', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 30 }), (text, width) => {
        expect(displayWidth(fitToWidth(plainText(text), width, 'left'))).toBe(width);
        expect(displayWidth(cutToWidth(plainText(text), width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});
