import { describe, expect, it } from '@jest/globals';
import { parseApiUrl } from '../../../src/sources/api/parseApiUrl.js';

describe('parseApiUrl', () => {
  it('reads address, user and password, with escapes', () => {
    const address = parseApiUrl('https://ad%40min:p%3Aw@[::1]');
    expect(address).toMatchObject({ host: '::1', port: 443, tls: true, user: 'ad@min' });
    expect(typeof address === 'string' ? '' : address.password.reveal()).toBe('p:w');
  });

  it.each([
    ['admin:hunter2@h:7500', 'the scheme "admin"'],
    ['h', 'something else'],
    ['ftp://u:hunter2@h', 'the scheme "ftp"'],
    ['http://u:hunter2@h:7500/api', 'a path behind the port'],
  ])('says of %s what it is, and no password', (text, said) => {
    expect(parseApiUrl(text)).toBe(said);
  });
});
