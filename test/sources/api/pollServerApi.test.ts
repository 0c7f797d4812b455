import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OwnRequests } from '../../../src/sources/api/OwnRequests.js';
import { pollServerApi, type ServerApiOptions } from '../../../src/sources/api/pollServerApi.js';
import type { Source } from '../../../src/sources/Source.js';
import { until } from '../../tools/fakePrograms.js';
import { Children, fixture, SignalLog } from '../fakeFrp.js';
import { runModule } from '../runModule.js';
import { ApiServer, freePort, webServerAt } from './ApiServer.js';

const INFO = fixture('reload.1-open.info.json');
const PROXIES = fixture('reload.1-open.proxies.json');
const CLIENTS = fixture('api-routes.frps-v2-clients.200.json');

let signals: SignalLog;
let ownRequests: OwnRequests;
let requestsBegun: number;
let server: ApiServer | undefined;
let source: Source | undefined;
beforeEach(() => {
  signals = new SignalLog();
  ownRequests = new OwnRequests();
  requestsBegun = 0;
});
afterEach(async () => {
  jest.restoreAllMocks();
  source?.stop();
  await server?.[Symbol.asyncDispose]();
  source = server = undefined;
});

const poll = (port: number, options: Partial<ServerApiOptions> = {}): void => {
  source = pollServerApi({
    target: 7,
    webServer: webServerAt(port, 'admin', 'hunter2'),
    intervalMillis: 10,
    timeoutMillis: 2_000,
    ownRequests,
    hasMetrics: false,
    untraced: (request) => {
      requestsBegun += 1;
      return request();
    },
    hasRoom: () => true,
    emit: signals.emit,
    ...options,
  });
};

/** frps's API with the given proxies page. */
const frps =
  (proxies: (query: URLSearchParams) => string = () => PROXIES) =>
  ({ url = '' }: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    if (pathname === '/api/v2/system/info') response.end(INFO);
    else if (pathname === '/api/v2/proxies') response.end(proxies(searchParams));
    else if (pathname === '/api/v2/clients') response.end(CLIENTS);
    else response.writeHead(404).end('404 page not found');
  };

const requests = (number: number): Promise<void> => {
  const goal = requestsBegun + number;
  return until(`${number} more requests`, () => requestsBegun >= goal);
};

/** As if the poll had begun that much earlier. */
const letPass = (millis: number): void => {
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() + millis);
};
const realNow = Date.now.bind(Date);

describe('pollServerApi', () => {
  it('tells what frps answers, as of the time of the question', async () => {
    let asked = 0;
    server = await ApiServer.start((request, response) => {
      asked ||= Date.now();
      frps()(request, response);
    });
    const before = Date.now();
    poll(server.port, { intervalMillis: 60_000 });
    await until('an answer', () => signals.all.length >= 2);
    const [report, answered, ...others] = signals.all;
    expect(answered).toEqual({
      kind: 'server.api.answered',
      time: expect.any(Number),
      answeredAt: expect.any(Number),
      target: 7,
      info: {
        version: '0.71.0',
        clientCounts: 1,
        curConns: 1,
        today: { in: 1000, out: 1000 },
        proxyTypeCount: { tcp: 2 },
      },
      proxies: [
        expect.objectContaining({ name: 'echo', online: true, today: { in: 1000, out: 1000 }, curConns: 0 }),
        expect.objectContaining({ name: 'extra', online: true, today: { in: 0, out: 0 }, curConns: 1 }),
      ],
      isComplete: true,
      clients: [expect.objectContaining({ online: true, address: '127.0.0.1' })],
    });
    expect(answered?.time).toBeGreaterThanOrEqual(before);
    expect(answered?.time).toBeLessThanOrEqual(asked);
    expect(others).toEqual([]);
    expect([report]).toEqual([
      { kind: 'source.changed', time: expect.any(Number), target: 7, source: 'api', state: 'ok', reason: undefined },
    ]);
  });

  it('says once that it is ok, and goes on', async () => {
    server = await ApiServer.start(frps());
    poll(server.port);
    await until('three answers', () => signals.of('server.api.answered').length >= 3);
    expect(signals.reports('api')).toEqual([['ok', undefined]]);
  });

  it('never asks while it waits for an answer', async () => {
    let waiting = 0;
    let most = 0;
    server = await ApiServer.start((request, response) => {
      waiting += 1;
      most = Math.max(most, waiting);
      setTimeout(() => {
        waiting -= 1;
        frps()(request, response);
      }, 20);
    });
    poll(server.port, { intervalMillis: 1 });
    await Promise.all([source?.refresh?.(), source?.refresh?.(), requests(8)]);
    expect(most).toBe(1);
  });

  it('asks at once on refresh, and resolves when the answer is told', async () => {
    server = await ApiServer.start(frps());
    poll(server.port, { intervalMillis: 60_000 });
    await source?.refresh?.();
    expect(signals.of('server.api.answered')).toHaveLength(2);
  });

  it('expects a line in frps’s log for each of its requests, by path', async () => {
    server = await ApiServer.start(frps());
    poll(server.port, { intervalMillis: 60_000 });
    await until('an answer', () => signals.of('server.api.answered').length === 1);
    const claim = (kind: 'api.request' | 'api.response', path: string) => ownRequests.claim(kind, path, Date.now());
    expect(['api.request', 'api.response'].map((kind) => claim(kind as 'api.request', '/api/v2/system/info'))).toEqual([
      ...[true, true], // the first of all: which API it has
    ]);
    for (const path of ['/api/v2/system/info', '/api/v2/proxies', '/api/v2/clients']) {
      expect([claim('api.request', path), claim('api.response', path)]).toEqual([true, true]);
      expect([claim('api.request', path), claim('api.response', path)]).toEqual([false, false]);
    }
  });

  it('expects none where frps has none: it is not there, or refuses the credentials', async () => {
    server = await ApiServer.start((_, response) => void response.writeHead(401).end());
    for (const port of [await freePort(), server.port]) {
      poll(port);
      await requests(3);
      source?.stop();
      await source?.refresh?.(); // waits for the request under way
      expect(ownRequests.claim('api.request', '/api/v2/system/info', Date.now())).toBe(false);
    }
  });
});

