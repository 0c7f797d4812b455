import { describe, expect, it } from '@jest/globals';
import { canAskFor, isLoggedBy, pathOf, SERVER_API_PARTS } from '../../../src/frp/api/frpApiParts.js';
import { isVersionAtLeast } from '../../../src/frp/isVersionAtLeast.js';

const { v1, v2, metrics, health } = SERVER_API_PARTS;

describe('pathOf', () => {
  it('encodes a name as it is sent, and leaves it as frp logs it', () => {
    expect(pathOf(v2.history, 'my "home"\\ ssh/é')).toEqual({
      sent: '/api/v2/proxies/my%20%22home%22%5C%20ssh%2F%C3%A9/traffic',
      logged: '/api/v2/proxies/my "home"\\ ssh/é/traffic', // as seen in the log of 0.71.0
    });
    expect(pathOf(v1.history, '$& $1')).toEqual({ sent: '/api/traffic/%24%26%20%241', logged: '/api/traffic/$& $1' });
    expect(pathOf(metrics)).toEqual({ sent: '/metrics', logged: '/metrics' });
  });
});

describe('canAskFor', () => {
  it.each([
    ['a name with a slash', 'a/b', true, false], // 0.52.3, 0.61.2 and 0.71.0 answer it 404 on the first API
    ['a dot', '.', false, false], // 301
    ['two dots', '..', false, false],
    ['a line end, which frp would write to its log', 'a\nb', false, false],
    ['a colour', '\x1b[31mred', false, false],
    ['half a character', '\ud800', false, false],
    ['1,024 characters', 'x'.repeat(1024), true, true],
    ['4,096 characters', 'x'.repeat(4096), false, false],
  ])('%s', (_what, name, inV2, inV1) => {
    expect([canAskFor(name, v2.history), canAskFor(name, v1.history)]).toEqual([inV2, inV1]);
  });
});

describe('isLoggedBy', () => {
  it('knows that /metrics is logged since 0.67.0, and /healthz never', () => {
    expect(['0.61.2', '0.66.9', '0.67.0', '0.71.0'].map((version) => isLoggedBy(version, metrics))).toEqual([
      ...[false, false, true, true],
    ]);
    expect(isLoggedBy('0.71.0', health)).toBe(false);
  });
});

describe('isVersionAtLeast', () => {
  it.each([
    ['0.67.0', '0.67.0', true],
    ['0.100.0', '0.67.0', true],
    ['1.0.0', '0.67.0', true],
    ['v0.70.1-dev', '0.70.1', true],
    ['0.66.12', '0.67.0', false],
    ['', '0.52.0', false],
    ['unknown', '0.52.0', false],
  ])('%s, at least %s: %s', (version, least, expected) => {
    expect(isVersionAtLeast(version, least)).toBe(expected);
  });
});
