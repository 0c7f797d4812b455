import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type ApiRequestError, getJson } from '../../src/sources/getJson.js';
import { until } from '../tools/fakePrograms.js';
import { ApiServer, freePort, webServerAt } from './ApiServer.js';

const PLENTY = 4_000;
const LITTLE = 150;
const LIMIT = 8 * 1024 * 1024;

let server: ApiServer | undefined;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

const answer = async (
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  { user = '', password = '', timeoutMillis = PLENTY } = {},
): Promise<unknown> => {
  server = await ApiServer.start(handler);
  return getJson(`${server.url}/api`, webServerAt(server.port, user, password), timeoutMillis);
};

/** What a request fails with, as plain data. */
const faultOf = async (request: Promise<unknown>) => {
  const error = await request.then(
    (value) => {
      throw new Error(`expected a fault, received ${JSON.stringify(value)}`);
    },
    (reason: ApiRequestError) => reason,
  );
  const { name, message, status, mayBeLogged } = error;
  return { name, message, status, mayBeLogged };
};
const fault = (message: string, { status, mayBeLogged = true }: { status?: number; mayBeLogged?: boolean } = {}) => ({
  name: 'ApiRequestError',
  message,
  status,
  mayBeLogged,
});

/** Sends 50 MB as fast as the client takes it. */
const sendMuch = (response: ServerResponse): void => {
  const chunk = Buffer.alloc(65_536, '1');
  let left = 50 * 1024 * 1024;
  const send = (): void => {
    while (left > 0) {
      left -= chunk.length;
      if (!response.write(chunk)) {
        response.once('drain', send);
        return;
      }
    }
    response.end();
  };
  send();
};

describe('getJson', () => {
  it('gets a JSON body', async () => {
    expect(await answer((_, response) => void response.end('{"data":{"total":1}}'))).toEqual({ data: { total: 1 } });
  });

  it('gives user and password where the config has them, and nothing where it has neither', async () => {
    const given = async (user: string, password: string) => {
      await answer((_, response) => void response.end('1'), { user, password });
      const { authorization } = server?.requests[0] ?? {};
      await server?.[Symbol.asyncDispose]();
      return authorization;
    };
    expect(await given('admin', 'pässword')).toBe(`Basic ${Buffer.from('admin:pässword').toString('base64')}`);
    expect(await given('', 'only')).toBe(`Basic ${Buffer.from(':only').toString('base64')}`);
    expect(await given('only', '')).toBe(`Basic ${Buffer.from('only:').toString('base64')}`);
    expect(await given('', '')).toBe(undefined);
  });

  it('reads 8 MiB', async () => {
    const body = `"${'x'.repeat(LIMIT - 2)}"`;
    expect(await answer((_, response) => void response.end(body))).toBe(body.slice(1, -1));
  });
});

describe('getJson fails with ApiRequestError', () => {
  it('where nobody listens: nothing of it is in frps’s log', async () => {
    const port = await freePort();
    expect(await faultOf(getJson(`http://127.0.0.1:${port}/`, webServerAt(port), PLENTY))).toEqual(
      fault('connection refused', { mayBeLogged: false }),
    );
  });

  it('where the credentials are refused: frps logs no such request', async () => {
    const refuse = (_: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(401).end('hunter2 is wrong');
    };
    expect(await faultOf(answer(refuse, { user: 'admin', password: 'hunter2' }))).toEqual(
      fault('it refused webServer.user and webServer.password (401)', { status: 401, mayBeLogged: false }),
    );
  });

  it.each([404, 500, 204 + 100])('at status %i', async (status) => {
    expect(await faultOf(answer((_, response) => void response.writeHead(status).end('body')))).toEqual(
      fault(`it answered ${status}, expected 200`, { status }),
    );
  });

  it('at a redirect, which it does not follow', async () => {
    const elsewhere = await ApiServer.start((_, response) => void response.end('1'));
    const redirect = (_: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(302, { location: elsewhere.url }).end();
    };
    const given = await faultOf(answer(redirect, { user: 'admin', password: 'hunter2' }));
    await elsewhere[Symbol.asyncDispose]();
    expect(given).toEqual(fault('it answered 302, expected 200', { status: 302 }));
    expect(elsewhere.requests).toEqual([]);
  });

  it('where no answer comes in time', async () => {
    expect(await faultOf(answer(() => {}, { timeoutMillis: LITTLE }))).toEqual(fault('no answer within 150 ms'));
  });

  it('where the answer stops in its middle', async () => {
    const stall = (_: IncomingMessage, response: ServerResponse): void => void response.write('{"data":');
    expect(await faultOf(answer(stall, { timeoutMillis: LITTLE }))).toEqual(fault('no answer within 150 ms'));
  });

  it('where the answer drips in for longer than the time-out', async () => {
    let timer: NodeJS.Timeout | undefined;
    const drip = (_: IncomingMessage, response: ServerResponse): void => {
      timer = setInterval(() => response.write(' '), 20);
    };
    const given = await faultOf(answer(drip, { timeoutMillis: LITTLE }));
    clearInterval(timer);
    expect(given).toEqual(fault('no answer within 150 ms'));
  });

  it('where the connection breaks', async () => {
    expect(await faultOf(answer((request) => void request.socket.destroy()))).toEqual(
      fault('the request failed (ECONNRESET)'),
    );
  });

  it('where the connection breaks in the middle of the body', async () => {
    const given = await faultOf(
      answer((request, response) => void response.write('{"data":', () => request.socket.destroy())),
    );
    expect(given).toEqual(fault('the request failed (ECONNRESET)'));
  });

  it('where it is not HTTP at all', async () => {
    const given = await faultOf(answer((request) => void request.socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
    expect(given).toEqual(fault('the request failed (HPE_INVALID_CONSTANT)'));
  });

  it.each(['', '<html></html>', '{"data":', 'NaN'])(
    'where the body is %j and not JSON, of which it quotes nothing',
    async (body) => {
      expect(await faultOf(answer((_, response) => void response.end(body)))).toEqual(fault('its answer is not JSON'));
    },
  );

  it('where the body is longer than 8 MiB, and reads not much further', async () => {
    expect(await faultOf(answer((_, response) => sendMuch(response)))).toEqual(
      fault('its answer is larger than 8388608 bytes'),
    );
    await until('it hung up', () => server?.deserted === true);
    expect(server?.bytesSent).toBeGreaterThan(LIMIT);
    expect(server?.bytesSent).toBeLessThan(3 * LIMIT); // the rest was under way in the kernel's buffers
  });

  it('where the body is small but unpacks to more than 8 MiB', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, '1'));
    expect(bomb.length).toBeLessThan(100_000);
    const given = await faultOf(
      answer((_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)),
    );
    expect(given).toEqual(fault('its answer is not JSON')); // not unpacked: nobody asked for gzip
  });

  it('where the program has put a fetch of its own in the way: that never sees the password', async () => {
    const seen = jest.spyOn(globalThis, 'fetch');
    await faultOf(answer((_, response) => void response.writeHead(503).end()));
    expect(seen).not.toHaveBeenCalled();
  });

  it('where the address is none', async () => {
    expect(await faultOf(getJson('http://[::bad/', webServerAt(1), PLENTY))).toEqual(
      fault('http://[::bad/ is no address', { mayBeLogged: false }),
    );
  });
});
