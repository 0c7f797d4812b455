import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CollectionResult, type IMetricReader, MetricReader } from '@opentelemetry/sdk-metrics';
import { hostAndPort } from '../../frp/hostAndPort.js';
import { log } from '../log.js';
import { prometheusText } from './prometheusText.js';

/** Prometheus itself gives up after 10 s, if it is not told otherwise. */
const SCRAPE_MILLIS = 60_000;
const MAX_SCRAPES = 8;

/** Prometheus 3 refuses a page that does not say what it is. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface PrometheusEndpointOptions {
  /**
   * Scrapes that are answered at the same time. Each holds what was collected for it until it is read, so when a further one
   * comes the oldest is cut off. @default 8
   */
  readonly maxScrapes?: number;
  /** A scrape that has not been read by then is cut off. @default 60000 */
  readonly scrapeMillis?: number;
}

/** Cumulative throughout; collects when it is asked to. */
class ScrapedReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/**
 * Serves `/metrics` on a listener of our own: the SDK's exporter's cannot have a free port, says a taken one to nobody, and
 * makes the whole page in one go, for which the event loop of a program with 10,000 proxies stands still for seconds.
 */
export class PrometheusEndpoint {
  readonly #reader = new ScrapedReader();
  readonly #maxScrapes: number;
  readonly #scrapeMillis: number;
  /** Neither it nor a scraper that keeps its connection open keeps the program alive. */
  readonly #server: Server = createServer((request, response) => this.#answer(request, response))
    .on('connection', (socket) => socket.unref())
    .unref();
  /** Those that are being answered, the oldest first. */
  readonly #scrapes = new Set<ServerResponse>();
  #collection: Promise<CollectionResult> | undefined;

  constructor({ maxScrapes = MAX_SCRAPES, scrapeMillis = SCRAPE_MILLIS }: PrometheusEndpointOptions = {}) {
    this.#maxScrapes = maxScrapes;
    this.#scrapeMillis = scrapeMillis;
  }

  /** Give it, wrapped, to a MeterProvider. */
  get reader(): IMetricReader {
    return this.#reader;
  }

  /** @returns the URL of /metrics; undefined when the port cannot be had, which is said once */
  async listen(host: string, port: number): Promise<string | undefined> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject).listen({ host, port, exclusive: true }, () => resolve());
      });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why = code === 'EADDRINUSE' ? 'the port is taken' : `it cannot be listened on (${code})`;
      log.warn(`prometheus: ${host}:${port}: ${why}; /metrics is not served. Choose another port, or 0 for a free one`);
      return undefined;
    }
    this.#server.on('error', (error) => log.warn(`prometheus: ${error.message}`));
    const address = this.#server.address() as AddressInfo;
    return `http://${hostAndPort(host, address.port)}/metrics`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const [path] = (request.url ?? '').split('?');
    if (path !== '/metrics') response.writeHead(404, { 'content-type': 'text/plain' }).end('try /metrics\n');
    else if (request.method === 'HEAD') response.writeHead(200, { 'content-type': CONTENT_TYPE }).end();
    else if (request.method !== 'GET') response.writeHead(405, { allow: 'GET, HEAD' }).end();
    else void this.#scrape(response);
  }

  async #scrape(response: ServerResponse): Promise<void> {
    const [oldest] = this.#scrapes;
    if (oldest !== undefined && this.#scrapes.size >= this.#maxScrapes)
      this.#cutOff(oldest, `${this.#maxScrapes} others came`);
    const millis = this.#scrapeMillis;
    const deadline = setTimeout(() => this.#cutOff(response, `${millis / 1000} s went by`), millis).unref();
    this.#scrapes.add(response);
    try {
      const { resourceMetrics, errors } = await this.#collect();
      for (const error of errors) log.error('prometheus: metrics are missing', error);
      response.writeHead(200, { 'content-type': CONTENT_TYPE });
      await pipeline(turnByTurn(prometheusText(resourceMetrics)), response);
    } catch (error) {
      this.#failed(response, error);
    } finally {
      clearTimeout(deadline);
      this.#scrapes.delete(response);
    }
  }

  /** Scrapes that come at the same moment share a collection. */
  #collect(): Promise<CollectionResult> {
    this.#collection ??= this.#reader.collect().finally(() => {
      this.#collection = undefined;
    });
    return this.#collection;
  }

  #cutOff(response: ServerResponse, why: string): void {
    log.warn(`prometheus: a scrape was cut off: ${why} before it was read`);
    this.#scrapes.delete(response);
    response.destroy();
  }

  #failed(response: ServerResponse, error: unknown): void {
    if (response.destroyed) return; // whoever asked has gone
    log.error('prometheus: a scrape failed', error);
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { 'content-type': 'text/plain' }).end('collecting the metrics failed\n');
  }
}

/** Lets the event loop do something else after each. */
async function* turnByTurn(chunks: Iterable<string>): AsyncGenerator<string> {
  for (const chunk of chunks) {
    yield chunk;
    await nextTurn();
  }
}
