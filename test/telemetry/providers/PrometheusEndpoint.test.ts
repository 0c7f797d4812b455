import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ValueType } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  DataPointType,
  MeterProvider,
} from '@opentelemetry/sdk-metrics';
import {
  PrometheusEndpoint,
  type PrometheusEndpointOptions,
} from '../../../src/telemetry/providers/PrometheusEndpoint.js';
import { prometheusText } from '../../../src/telemetry/providers/prometheusText.js';
import { Children } from '../../sources/fakeFrp.js';
import { runModule } from '../../sources/runModule.js';
import { waitUntil } from '../../support/waitUntil.js';
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
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
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

  it('lets a program end by itself though a scraper keeps its connection open', async () => {
    await using children = new Children();
    const { code, stdout, stderr, millisAfterOutput } = await runModule(
      `
        const { PrometheusEndpoint } = await import('./src/telemetry/providers/PrometheusEndpoint.ts');
        const { MeterProvider } = await import('@opentelemetry/sdk-metrics');
        const { connect } = await import('node:net');
        const endpoint = new PrometheusEndpoint();
        new MeterProvider({ readers: [endpoint.reader] }).getMeter('x').createCounter('orders').add(3);
        const { port, hostname } = new URL(await endpoint.listen('127.0.0.1', 0));
        const scraper = connect(Number(port), hostname).setEncoding('utf8');
        scraper.write('GET /metrics HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n');
        let page = '';
        for await (const part of scraper.iterator({ destroyOnReturn: false })) {
          page += part;
          if (page.endsWith('0\\r\\n\\r\\n')) break;
        }
        console.log(/^HTTP.*/.exec(page)[0], /^orders.*$/m.exec(page)[0]);
        scraper.unref();
      `,
      children,
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'HTTP/1.1 200 OK orders_total 3\n', stderr: '' });
    expect(millisAfterOutput).toBeLessThan(4_000); // node:http closes such a connection after 5 s
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

describe('a scrape', () => {
  const POINTS = 4_000;
  const BYTES_OF_POINT = 10_000;

  let scraped: PrometheusEndpoint;
  const sockets: Socket[] = [];
  afterEach(() => {
    scraped.close();
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  const scrapedFrom = async (
    collect: () => Promise<CollectionResult>,
    options?: PrometheusEndpointOptions,
  ): Promise<URL> => {
    scraped = new PrometheusEndpoint(options);
    scraped.reader.setMetricProducer({ collect });
    const url = await scraped.listen('127.0.0.1', 0);
    if (url === undefined) throw new Error('no port could be had');
    return new URL(url);
  };
  /** A page of 40 MB, more than the kernel keeps for a scraper, which counts the points that were written. */
  const largePage = () => {
    const written = { points: 0 };
    const point = {
      startTime: [0, 0] as [number, number],
      endTime: [1, 0] as [number, number],
      value: 1,
      get attributes() {
        written.points += 1;
        return { a: 'x'.repeat(BYTES_OF_POINT) };
      },
    };
    const metric = {
      descriptor: { name: 'g', unit: '', description: '', valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.GAUGE as const,
      dataPoints: Array(POINTS).fill(point),
    };
    return { written, result: resultOf(metric) };
  };
  const resultOf = (...metrics: CollectionResult['resourceMetrics']['scopeMetrics'][number]['metrics']) => ({
    resourceMetrics: { resource: resourceFromAttributes({}), scopeMetrics: [{ scope: { name: 'x' }, metrics }] },
    errors: [],
  });
  /** Asks, so many times in one breath, and reads nothing until it is told to. */
  const ask = ({ port, hostname }: URL, times = 1): Socket => {
    const socket = connect(Number(port), hostname).on('error', () => {});
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(times));
    sockets.push(socket);
    return socket;
  };

  it('lets the event loop turn after each 64 KiB', async () => {
    const { written, result } = largePage();
    const url = await scrapedFrom(async () => result);
    const writtenPerTurn: number[] = [];
    let before = 0;
    let turn = setImmediate(function count() {
      writtenPerTurn.push(written.points - before);
      before = written.points;
      turn = setImmediate(count);
    });
    const page = await (await fetch(url)).text();
    clearImmediate(turn);
    expect(page.length).toBeGreaterThan(POINTS * BYTES_OF_POINT);
    expect(Math.max(...writtenPerTurn)).toBeLessThanOrEqual(2 * Math.ceil(65_536 / BYTES_OF_POINT));
  });

  it('is written no further than it is read, and cut off when that takes too long', async () => {
    const { written, result } = largePage();
    const url = await scrapedFrom(async () => result, { scrapeMillis: 500 });
    const socket = ask(url);
    await waitUntil('the cut', () => diagnostics.warnings.length > 0);
    expect(diagnostics.warnings).toEqual([
      expect.stringMatching(/ prometheus: a scrape was cut off: 0\.5 s went by before it was read$/),
    ]);
    expect(written.points).toBeGreaterThan(0);
    expect(written.points).toBeLessThan(POINTS);
    await once(socket.resume(), 'close');
  });

  it('beyond the limit takes the place of the oldest', async () => {
    const { written, result } = largePage();
    const url = await scrapedFrom(async () => result, { maxScrapes: 2 });
    const [first, second] = [ask(url), ask(url)];
    await waitUntil('both scrapes', () => written.points > 20);
    const page = await (await fetch(url)).text();
    expect(page).toHaveLength([...prometheusText(result.resourceMetrics)].join('').length);
    expect(diagnostics.warnings).toEqual([
      expect.stringMatching(/ prometheus: a scrape was cut off: 2 others came before it was read$/),
    ]);
    await Promise.race([once(first.resume(), 'close'), once(second.resume(), 'close')]);
  });

  it('whose scraper goes away is no error, and in nobody’s way', async () => {
    const { written, result } = largePage();
    const url = await scrapedFrom(async () => result, { maxScrapes: 1 });
    const socket = ask(url);
    await waitUntil('the scrape', () => written.points > 0);
    socket.destroy();
    await once(socket, 'close');
    const page = await (await fetch(url)).text();
    expect(page.length).toBeGreaterThan(POINTS * BYTES_OF_POINT);
    expect(diagnostics.errors).toEqual([]);
  });

  it('shares its collection with those that come meanwhile', async () => {
    let collections = 0;
    const url = await scrapedFrom(async () => {
      collections += 1;
      await new Promise((resolve) => setImmediate(resolve));
      return resultOf();
    });
    const socket = ask(url, 2);
    let answers = '';
    for await (const chunk of socket) {
      answers += chunk;
      if (answers.split('# no registered metrics').length > 2) break;
    }
    expect(collections).toBe(1);
    await (await fetch(url)).text();
    expect(collections).toBe(2);
  });

  it('collects nothing for HEAD: what has ended is told once', async () => {
    let collections = 0;
    const url = await scrapedFrom(async () => {
      collections += 1;
      return resultOf();
    });
    const response = await fetch(url, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type'), collections]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      0,
    ]);
  });

  it('says what it could not collect, and shows the rest', async () => {
    const url = await scrapedFrom(async () => ({ ...resultOf(), errors: [new Error('no snapshot')] }));
    expect((await fetch(url)).status).toBe(200);
    expect(diagnostics.errors).toEqual([expect.stringContaining('prometheus: metrics are missing')]);
  });

  it('answers 500 when nothing could be collected, so that nobody takes it for a page without series', async () => {
    const url = await scrapedFrom(() => Promise.reject(new Error('gone')));
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([500, 'collecting the metrics failed\n']);
    expect(diagnostics.errors).toEqual([expect.stringContaining('prometheus: a scrape failed')]);
  });
});
