import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { ApiRequestError } from '../../../src/sources/api/ApiRequestError.js';
import { type BodyRequest, getBody } from '../../../src/sources/api/getBody.js';
import { until } from '../../tools/fakePrograms.js';
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
): Promise<string> => {
  server = await ApiServer.start(handler);
  return getBody({ ...requestTo(server.port), webServer: webServerAt(server.port, user, password), timeoutMillis });
};
const requestTo = (port: number): BodyRequest => ({
  webServer: webServerAt(port),
  path: '/api',
  timeoutMillis: PLENTY,
  maxBytes: LIMIT,
  trust: {},
});

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

describe('getBody', () => {
  it('gets a body as it is', async () => {
    expect(await answer((_, response) => void response.end('{"data": "é"}\n'))).toBe('{"data": "é"}\n');
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

  it('reads as much as it may', async () => {
    const body = 'x'.repeat(LIMIT);
    expect((await answer((_, response) => void response.end(body))) === body).toBe(true);
  });

  it('unpacks nothing: a small body that would unpack to 50 MB is given as it is', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, '1'));
    expect(bomb.length).toBeLessThan(100_000);
    const given = await answer((_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    expect(given.length).toBeLessThanOrEqual(bomb.length); // not unpacked: nobody asked for gzip
  });
});

describe('getBody fails with ApiRequestError', () => {
  it('where nobody listens: nothing of it is in frps’s log', async () => {
    const port = await freePort();
    expect(await faultOf(getBody(requestTo(port)))).toEqual(fault('connection refused', { mayBeLogged: false }));
  });

  it('where it has no TLS and was asked by it', async () => {
    server = await ApiServer.start((_, response) => void response.end());
    const webServer = { ...webServerAt(server.port), tls: true };
    expect(await faultOf(getBody({ ...requestTo(server.port), webServer }))).toEqual(
      fault('it speaks http, not https', { mayBeLogged: false }),
    );
  });

  it('where the credentials are refused: frps logs no such request', async () => {
    const refuse = (_: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(401).end('hunter2 is wrong');
    };
    expect(await faultOf(answer(refuse, { user: 'admin', password: 'hunter2' }))).toEqual(
      fault(
        'it refused user and password (401): expected webServer.user and webServer.password of the config that it was started with',
        { status: 401, mayBeLogged: false },
      ),
    );
  });

  it.each<[status: number, body: string, said: string, mayBeLogged: boolean]>([
    // As frps 0.52.3 and 0.71.0 answered; the router's own answers are not in their logs.
    [404, '404 page not found\n', ' (404 page not found)', false],
    [404, 'no proxy info found', ' (no proxy info found)', true],
    [404, '{"Code":404,"Msg":"no proxy info found"}\n', ' (no proxy info found)', true],
    [
      400,
      '{"code":400,"msg":"pageSize must be between 1 and 200","data":null}\n',
      ' (pageSize must be between 1 and 200)',
      true,
    ],
    [500, '', '', true],
    [304, '', '', true],
    [503, '<html>down</html>', '', true],
    [500, 'x'.repeat(1_000_000), ` (${'x'.repeat(200)}…)`, true],
    [500, 'was given hunter2', '', true],
    [500, `was given ${Buffer.from('admin:hunter2').toString('base64')}`, '', true],
  ])('at status %i with the body %#', async (status, body, said, mayBeLogged) => {
    const credentials = { user: 'admin', password: 'hunter2' };
    const refuse = (_: IncomingMessage, response: ServerResponse) => void response.writeHead(status).end(body);
    expect(await faultOf(answer(refuse, credentials))).toEqual(
      fault(`it answered ${status}${said}, expected 200`, { status, mayBeLogged }),
    );
  });

  it('at a refusal whose body never ends', async () => {
    const stall = (_: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(500).write('it went wrong');
    };
    expect(await faultOf(answer(stall, { timeoutMillis: LITTLE }))).toEqual(
      fault('it answered 500 (it went wrong), expected 200', { status: 500 }),
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

  it('where the body is longer than 8 MiB, and reads not much further', async () => {
    expect(await faultOf(answer((_, response) => sendMuch(response)))).toEqual(
      fault('its answer is larger than 8388608 bytes'),
    );
    await until('it hung up', () => server?.deserted === true);
    expect(server?.bytesSent).toBeGreaterThan(LIMIT);
    expect(server?.bytesSent).toBeLessThan(3 * LIMIT); // the rest was under way in the kernel's buffers
  });

  it('where the program has put a fetch of its own in the way: that never sees the password', async () => {
    const seen = jest.spyOn(globalThis, 'fetch');
    await faultOf(answer((_, response) => void response.writeHead(503).end()));
    expect(seen).not.toHaveBeenCalled();
  });

  it.each([
    ['host', { host: '[::bad' }],
    ['port', { port: 70_000 }],
  ])('where the %s is none', async (_what, wrong) => {
    const { message } = await faultOf(getBody({ ...requestTo(1), webServer: { ...webServerAt(1), ...wrong } }));
    expect(message).toMatch(/^the request failed \([A-Z_]+\)$/);
  });
});
