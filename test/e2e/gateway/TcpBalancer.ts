import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A plain TCP load balancer: each connection goes to the next backend that accepts it, and stays there. It knows nothing of what is
 * carried.
 */
export class TcpBalancer implements AsyncDisposable {
  readonly url: string;
  /** Connections that each backend was given so far, in their order. */
  readonly given: number[];
  readonly #server: Server;
  readonly #backends: readonly number[];
  readonly #open = new Set<Socket>();
  #next = 0;
  #answersToLose = 0;
  #answersLost = 0;

  /** @param backends ports of 127.0.0.1 */
  static async start(backends: readonly number[]): Promise<TcpBalancer> {
    // The client ends its half first where it wants; the other half may still carry an answer.
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpBalancer(server, backends);
  }

  private constructor(server: Server, backends: readonly number[]) {
    this.#server = server;
    this.#backends = backends;
    this.given = backends.map(() => 0);
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (client) => void this.#serve(client));
  }

  /** Answers that clients never saw. */
  get answersLost(): number {
    return this.#answersLost;
  }

  /** The next answers of backends are not passed on: their connections break when the first byte of them comes. */
  loseAnswers(times: number): void {
    this.#answersToLose += times;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  async #serve(client: Socket): Promise<void> {
    this.#keep(client);
    const backend = await this.#connect();
    if (backend === undefined || client.destroyed) {
      backend?.destroy();
      client.destroy();
      return;
    }
    backend.on('data', (bytes) => {
      if (this.#answersToLose === 0) {
        client.write(bytes);
        return;
      }
      this.#answersToLose -= 1;
      this.#answersLost += 1;
      client.destroy();
      backend.destroy();
    });
    client.pipe(backend);
    backend.on('end', () => client.end());
    backend.on('close', () => client.destroy());
    client.on('close', () => backend.destroy());
  }

  /** The next backend that accepts; undefined where none does. */
  async #connect(): Promise<Socket | undefined> {
    for (let tried = 0; tried < this.#backends.length; tried += 1) {
      const index = this.#next++ % this.#backends.length;
      const socket = connect({ host: '127.0.0.1', port: this.#backends[index] ?? 0, allowHalfOpen: true });
      const isOpen = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      });
      if (!isOpen) continue;
      this.given[index] = (this.given[index] ?? 0) + 1;
      return this.#keep(socket);
    }
    return undefined;
  }

  #keep(socket: Socket): Socket {
    this.#open.add(socket);
    // A peer that was killed resets its connections: `close` follows.
    return socket.on('error', () => {}).once('close', () => this.#open.delete(socket));
  }
}