describe('pollServerApi, while frps starts', () => {
  it('says nothing for 3 s, then once that it does not answer, then once that it does', async () => {
    const port = await freePort();
    poll(port);
    await requests(5);
    expect(signals.all).toEqual([]);

    letPass(3_000);
    await requests(5);
    expect(signals.reports('api')).toEqual([['degraded', `http://127.0.0.1:${port}: connection refused`]]);

    server = await ApiServer.start(frps(), port);
    await until('two answers', () => signals.of('server.api.answered').length >= 2);
    expect(signals.reports('api').slice(1)).toEqual([['ok', undefined]]);
  });

  it('tries every 250 ms, whatever the interval', async () => {
    const port = await freePort();
    poll(port, { intervalMillis: 60_000 });
    server = await ApiServer.start(frps(), port);
    await until('an answer', () => signals.of('server.api.answered').length === 1);
  });

  it('says at once when it stops to answer, having answered before', async () => {
    server = await ApiServer.start(frps());
    poll(server.port);
    await until('an answer', () => signals.of('server.api.answered').length >= 1);
    const { port } = server;
    await server[Symbol.asyncDispose]();
    await until('a report', () => signals.reports('api').length >= 2);
    await requests(5);
    const [ok, ...reports] = signals.reports('api');
    expect(ok).toEqual(['ok', undefined]);
    // The connection may break under a request first.
    expect(reports.at(-1)).toEqual(['degraded', `http://127.0.0.1:${port}: connection refused`]);
    expect(reports.length).toBeLessThanOrEqual(2);
  });
});

describe('pollServerApi, with an API that does not answer as it should', () => {
  const wrongShape = (text: string) => (_: IncomingMessage, response: ServerResponse) => void response.end(text);
  const stalled = (_: IncomingMessage, response: ServerResponse) => void response.write('{"data":');

  it.each<[what: string, handler: (request: IncomingMessage, response: ServerResponse) => void, reason: string]>([
    [
      'wrong credentials',
      (_, response) => void response.writeHead(401).end(),
      'it refused user and password (401): expected webServer.user and webServer.password of the config that it was started with',
    ],
    ['a fault of its own', (_, response) => void response.writeHead(503).end(), 'it answered 503, expected 200'],
    [
      'a refusal in text',
      (_, response) => void response.writeHead(500).end('client registry unavailable'),
      'it answered 500 (client registry unavailable), expected 200',
    ],
    ['nothing', () => {}, 'no answer within 100 ms'],
    ['half a body', stalled, 'no answer within 100 ms'],
    ['something else than JSON', wrongShape('<html>hunter2</html>'), 'its answer is not JSON'],
    [
      'JSON of another shape',
      wrongShape('{"data":{"version":"hunter2","status":[]}}'),
      'unexpected answer at data.status: Invalid input: expected object, received array',
    ],
    ['null', wrongShape('null'), 'unexpected answer at the top: Invalid input: expected object, received null'],
  ])('%s: degraded, said once, with no secret', async (_what, handler, reason) => {
    server = await ApiServer.start(handler);
    poll(server.port, { timeoutMillis: 100 });
    letPass(3_000);
    await requests(4);
    expect(signals.reports('api')).toEqual([['degraded', `${server.url}: ${reason}`]]);
    const told = inspect(signals.all, { depth: null });
    expect(told).not.toContain('hunter2');
    expect(told).not.toContain(Buffer.from('admin:hunter2').toString('base64'));
    expect(server.requests[0]?.authorization).toBe(`Basic ${Buffer.from('admin:hunter2').toString('base64')}`);
  });

  it('totals without proxies: half an answer is none', async () => {
    server = await ApiServer.start(frps(() => '{"data":{}}'));
    poll(server.port);
    letPass(3_000);
    await until('a report', () => signals.reports('api').length === 1);
    expect(signals.reports('api')).toEqual([
      [
        'degraded',
        `${server.url}: unexpected answer at data.total: Invalid input: expected number, received undefined`,
      ],
    ]);
    expect(signals.of('server.api.answered')).toEqual([]);
  });

  it('404 to both APIs: degraded, and asked no more', async () => {
    server = await ApiServer.start((_, response) => void response.writeHead(404).end());
    poll(server.port, { intervalMillis: 1 });
    await until('a report', () => signals.all.length > 0);
    await source?.refresh?.();
    expect(signals.reports('api')).toEqual([['degraded', `${server.url} has no API of frps`]]);
    expect(server.requests.map(({ url }) => url)).toEqual(['/api/v2/system/info', '/api/serverinfo']);
  });

  it('no room in frps’s output: nothing asked until there is, and that said once', async () => {
    server = await ApiServer.start(frps());
    let hasRoom = false;
    let looks = 0;
    poll(server.port, {
      intervalMillis: 1,
      hasRoom: () => {
        looks += 1;
        return hasRoom;
      },
    });
    await until('five looks', () => looks >= 5);
    expect(signals.all).toEqual([]); // the program may yet begin to read
    letPass(3_000);
    await until('a report', () => signals.all.length > 0);
    expect(server.requests).toEqual([]);
    expect(signals.reports('api')).toEqual([['off', expect.stringContaining('nobody reads its stdout')]]);
    hasRoom = true;
    await until('an answer', () => signals.of('server.api.answered').length > 0);
    expect(signals.reports('api').at(-1)).toEqual(['ok', undefined]);
  });

  it('writes an IPv6 address as a URL has it', async () => {
    poll(0, { webServer: { ...webServerAt(await freePort()), host: '::1' } });
    letPass(3_000);
    await until('a report', () => signals.all.length > 0);
    expect(signals.reports('api')[0]?.[1]).toMatch(/^http:\/\/\[::1\]:\d+: /);
  });
});

