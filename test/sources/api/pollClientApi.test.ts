import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OwnRequests } from '../../../src/sources/api/OwnRequests.js';
import { pollClientApi } from '../../../src/sources/api/pollClientApi.js';
import type { Source } from '../../../src/sources/Source.js';
import { until } from '../../tools/fakePrograms.js';
import { fixture, SignalLog } from '../fakeFrp.js';
import { ApiServer, webServerAt } from './ApiServer.js';

let signals: SignalLog;
let ownRequests: OwnRequests;
let server: ApiServer | undefined;
let source: Source | undefined;
beforeEach(() => {
  signals = new SignalLog();
  ownRequests = new OwnRequests();
});
afterEach(async () => {
  jest.restoreAllMocks();
  source?.stop();
  await server?.[Symbol.asyncDispose]();
  source = server = undefined;
});

const poll = async (handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<void> => {
  server = await ApiServer.start(handler);
  source = pollClientApi({
    target: 7,
    webServer: webServerAt(server.port, 'admin', 'hunter2'),
    intervalMillis: 60_000,
    timeoutMillis: 4_000,
    ownRequests,
    untraced: (request) => request(),
    hasRoom: () => true,
    emit: signals.emit,
  });
  await until('a report', () => signals.of('source.changed').length > 0);
};

describe('pollClientApi', () => {
  it('tells the state of each proxy', async () => {
    await poll((_, response) => void response.end(fixture('api-client.status.json')));
    const [answered] = signals.of('client.api.answered');
    expect(answered).toMatchObject({ target: 7, time: expect.any(Number) });
    expect(answered?.proxies).toHaveLength(8);
    expect(answered?.proxies).toContainEqual(
      expect.objectContaining({ name: 'taken', phase: 'start_error', error: 'port already used' }),
    );
    expect(server?.requests).toEqual([
      { url: '/api/status', authorization: `Basic ${Buffer.from('admin:hunter2').toString('base64')}` },
    ]);
    expect(signals.reports('api')).toEqual([['ok', undefined]]);
  });

  it.each([200, 500])(
    'asks again an interval later, give or take a tenth, whatever it answers (%i)',
    async (status) => {
      const timeouts = jest.spyOn(globalThis, 'setTimeout');
      jest.spyOn(Math, 'random').mockReturnValue(0);
      const then = Date.now() + 3_000; // not while it starts
      jest.spyOn(Date, 'now').mockReturnValueOnce(0).mockReturnValue(then);
      await poll((_, response) => void response.writeHead(status).end(fixture('api-client.status.json')));
      await until('its timer', () => timeouts.mock.calls.some(([, delay]) => delay === 54_000));
    },
  );

  it('tells of no proxy while frpc is not connected', async () => {
    await poll((_, response) => void response.end('{}'));
    expect(signals.of('client.api.answered')).toMatchObject([{ proxies: [] }]);
  });

  it('expects the lines of its request in the log of frpc', async () => {
    await poll((_, response) => void response.end('{}'));
    const claims = (['api.request', 'api.response', 'api.request'] as const).map((kind) =>
      ownRequests.claim(kind, '/api/status', Date.now()),
    );
    expect(claims).toEqual([true, true, false]);
  });

  it('counts what it cannot read', async () => {
    await poll((_, response) => void response.end('{"tcp":[{"name":"a","type":"tcp","status":"odd"},null]}'));
    expect(signals.of('client.api.answered')).toMatchObject([{ proxies: [] }]);
    expect(signals.of('items.dropped')).toMatchObject([{ item: 'proxy', reason: 'malformed', count: 2 }]);
  });

  it('a web server that has no such path: degraded, and asked no more', async () => {
    await poll((_, response) => void response.writeHead(404).end('404 page not found\n'));
    await source?.refresh?.();
    expect(signals.reports('api')).toEqual([['degraded', `${server?.url} has no API of frpc`]]);
    expect(server?.requests).toHaveLength(1);
  });

  it('wrong credentials: degraded at once, with no secret', async () => {
    await poll((_, response) => void response.writeHead(401).end('Unauthorized\n'));
    expect(signals.reports('api')).toEqual([
      [
        'degraded',
        `${server?.url}: it refused user and password (401): expected webServer.user and webServer.password of the config that it was started with`,
      ],
    ]);
    expect(JSON.stringify(signals.all)).not.toContain('hunter2');
  });
});
