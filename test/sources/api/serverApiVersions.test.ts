import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OwnRequests } from '../../../src/sources/api/OwnRequests.js';
import { pollServerApi, type ServerApiOptions } from '../../../src/sources/api/pollServerApi.js';
import type { Source } from '../../../src/sources/Source.js';
import { SignalLog } from '../fakeFrp.js';
import { ApiServer, webServerAt } from './ApiServer.js';
import { FakeServerApi } from './FakeServerApi.js';

let frps: FakeServerApi;
let server: ApiServer;
let signals: SignalLog;
let ownRequests: OwnRequests;
let source: Required<Pick<Source, 'refresh'>> & Source;
beforeEach(async () => {
  frps = new FakeServerApi();
  server = await ApiServer.start(frps.handler);
  signals = new SignalLog();
  ownRequests = new OwnRequests();
});
afterEach(async () => {
  source?.stop();
  await server[Symbol.asyncDispose]();
});

/** Polls once, and then whenever a test asks for it. */
const begin = async (options: Partial<ServerApiOptions> = {}): Promise<void> => {
  source = pollServerApi({
    target: 1,
    webServer: webServerAt(server.port),
    intervalMillis: 60_000,
    timeoutMillis: 4_000,
    ownRequests,
    hasMetrics: false,
    untraced: (request) => request(),
    hasRoom: () => true,
    emit: signals.emit,
    ...options,
  }) as typeof source;
  await firstPoll();
};
const firstPoll = async (): Promise<void> => {
  while (signals.of('source.changed').length === 0) await new Promise(setImmediate);
};
/** What a poll asked for, in order. */
const poll = async (): Promise<string[]> => {
  const asked = server.requests.length;
  await source.refresh();
  return server.requests.slice(asked).map(({ url = '' }) => url);
};
const answer = () => {
  const last = signals.of('server.api.answered').at(-1);
  if (last === undefined) throw new Error('expected an answer');
  return last;
};
const namesOf = () => answer().proxies.map(({ name }) => name);
const yesterdays = () =>
  Object.fromEntries(answer().proxies.flatMap(({ name, yesterday }) => (yesterday ? [[name, yesterday.in]] : [])));
const both = (bytes: number) => ({ in: bytes, out: bytes });
const claimed = (path: string) => ownRequests.claim('api.request', path, Date.now());

describe('which API it asks', () => {
  it('0.70 and newer: the second one, and then no other', async () => {
    frps.proxies = [{ name: 'ssh' }];
    await begin();
    expect(await poll()).toEqual([
      '/api/v2/proxies?page=1&pageSize=200',
      '/api/v2/clients?page=1&pageSize=200',
      '/api/v2/system/info',
    ]);
  });

  it('0.67 to 0.69: the first one, by the types that it has, with clients', async () => {
    Object.assign(frps, {
      version: '0.68.1',
      proxies: [{ name: 'ssh' }, { name: 'dns', type: 'udp' }],
      clients: ['a'],
    });
    await begin();
    expect(namesOf()).toEqual(['ssh', 'dns']);
    expect(answer().clients).toMatchObject([{ key: 'a' }]);
    expect(await poll()).toEqual(['/api/proxy/tcp', '/api/proxy/udp', '/api/clients', '/api/serverinfo']);
    expect(answer().info.version).toBe('0.68.1');
  });

  it('before 0.67: asks for clients once, and says that it does not know them', async () => {
    Object.assign(frps, { version: '0.61.2', proxies: [{ name: 'ssh' }] });
    await begin();
    expect(answer().clients).toBeUndefined();
    expect(signals.reports('api')).toEqual([['ok', undefined]]);
    expect(await poll()).toEqual(['/api/proxy/tcp', '/api/serverinfo']);
  });

  it('expects no line in the log for what frps has no path for', async () => {
    frps.version = '0.61.2';
    await begin();
    expect(['/api/v2/system/info', '/api/clients', '/api/serverinfo'].map(claimed)).toEqual([false, false, true]);
  });

  it('reads a type in the poll in which it first comes, also when it is the first of all', async () => {
    frps.version = '0.61.2';
    await begin();
    expect(namesOf()).toEqual([]);
    frps.proxies = [{ name: 'web', type: 'http' }];
    await poll();
    expect(namesOf()).toEqual(['web']);
    frps.proxies = [{ name: 'web', type: 'http' }, { name: 'ssh' }];
    await poll();
    expect(namesOf().sort()).toEqual(['ssh', 'web']);
  });

  it('a part that it had and that fails, fails the poll: no answer without it', async () => {
    Object.assign(frps, { version: '0.68.1', clients: ['a'] });
    await begin();
    frps.version = '0.61.2';
    await poll();
    expect(signals.of('server.api.answered')).toHaveLength(1);
    expect(signals.reports('api').at(-1)).toEqual([
      'degraded',
      `${server.url}: it answered 404 (404 page not found), expected 200`,
    ]);
  });
});

