import { describe, expect, it } from '@jest/globals';
import { readApiUrl } from '../../src/cli/readApiUrl.js';

const read = (text: string, password?: string) => {
  const { password: secret, ...address } = readApiUrl(text, password);
  return { ...address, password: secret.reveal() };
};

describe('readApiUrl', () => {
  it.each([
    ['http://127.0.0.1:7500', { host: '127.0.0.1', port: 7500, tls: false, user: '', password: '' }],
    ['https://frp.example.com', { host: 'frp.example.com', port: 443, tls: true, user: '', password: '' }],
    ['http://frp.example.com/', { host: 'frp.example.com', port: 80, tls: false, user: '', password: '' }],
    ['http://[::1]:7500', { host: '::1', port: 7500, tls: false, user: '', password: '' }],
    ['http://admin:s%40e%3Ac@h:7500', { host: 'h', port: 7500, tls: false, user: 'admin', password: 's@e:c' }],
  ])('reads %s', (text, address) => {
    expect(read(text)).toEqual(address);
  });

  it('takes the password from elsewhere where the URL has none', () => {
    expect(read('http://admin@h:7500', 'secret')).toMatchObject({ user: 'admin', password: 'secret' });
    expect(read('http://admin:own@h:7500', 'secret')).toMatchObject({ password: 'own' });
  });

  it.each([
    ['127.0.0.1:7500', 'found something else'],
    ['frp.example.com', 'found something else'],
    ['ftp://h:21', 'found the scheme "ftp"'],
    ['http://h:7500/api', 'found a path behind the port'],
    ['http://h:7500?x=1', 'found a path behind the port'],
  ])('refuses %s', (text, found) => {
    expect(() => read(text)).toThrow(`--api: expected a URL such as http://user@host:7500, ${found}`);
  });

  it('quotes nothing of a URL with a password', () => {
    for (const text of ['http://admin:pass word@h:port', 'ftp://admin:passw0rd@h', 'http://admin:passw0rd@h/x']) {
      expect(() => read(text)).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/passw|admin/) }));
    }
  });
});
