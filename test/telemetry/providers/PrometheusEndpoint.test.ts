import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { PrometheusEndpoint } from '../../../src/telemetry/providers/PrometheusEndpoint.js';
import { DiagRecorder } from '../DiagRecorder.js';

let diagnostics: DiagRecorder;
let endpoint: PrometheusEndpoint;
let provider: MeterProvider;
beforeEach(() => {
  diagnostics = new DiagRecorder();
  endpoint = new PrometheusEndpoint();
  provider = new MeterProvider({ readers: [endpoint.reader] });
  provider.getMeter('x').createCounter('orders').add(3);
});
afterEach(async () => {
  endpoint.close();
  await provider.shutdown();
  diagnostics[Symbol.dispose]();
});

const listening = async (host = '127.0.0.1'): Promise<string> => {
  const url = await endpoint.listen(host, 0);
  if (url === undefined) throw new Error('no port could be had');
  return url;
};

describe('PrometheusEndpoint', () => {
  it('takes a free port for 0, and says which', async () => {
    const url = await listening();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*\/metrics$/);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await response.text()).toMatch(/^# TYPE orders_total counter\norders_total 3$/m);
  });

  it('writes an IPv6 address as a URL wants it', async () => {
    const url = await endpoint.listen('::1', 0);
    // A machine without IPv6 says so instead.
    if (url === undefined) expect(diagnostics.warnings).toEqual([expect.stringContaining('cannot be listened on')]);
    else expect((await fetch(url)).status).toBe(200);
  });

  it('takes no heed of a query', async () => {
    expect((await fetch(`${await listening()}?name[]=orders`)).status).toBe(200);
  });

  it('answers HEAD without a body', async () => {
    const response = await fetch(await listening(), { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it.each(['POST', 'PUT', 'DELETE'])('refuses %s and says what is allowed', async (method) => {
    const response = await fetch(await listening(), { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it.each(['/', '/metrics/', '/metricsx', '/api/proxy/tcp'])('knows no %s, and names what it knows', async (path) => {
    const response = await fetch(new URL(path, await listening()));
    expect([response.status, await response.text()]).toEqual([404, 'try /metrics\n']);
  });

  it('says a taken port once and what to do about it, and throws nothing', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      expect(await endpoint.listen('127.0.0.1', port)).toBeUndefined();
      expect(diagnostics.warnings).toEqual([
        `opentelemetry-instrumentation-frp prometheus: 127.0.0.1:${port}: the port is taken; /metrics is not served. ` +
          'Choose another port, or 0 for a free one',
      ]);
    } finally {
      other.close();
    }
  });

  it('says an address that this machine has not', async () => {
    expect(await endpoint.listen('192.0.2.1', 0)).toBeUndefined();
    expect(diagnostics.warnings).toEqual([
      expect.stringMatching(/^\S+ prometheus: 192\.0\.2\.1:0: it cannot be listened on \(EADDRNOTAVAIL\)/),
    ]);
  });

  it('closes at once though a scraper keeps its connection open', async () => {
    const url = await listening();
    const agent = new Agent({ keepAlive: true });
    const sent = request(url, { agent }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const { socket } = response;
    response.resume();
    await once(response, 'end');
    expect(socket.destroyed).toBe(false);
    const closed = once(socket, 'close');
    endpoint.close();
    await closed;
    await expect(fetch(url)).rejects.toThrow();
    agent.destroy();
  });

  it('closes at once though somebody has sent half a request', async () => {
    const { port, hostname } = new URL(await listening());
    const socket = connect(Number(port), hostname);
    // A request before it is answered, so that the half one has come by then too.
    socket.write('HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\nGET /metrics HTTP/1.1\r\nHost:');
    await once(socket, 'data');
    const closed = once(socket, 'close');
    endpoint.close();
    await closed;
  });

  it('can be closed without having listened, and twice', () => {
    endpoint.close();
    expect(() => endpoint.close()).not.toThrow();
  });
});