describe('long lists', () => {
  const many = (number: number) => Array.from({ length: number }, (_, index) => ({ name: `proxy-${index}` }));

  it('450 proxies are three pages', async () => {
    frps.proxies = many(450);
    await begin();
    expect(namesOf()).toEqual(frps.proxies.map(({ name }) => name));
    expect((await poll()).slice(0, 3)).toEqual([1, 2, 3].map((page) => `/api/v2/proxies?page=${page}&pageSize=200`));
  });

  it('more than 2,000 are asked from the first API, which builds its list only once', async () => {
    frps.proxies = many(2_001);
    await begin();
    expect(answer().proxies).toHaveLength(2_001);
    expect((await poll()).slice(0, 2)).toEqual(['/api/v2/proxies?page=1&pageSize=200', '/api/proxy/tcp']);
  });

  it('in shorter pages than were asked for: after ten of them the whole list at once', async () => {
    Object.assign(frps, { proxies: many(100), largestPage: 5 });
    await begin();
    expect(answer().proxies).toHaveLength(100);
    const asked = (await poll()).filter((url) => url.includes('/prox'));
    expect(asked).toEqual([
      ...Array.from({ length: 10 }, (_, index) => `/api/v2/proxies?page=${index + 1}&pageSize=200`),
      '/api/proxy/tcp',
    ]);
  });

  it('100,000 and one: the last one is dropped, and counted', async () => {
    Object.assign(frps, { version: '0.61.2', proxies: many(100_001) });
    await begin();
    expect(answer().proxies).toHaveLength(100_000);
    expect(signals.of('items.dropped')).toMatchObject([{ item: 'proxy', reason: 'limit', count: 1 }]);
  });

  it('one pruned while the pages are read, so that another one moves to a page that was read: the whole list at once', async () => {
    frps.proxies = many(450);
    await begin();
    let page = 0;
    frps.beforeAnswer = (path) => {
      if (path !== '/api/v2/proxies') return;
      page += 1;
      if (page === 2) frps.proxies = frps.proxies.slice(1);
    };
    expect((await poll()).slice(0, 3)).toEqual([
      '/api/v2/proxies?page=1&pageSize=200',
      '/api/v2/proxies?page=2&pageSize=200',
      '/api/proxy/tcp',
    ]);
    expect(namesOf()).toEqual(frps.proxies.map(({ name }) => name));
  });

  it('one added while the pages are read: each proxy once', async () => {
    frps.proxies = many(450);
    await begin();
    let page = 0;
    frps.beforeAnswer = (path) => {
      if (path !== '/api/v2/proxies') return;
      page += 1;
      if (page === 2) frps.proxies = [{ name: 'new' }, ...frps.proxies];
    };
    await poll();
    expect(namesOf()).toEqual(many(450).map(({ name }) => name));
  });
});

