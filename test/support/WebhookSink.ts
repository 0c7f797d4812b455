import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitUntil } from './waitUntil.js';

/** A request with a JSON body, as it came. */
export interface WebhookRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** One alert of a webhook's message, version 4. */
export interface ToldAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

/** Writes the answer to the request; it may take its time. */
export type Answer = (response: ServerResponse, request: WebhookRequest) => void | Promise<void>;

/** An answer of nothing but a status and headers. */
export const answerOf =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, headers).end();
  };

/** Takes what is posted to it, on a free port of 127.0.0.1, and answers as the test says. */
export class WebhookSink implements AsyncDisposable {
  readonly url: string;
  /** In order of arrival, whatever they were answered. */
  readonly requests: WebhookRequest[] = [];
  /** 200 by default. */
  answer: Answer = answerOf(200);
  readonly #server: Server;

  /** @param port a free one by default; given, to be where another one was */
  static async start(port = 0): Promise<WebhookSink> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new WebhookSink(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (incoming, response) => void this.#receive(incoming, response));
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** All alerts of all webhook messages, in order of arrival. */
  get alerts(): ToldAlert[] {
    return this.requests.flatMap(({ body }) => (body as { alerts?: ToldAlert[] } | undefined)?.alerts ?? []);
  }

  /** Waits for a condition on what has come, and tells what did when it does not come true. */
  waitFor<Value>(
    description: string,
    look: (sink: WebhookSink) => Value | undefined | false,
    timeoutMillis?: number,
  ): Promise<Value> {
    const seen = (): string => this.requests.map(({ path, body }) => `${path} ${JSON.stringify(body)}`).join('\n');
    return waitUntil(
      () => `${description}; so far came:\n${seen()}`,
      () => look(this),
      timeoutMillis,
    );
  }

  /** Stops listening and cuts all connections. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk);
    } catch {
      return; // a client that goes away before its body has come has sent nothing
    }
    const { method = '', url: path = '', headers } = incoming;
    const text = Buffer.concat(chunks).toString('utf8');
    const request = { method, path, headers, body: text === '' ? undefined : JSON.parse(text), at: Date.now() };
    this.requests.push(request);
    await this.answer(response, request);
  }
}
