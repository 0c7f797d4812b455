import { describe, expect, it } from '@jest/globals';
import { parseTemplate, renderText, templateOf, writeQuantity } from '../../src/alerts/ruleText.js';

describe('a template', () => {
  it('is made of text, attributes and quantities', () => {
    expect(parseTemplate('{value} of {frp.proxy.name} fail, more than {threshold}', ['frp.proxy.name'])).toEqual({
      parts: [
        { placeholder: 'value' },
        { text: ' of ' },
        { placeholder: 'frp.proxy.name' },
        { text: ' fail, more than ' },
        { placeholder: 'threshold' },
      ],
    });
  });

  it('has a brace where there are two', () => {
    const template = templateOf('{{ $labels.x }} is {{{value}}}', []);
    expect(renderText(template, { value: '5' })).toBe('{ $labels.x } is {5}');
  });

  it('has text between two placeholders in one piece, braces and all', () => {
    expect(parseTemplate('{{{{ a }}}} {{{value}}}', [])).toEqual({
      parts: [{ text: '{{ a }} {' }, { placeholder: 'value' }, { text: '}' }],
    });
  });

  it('leaves out an attribute that a series has not, and takes no value for a template', () => {
    const template = templateOf('proxy {frp.proxy.name} ({frp.proxy.type})', ['frp.proxy.name', 'frp.proxy.type']);
    expect(renderText(template, { 'frp.proxy.name': '{value}' })).toBe('proxy {value} ()');
  });

  it.each([
    ['{frp.proxy.nam}', 'expected one of {frp.proxy.name}, {value}, {threshold}, found "{frp.proxy.nam}"'],
    ['a {}', 'expected one of {frp.proxy.name}, {value}, {threshold}, found "{}"'],
    ['a {value', 'expected {{ or }} for a brace, found { at 3'],
    ['a } b', 'expected {{ or }} for a brace, found } at 3'],
    ['{a{value}', 'expected {{ or }} for a brace, found { at 1'],
  ])('is not %j', (text, fault) => {
    expect(parseTemplate(text, ['frp.proxy.name'])).toEqual({ fault });
    expect(() => templateOf(text, ['frp.proxy.name'])).toThrow(fault);
  });
});

describe('a quantity', () => {
  it.each([
    [0.05, '1', '5%'],
    [0.123456, '1', '12.35%'],
    [0, 'By', '0B'],
    [1023, 'By', '1023B'],
    [2 ** 30, 'By', '1GiB'],
    [1.5 * 2 ** 20, 'By/s', '1.5MiB/s'],
    [-2048, 'By', '-2KiB'],
    [2 ** 70, 'By', '1024EiB'],
    [0, 's', '0s'],
    [0.0123, 's', '12.3ms'],
    [0.000_02, 's', '20us'],
    [1.5, 's', '1.5s'],
    [-0.5, 's', '-500ms'],
    [123.9, 's', '2m 3s'],
    [3_600, 's', '1h 0m 0s'],
    [90_061, 's', '1d 1h 1m 1s'],
    [-90, 's', '-1m 30s'],
    [1_234_567, '{connection}', '1234567'],
    [3.016_94, '{login}', '3.017'],
    [Number.POSITIVE_INFINITY, 'By', 'Infinity'],
  ])('%p %s is %s', (value, unit, text) => {
    expect(writeQuantity(value, unit)).toBe(text);
  });
});