describe('an API that does not answer what it is asked', () => {
  const lastChange = () => signals.of('source.changed').at(-1);
  const changes = (count: number): Promise<void> =>
    until(`${count} reports`, () => signals.of('source.changed').length >= count);

  it('and refuses instead, is there all the same', async () => {
    let refuses = false;
    server = await ApiServer.start((request, response) => {
      if (refuses) response.writeHead(401).end();
      else frps()(request, response);
    });
    poll(server.port);
    await changes(1);
    refuses = true;
    await changes(2);
    expect(lastChange()).toMatchObject({ state: 'degraded', givesSome: true });
  });

  it('in time, is asked for /healthz, which tells whether its web server is there', async () => {
    let hangs: 'nowhere' | 'in its API' | 'everywhere' = 'nowhere';
    server = await ApiServer.start((request, response) => {
      if (hangs === 'everywhere') return;
      if (request.url === '/healthz') response.end();
      else if (hangs === 'nowhere') frps()(request, response);
    });
    poll(server.port, { timeoutMillis: 100 });
    await changes(1);
    hangs = 'in its API';
    await changes(2);
    const origin = `http://127.0.0.1:${server.port}`;
    expect(lastChange()).toMatchObject({
      state: 'degraded',
      reason: `${origin}: no answer within 100 ms, though its web server is up`,
      givesSome: true,
    });
    hangs = 'everywhere';
    await changes(3);
    expect(lastChange()?.reason).toBe(`${origin}: no answer within 100 ms`);
    expect(lastChange()?.givesSome).toBeUndefined();
    // frp logs no request for it: none is waited for in its log.
    expect(ownRequests.claim('api.request', '/healthz', Date.now())).toBe(false);
  });
});

describe('a program that only polls', () => {
  const program = (port: number): string => `
    const { pollServerApi } = await import('./src/sources/api/pollServerApi.ts');
    const { OwnRequests } = await import('./src/sources/api/OwnRequests.ts');
    const { Secret } = await import('./src/frp/config/Secret.ts');
    pollServerApi({
      target: 1,
      webServer: { host: '127.0.0.1', port: ${port}, tls: false, user: '', password: new Secret('') },
      intervalMillis: 100,
      timeoutMillis: 500,
      ownRequests: new OwnRequests(),
      hasMetrics: false,
      untraced: (request) => request(),
      hasRoom: () => true,
      emit: ({ kind }) => console.log(kind),
    });
    console.log('begun');
  `;
  let children: Children;
  beforeEach(() => {
    children = new Children();
  });
  afterEach(() => children[Symbol.asyncDispose]());

  it('ends within the time-out of a server that hangs', async () => {
    server = await ApiServer.start(() => {});
    const { code, stdout, stderr, millisAfterOutput } = await runModule(program(server.port), children);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'begun\n', stderr: '' });
    expect(server.requests).toHaveLength(1);
    expect(millisAfterOutput).toBeLessThan(1_500); // the time-out, and what ending takes
  });

  it('ends after the answer of a server that keeps the connection', async () => {
    server = await ApiServer.start(frps());
    const { code, stdout, millisAfterOutput } = await runModule(program(server.port), children);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'begun\nsource.changed\nserver.api.answered\n' });
    expect(millisAfterOutput).toBeLessThan(1_500);
  });
});
