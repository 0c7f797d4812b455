import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import type { FrpWebServer } from '../../../src/frp/config/FrpConfig.js';
import { Secret } from '../../../src/frp/config/Secret.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** A server in the place of frps's API. */
export class ApiServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  /** Path, query and authorization of each request, in order. */
  readonly requests: { readonly url: string | undefined; readonly authorization: string | undefined }[] = [];

  private constructor(handler: Handler, tls: Tls | undefined) {
    const listener: Handler = (request, response) => {
      this.requests.push({ url: request.url, authorization: request.headers.authorization });
      handler(request, response);
    };
    this.#server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
    this.#server.on('connection', (socket) => void this.#sockets.push(socket));
  }

  static async start(handler: Handler, port = 0, tls?: Tls): Promise<ApiServer> {
    const api = new ApiServer(handler, tls);
    await new Promise<void>((resolve, reject) => {
      api.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return api;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Bytes that clients let it send. */
  get bytesSent(): number {
    return this.#sockets.reduce((sum, { bytesWritten, writableLength }) => sum + bytesWritten - writableLength, 0);
  }

  /** Whether the first connection is over (after an abort, fetch may open another one, and ask nothing). */
  get deserted(): boolean {
    return this.#sockets[0]?.destroyed === true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** A port on which nobody listens. */
export const freePort = async (): Promise<number> => {
  const server = createTcpServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

export const webServerAt = (port: number, user = '', password = ''): FrpWebServer => ({
  host: '127.0.0.1',
  port,
  tls: false,
  user,
  password: new Secret(password),
});
