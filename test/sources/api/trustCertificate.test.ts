import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { getBody } from '../../../src/sources/api/getBody.js';
import { trustCertificate } from '../../../src/sources/api/trustCertificate.js';
import { ApiServer, webServerAt } from './ApiServer.js';

const pathOf = (name: string): string => fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url));
const read = (name: string): string => readFileSync(pathOf(name), 'utf8');

let server: ApiServer | undefined;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

/** What a request over TLS gives, to a server that shows one certificate, where another one is expected. */
const ask = async (shown: string, expected: string | undefined): Promise<string> => {
  server = await ApiServer.start((_, response) => void response.end('yes'), 0, {
    cert: read(`${shown}.pem`),
    key: read(`${shown}.key`),
  });
  return getBody({
    webServer: { ...webServerAt(server.port, 'admin', 'hunter2'), tls: true },
    path: '/',
    timeoutMillis: 4_000,
    maxBytes: 100,
    trust: trustCertificate(expected === undefined ? undefined : () => readFileSync(expected, 'utf8')),
  }).catch((error: Error) => error.message);
};

describe('trustCertificate', () => {
  it('believes a server that shows the very certificate, though it is for another host', async () => {
    expect(await ask('self-signed', pathOf('self-signed.pem'))).toBe('yes');
  });

  it('believes it also when it was issued by a CA that nobody knows', async () => {
    expect(await ask('issued', pathOf('issued.pem'))).toBe('yes');
  });

  it.each<[what: string, expected: string | undefined]>([
    ['no certificate is known', undefined],
    ['another one is', pathOf('other.pem')],
    ['there is no such file', pathOf('none.pem')],
    ['the file holds no certificate', pathOf('README.md')],
  ])('gives no credentials to a server when %s', async (_what, expected) => {
    for (const shown of ['self-signed', 'issued']) {
      expect(await ask(shown, expected)).toMatch(
        /^its certificate is not trusted: name it in webServer\.tls\.certFile/,
      );
      expect(server?.requests).toEqual([]);
      await server?.[Symbol.asyncDispose]();
    }
  });
});
