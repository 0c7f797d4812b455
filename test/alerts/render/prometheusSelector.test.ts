import { expect, it } from '@jest/globals';
import { promqlSelector } from '../../../src/alerts/render/prometheusSelector.js';

it('takes all series where nothing is asked for', () => {
  expect(promqlSelector('frp_process_up', undefined)).toBe('frp_process_up');
});

it.each([
  ['a value', 'server', '="server"'],
  ['one of several values', ['offline', 'closed'], '=~"offline|closed"'],
  ['several values with letters of a regular expression', ['a.b', 'c|d', 'e\\f'], '=~"a\\\\.b|c\\\\|d|e\\\\\\\\f"'],
  ['any value', true, '!=""'],
  ['no value', false, '=""'],
  ['quotes and line breaks', 'a"b\nc', '="a\\"b\\nc"'],
])('asks for %s', (_, wanted, matcher) => {
  expect(promqlSelector('m', { 'frp.role': wanted })).toBe(`m{frp_role${matcher}}`);
});

it('takes the proxies of a pattern, and none of those before it', () => {
  expect(promqlSelector('m', { 'frp.role': 'client' }, { matching: 'web-*', except: ['web-1', 'a.b*'] })).toBe(
    'm{frp_role="client", frp_proxy_name=~"web-.*", frp_proxy_name!~"web-1|a\\\\.b.*"}',
  );
});

it('takes the proxies that no pattern is of', () => {
  expect(promqlSelector('m', {}, { matching: undefined, except: ['web-*'] })).toBe('m{frp_proxy_name!~"web-.*"}');
});
