import { EventEmitter, once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type LogRecord, otlpLogRecords } from './otlpLogRecords.js';
import { otlpMessage } from './otlpMessage.js';
import { type MetricPoint, otlpMetricPoints } from './otlpMetricPoints.js';
import { otlpSpans, type Span } from './otlpSpans.js';
import { otlpSummary } from './otlpSummary.js';

interface OtlpRequest {
  readonly path: string;
  readonly contentType: string;
  /** Length of the body as sent, that is, before unpacking. */
  readonly bytes: number;
  /** Index of this request in `sink.requests`. */
  readonly exportIndex: number;
  readonly headers: IncomingHttpHeaders;
  /** What the sink answered. */
  readonly status: number;
}

interface OtlpError {
  readonly path: string;
  /** Index in `sink.requests`; undefined if the client went away before all of the body had come. */
  readonly exportIndex: number | undefined;
  readonly message: string;
}

/** An OTLP/HTTP receiver for tests: keeps what arrives as flat lists, in order of arrival. */
export class OtlpSink implements AsyncDisposable {
  readonly url: string;
  readonly metricPoints: MetricPoint[] = [];
  readonly logRecords: LogRecord[] = [];
  readonly spans: Span[] = [];
  /** Each request whose body came in full, also those that were refused or failed on demand. */
  readonly requests: OtlpRequest[] = [];
  /** Requests that couldn't be read. They were answered 400, and nothing of them was kept. */
  readonly errors: OtlpError[] = [];

  readonly #server: Server;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #failures: number[] = [];
  #stopping: Promise<void> | undefined;

  /** Listens on a free port of 127.0.0.1. */
  static async start(): Promise<OtlpSink> {
    const server = createServer();
    // Node closes idle connections after 5 s, just when an exporter with that interval may send on one (ECONNRESET).
    server.keepAliveTimeout = 0;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new OtlpSink(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => void this.#receive(request, response));
  }

  /**
   * Waits for what a test needs to have arrived: looks now, and again after each request.
   * @param description what is looked for, in words, for the error message
   * @param look its first truthy result is the one; what it throws is passed on
   * @throws Error with a summary of what did arrive, at the deadline or if the sink is stopped before.
   */
  async waitFor<Value>(
    description: string,
    look: (sink: OtlpSink) => Value | undefined | null | false,
    { timeoutMillis = 20_000 }: { timeoutMillis?: number } = {},
  ): Promise<Value> {
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      this.#changes.emit('change');
    }, timeoutMillis);
    try {
      for (;;) {
        const value = look(this);
        if (value) return value;
        if (this.#stopping) throw new Error(`sink stopped before ${description} arrived; it has\n${otlpSummary(this)}`);
        if (isLate) throw new Error(`no ${description} within ${timeoutMillis} ms; arrived are\n${otlpSummary(this)}`);
        await once(this.#changes, 'change');
      }
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Answers the next requests with this status, for tests of outages. What these requests held isn't kept. */
  failNext(status: number, times = 1): void {
    if (!(Number.isInteger(status) && status >= 400 && status <= 599)) {
      throw new RangeError(`expected a status from 400 to 599, received ${status}`);
    }
    if (!(Number.isInteger(times) && times >= 1)) {
      throw new RangeError(`expected a whole number of times from 1 up, received ${times}`);
    }
    this.#failures.push(...Array<number>(times).fill(status));
  }

  /** Stops listening and cuts all connections. What has arrived stays readable. */
  stop(): Promise<void> {
    this.#stopping ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
      this.#changes.emit('change');
    });
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      this.#answer(request, response, Buffer.concat(chunks));
    } catch (error) {
      this.errors.push({ path, exportIndex: undefined, message: `body broke off: ${messageOf(error)}` });
    }
    this.#changes.emit('change');
  }

  #answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const { headers, url: path = '' } = request;
    const contentType = headers['content-type'] ?? '';
    const exportIndex = this.requests.length;
    const record = (status: number) =>
      this.requests.push({ path, contentType, bytes: body.length, exportIndex, headers, status });

    const failure = this.#failures.shift();
    if (failure !== undefined) {
      record(failure);
      response.writeHead(failure).end();
      return;
    }
    try {
      this.#keep(request, body, exportIndex);
      record(200);
      response.writeHead(200, { 'content-type': contentType }).end(contentType.includes('json') ? '{}' : '');
    } catch (error) {
      const message = messageOf(error);
      this.errors.push({ path, exportIndex, message });
      record(400);
      response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' }).end(message);
    }
  }

  #keep({ method, url, headers }: IncomingMessage, body: Buffer, exportIndex: number): void {
    switch (`${method} ${url}`) {
      case 'POST /v1/metrics':
        this.metricPoints.push(...otlpMetricPoints(otlpMessage('Metrics', headers, body), exportIndex));
        return;
      case 'POST /v1/logs':
        this.logRecords.push(...otlpLogRecords(otlpMessage('Logs', headers, body), exportIndex));
        return;
      case 'POST /v1/traces':
        this.spans.push(...otlpSpans(otlpMessage('Traces', headers, body), exportIndex));
        return;
      default:
        throw new Error(`expected POST to /v1/metrics, /v1/logs or /v1/traces, received ${method} ${url}`);
    }
  }
}

// Errors of Node's own modules aren't `instanceof Error` in jest's vm context.
function messageOf(error: unknown): string {
  return String((error as { message?: unknown } | null)?.message ?? error);
}
