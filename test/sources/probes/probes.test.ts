import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ProbeResult } from '../../../src/sources/probes/Probe.js';
import { probeHttp } from '../../../src/sources/probes/probeHttp.js';
import { probeTcp } from '../../../src/sources/probes/probeTcp.js';
import { freePort } from '../../support/realFrp.js';

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

const listening = async (server: Server, host = '127.0.0.1'): Promise<number> => {
  servers.push(server);
  server.on('connection', (socket) => void sockets.push(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
};

/** The result of a probe, the addresses that it told, and how the server saw it. */
const probed = async (url: string, timeoutMillis = 5_000): Promise<{ result: ProbeResult; addresses: string[] }> => {
  const addresses: string[] = [];
  const probe = url.startsWith('tcp:') ? probeTcp : probeHttp;
  const onConnected = (address: string): void => void addresses.push(address);
  return { result: await probe({ url: new URL(url), timeoutMillis, onConnected }), addresses };
};

const SUCCEEDED = { duration: expect.any(Number), errorType: undefined, message: undefined };

describe('a probe by TCP', () => {
  it('succeeds with the first byte of the service', async () => {
    const port = await listening(createServer((socket) => socket.write('SSH-2.0')));
    const { result } = await probed(`tcp://127.0.0.1:${port}`);
    expect(result).toEqual(SUCCEEDED);
    expect(result.duration).toBeGreaterThan(0);
  });

  it('tells its own end as the other side sees it', async () => {
    let seen: string | undefined;
    const port = await listening(
      createServer((socket) => {
        seen = `${socket.remoteAddress}:${socket.remotePort}`;
        socket.write('hello');
      }),
    );
    const { addresses } = await probed(`tcp://127.0.0.1:${port}`);
    expect(addresses).toEqual([seen]);
  });

  it('succeeds where the service waits to be spoken to, with the time of the connection', async () => {
    const port = await listening(createServer(() => undefined));
    const { result } = await probed(`tcp://127.0.0.1:${port}`);
    expect(result).toEqual(SUCCEEDED);
    expect(result.duration).toBeLessThan(0.9); // not the second in which it waited for more
  });

  it('fails where frps takes the connection and closes it, as it does without a service behind it', async () => {
    const port = await listening(createServer((socket) => socket.end()));
    expect((await probed(`tcp://127.0.0.1:${port}`)).result).toMatchObject({ errorType: 'closed' });
  });

  it('fails where nobody listens, and tells no address', async () => {
    const { result, addresses } = await probed(`tcp://127.0.0.1:${await freePort()}`);
    expect(result).toMatchObject({ errorType: 'connection_refused', message: expect.stringContaining('ECONNREFUSED') });
    expect(addresses).toEqual([]);
  });

  it('fails where there is no such host', async () => {
    expect((await probed('tcp://no-such-host.invalid:1')).result).toMatchObject({ errorType: 'name_resolution' });
  });

  it('connects over IPv6 and writes its address as frps does', async () => {
    const port = await listening(
      createServer((socket) => socket.write('hello')),
      '::1',
    );
    const { addresses } = await probed(`tcp://[::1]:${port}`);
    expect(addresses).toEqual([expect.stringMatching(/^\[::1\]:\d+$/)]);
  });
});

describe('a probe by HTTP', () => {
  it('succeeds with a status below 400, and says who asks', async () => {
    let agent: string | undefined;
    const port = await listening(
      createHttpServer((request, response) => {
        agent = request.headers['user-agent'];
        response.writeHead(302, { location: '/login' }).end();
      }),
    );
    const { result, addresses } = await probed(`http://127.0.0.1:${port}/health`);
    expect(result).toEqual(SUCCEEDED);
    expect(agent).toBe('frp-otel-probe');
    expect(addresses).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
  });

  it('fails with the status, as frps answers for a host that it does not know', async () => {
    const port = await listening(createHttpServer((_request, response) => response.writeHead(404).end('no')));
    expect((await probed(`http://127.0.0.1:${port}`)).result).toMatchObject({
      errorType: '404',
      message: 'it answered 404',
    });
  });

  it('fails when no answer comes in time', async () => {
    const port = await listening(createHttpServer(() => undefined));
    expect((await probed(`http://127.0.0.1:${port}`, 50)).result).toMatchObject({ errorType: 'timeout' });
  });

  it('fails where something else answers', async () => {
    const port = await listening(createServer((socket) => socket.end('SSH-2.0-nothing\r\n')));
    expect((await probed(`http://127.0.0.1:${port}`)).result).toMatchObject({ errorType: '_OTHER' });
  });
});