describe('what cannot be read', () => {
  it('is left out and counted, and does not spoil the poll', async () => {
    frps.proxies = [{ name: 'a', today: both(-1) }, { name: 'b' }, { name: '' }];
    frps.proxies.push({ name: 'c', today: both(1) });
    frps.clients = ['x', ''];
    await begin();
    expect(namesOf()).toEqual(['b', 'c']);
    expect(answer().isComplete).toBe(false);
    expect(answer().clients).toBeUndefined(); // whoever is not listed would be taken for gone
    expect(signals.of('items.dropped').map(({ item, reason, count }) => [item, reason, count])).toEqual([
      ['proxy', 'malformed', 2],
      ['client', 'malformed', 1],
    ]);
    expect(signals.reports('api')).toEqual([['ok', undefined]]);
  });
});

describe('the day before', () => {
  it.each(['0.71.0', '0.61.2'])('%s: at midnight asks for each proxy what it carried before', async (version) => {
    Object.assign(frps, {
      version,
      proxies: [
        { name: 'ssh', today: both(1_000) },
        { name: 'a b', today: both(5) },
      ],
    });
    await begin();
    expect(yesterdays()).toEqual({});
    frps.proxies = [
      { name: 'ssh', today: both(3), yesterday: both(1_200) },
      { name: 'a b', today: both(7), yesterday: both(6) }, // did not fall: the totals did
    ];
    await poll();
    expect(yesterdays()).toEqual({ ssh: 1_200, 'a b': 6 });
    expect(answer().proxies.map(({ today }) => today.in)).toEqual([3, 7]);
    const path = version === '0.71.0' ? '/api/v2/proxies/a b/traffic' : '/api/traffic/a b';
    expect([claimed(path), claimed(path)]).toEqual([true, false]); // as frps logs it
    const asked = await poll();
    expect(asked.filter((url) => url.includes('traffic'))).toEqual([]);
    expect(yesterdays()).toEqual({});
  });

  it('midnight while the proxies are read: all are read again, so that all are of one day', async () => {
    frps.proxies = [
      { name: 'ssh', today: both(1_000) },
      { name: 'dns', today: both(50) },
    ];
    await begin();
    frps.beforeAnswer = (path) => {
      if (path !== '/api/v2/system/info') return;
      frps.proxies = [
        { name: 'ssh', today: both(0), yesterday: both(1_100) },
        { name: 'dns', today: both(60), yesterday: both(50) },
      ];
    };
    await poll();
    expect(answer().proxies.map(({ name, today }) => [name, today.in])).toEqual([
      ['ssh', 0],
      ['dns', 60],
    ]);
    expect(yesterdays()).toEqual({ ssh: 1_100, dns: 50 });
  });

  it('a proxy that frps forgot and has anew is asked for alone', async () => {
    frps.proxies = [
      { name: 'ssh', today: both(1_000) },
      { name: 'big', today: both(100) },
    ];
    await begin();
    frps.proxies = [
      { name: 'ssh', today: both(10) },
      { name: 'big', today: both(9_000) },
    ];
    await poll();
    expect(yesterdays()).toEqual({ ssh: 0 });
  });

  it('asks for the largest first and for 200 at the most; the others are a lower bound, said so until it is over', async () => {
    const proxies = (today: (index: number) => number, yesterday = 0) =>
      Array.from({ length: 250 }, (_, index) => ({
        name: `proxy-${index}`,
        today: both(today(index)),
        yesterday: both(yesterday),
      }));
    frps.proxies = proxies((index) => index + 1);
    await begin();
    frps.proxies = proxies(() => 0, 500);
    const asked = (await poll()).filter((url) => url.endsWith('/traffic'));
    expect(asked).toHaveLength(200);
    expect([asked[0], asked[199]]).toEqual(['/api/v2/proxies/proxy-249/traffic', '/api/v2/proxies/proxy-50/traffic']);
    expect(signals.of('items.dropped')).toMatchObject([{ item: 'proxy_history', reason: 'not_read', count: 50 }]);
    await poll();
    expect(signals.reports('api')).toEqual([
      ['ok', undefined],
      ['degraded', expect.stringMatching(/: the bytes of 50 proxies are a lower bound/)],
      ['ok', undefined],
    ]);
  });

  it('a proxy whose name cannot be asked for is a lower bound', async () => {
    const names = ['a/b', 'line\nend', '..'];
    Object.assign(frps, { version: '0.61.2', proxies: names.map((name) => ({ name, today: both(9) })) });
    await begin();
    frps.proxies = names.map((name) => ({ name, today: both(1), yesterday: both(10) }));
    expect((await poll()).filter((url) => url.includes('traffic'))).toEqual([]);
    expect(yesterdays()).toEqual({});
    expect(signals.of('items.dropped')).toMatchObject([{ item: 'proxy_history', count: 3 }]);
  });

  it('another midnight before the history is read: then it is not of that day, and not taken', async () => {
    frps.proxies = [{ name: 'ssh', today: both(1_000) }];
    await begin();
    frps.proxies = [{ name: 'ssh', today: both(500), yesterday: both(1_100) }];
    frps.beforeAnswer = (path) => {
      if (path.endsWith('/traffic')) frps.proxies = [{ name: 'ssh', today: both(0), yesterday: both(500) }];
    };
    await poll();
    expect(answer().proxies).toMatchObject([{ today: both(500), yesterday: undefined }]);
  });
});

