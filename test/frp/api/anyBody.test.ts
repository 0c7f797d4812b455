import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readClientStatus } from '../../../src/frp/api/clientApi.js';
import { FrpApiError } from '../../../src/frp/api/FrpApiError.js';
import { readErrorText } from '../../../src/frp/api/readErrorText.js';
import * as v2 from '../../../src/frp/api/serverApi.js';
import * as v1 from '../../../src/frp/api/serverApiV1.js';
import { fixtureBody } from '../fixture.js';

const READERS: Readonly<Record<string, (body: unknown) => unknown>> = {
  'v2 info': v2.readServerInfo,
  'v2 proxies': v2.readServerProxies,
  'v2 clients': v2.readServerClients,
  'v2 history': v2.readProxyHistory,
  'v1 info': v1.readServerInfo,
  'v1 proxies': (body) => v1.readServerProxies(body, 'tcp'),
  'v1 clients': v1.readServerClients,
  'v1 history': v1.readProxyHistory,
  'client status': readClientStatus,
};

/** Bodies of a real frp, of which parts are replaced by anything. */
const RECORDED = [
  'reload.1-open.info.json',
  'api-v2.proxies.json',
  'api-v1.proxies-tcp.json',
  'api-v1.clients.offline.json',
  'api-routes.frps-v2-traffic.200.json',
  'api-routes.frps-v1-traffic.200.json',
  'api-client.status.json',
].map((name) => fixtureBody(name));

const spoiled = fc
  .tuple(fc.constantFrom(...RECORDED), fc.infiniteStream(fc.nat(9)), fc.infiniteStream(fc.jsonValue()))
  .map(([body, dice, replacements]) => {
    const spoil = (value: unknown): unknown => {
      if (dice.next().value === 0) return replacements.next().value;
      if (Array.isArray(value)) return value.map(spoil);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spoil(inner)]));
    };
    return spoil(body);
  });

describe.each(Object.keys(READERS))('the reader of %s', (name) => {
  const read = READERS[name] ?? (() => undefined);

  it('given any JSON, throws nothing but FrpApiError, with a short message', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), spoiled), (body) => {
        try {
          read(body);
        } catch (error) {
          expect(error).toBeInstanceOf(FrpApiError);
          expect((error as FrpApiError).message.length).toBeLessThan(200);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('lists of 100,000', () => {
  it.each<[what: string, read: () => { length: number }]>([
    [
      'proxies of v1',
      () => {
        const [like] = (RECORDED[2] as { proxies: object[] }).proxies;
        const proxies = Array.from({ length: 100_000 }, (_, index) => ({ ...like, name: `p${index}` }));
        return v1.readServerProxies({ proxies }, 'tcp').items;
      },
    ],
    [
      'proxies of frpc',
      () => {
        const [like] = (RECORDED[6] as { tcp: object[] }).tcp;
        return readClientStatus({ tcp: Array.from({ length: 100_000 }, () => like) }).items;
      },
    ],
  ])('%s are read in a few tenths of a second', (_what, read) => {
    const began = performance.now();
    expect(read()).toHaveLength(100_000);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('readErrorText', () => {
  it.each<[body: string, text: string | undefined]>([
    ['{"Code":404,"Msg":"no proxy info found"}\n', 'no proxy info found'],
    ['{"code":400,"msg":"page is too large","data":null}\n', 'page is too large'],
    ['no proxy info found', 'no proxy info found'],
    ['404 page not found\n', '404 page not found'],
    ['two\nlines\x1b[31m', 'two lines [31m'],
    ['x'.repeat(500), `${'x'.repeat(200)}…`],
    ['<html>hunter2</html>', undefined],
    ['{"token":"hunter2"}', undefined],
    ['{"Msg":', undefined],
    ['["hunter2"]', undefined],
    ['', undefined],
  ])('of %j gives %j', (body, text) => {
    expect(readErrorText(body)).toBe(text);
  });

  it('of any text gives at most one line of 201 characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1_000 }), (body) => {
        const text = readErrorText(body) ?? '';
        expect(text.length).toBeLessThanOrEqual(201);
        expect(['\n', '\r', '\x1b', '\0'].filter((control) => text.includes(control))).toEqual([]);
      }),
    );
  });
});