describe('/metrics', () => {
  it('gives the bytes since frps started, 0 for a proxy that it does not name, and asks for no history', async () => {
    frps.hasMetrics = true;
    frps.proxies = [
      { name: 'ssh', today: both(9), sinceStart: both(100) },
      { name: 'idle', today: both(9) },
    ];
    await begin({ hasMetrics: true });
    const sinceStart = () => answer().proxies.map((proxy) => proxy.sinceStart?.in);
    expect(sinceStart()).toEqual([100, 0]);
    frps.proxies = [{ name: 'ssh', today: both(1), sinceStart: both(110) }, { name: 'idle' }];
    expect(await poll()).toEqual([
      '/api/v2/proxies?page=1&pageSize=200',
      '/api/v2/clients?page=1&pageSize=200',
      '/metrics',
      '/api/v2/system/info',
    ]);
    expect(sinceStart()).toEqual([110, 0]);
  });

  it('is not asked unless the config has it on', async () => {
    frps.hasMetrics = true;
    frps.proxies = [{ name: 'ssh', sinceStart: both(1) }];
    await begin();
    expect(await poll()).not.toContain('/metrics');
    expect(answer().proxies).toMatchObject([{ name: 'ssh', sinceStart: undefined }]);
  });

  it('a counter that cannot be read leaves its proxy out, since 0 would be a fall', async () => {
    frps.hasMetrics = true;
    frps.proxies = [
      { name: 'ssh', sinceStart: both(-1) },
      { name: 'ok', sinceStart: both(1) },
    ];
    await begin({ hasMetrics: true });
    expect(namesOf()).toEqual(['ok']);
    expect(signals.of('items.dropped')).toMatchObject([{ item: 'proxy', reason: 'malformed', count: 1 }]);
  });

  it('fails the poll when it was there and is not any more', async () => {
    frps.hasMetrics = true;
    await begin({ hasMetrics: true });
    frps.hasMetrics = false;
    await poll();
    expect(signals.of('server.api.answered')).toHaveLength(1);
    expect(signals.reports('api').at(-1)?.[0]).toBe('degraded');
  });

  it('is done without when frps has none from the start, whatever the config file says by now', async () => {
    frps.proxies = [{ name: 'ssh' }];
    await begin({ hasMetrics: true });
    expect(await poll()).not.toContain('/metrics');
    expect(answer().proxies).toMatchObject([{ sinceStart: undefined }]);
    expect(signals.reports('api')).toEqual([['ok', undefined]]);
  });

  it.each([
    ['0.61.2', false],
    ['0.67.0', true],
  ])('frps %s logs the request: %s', async (version, logged) => {
    Object.assign(frps, { version, hasMetrics: true });
    await begin({ hasMetrics: true });
    expect(claimed('/metrics')).toBe(logged);
  });
});
