import { connect, type Socket } from 'node:net';
import { waitUntil } from './waitUntil.js';

/** One connection of a user through a tunnel to an echo service, held open. */
export class Visitor {
  readonly #socket: Socket;
  readonly #closed: Promise<void>;
  /** Bytes that came back or were answered before them. */
  #received = 0;
  #sent = 0;
  #preamble = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined); // a reset closes it as well
  }

  static async connect(port: number, host = '127.0.0.1'): Promise<Visitor> {
    const socket = connect({ host, port });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const visitor = new Visitor(socket);
    socket.on('data', (chunk) => {
      visitor.#received += chunk.length;
    });
    return visitor;
  }

  /** Through a tcpmux proxy: asks frps for the host first. */
  static async connectTo(port: number, host: string): Promise<Visitor> {
    const socket = connect({ host: '127.0.0.1', port });
    const visitor = new Visitor(socket);
    socket.write(`CONNECT ${host}:80 HTTP/1.1\r\nHost: ${host}:80\r\n\r\n`);
    socket.on('data', (chunk) => {
      if (visitor.#preamble.endsWith('\r\n\r\n')) visitor.#received += chunk.length;
      else visitor.#preamble += chunk.toString('latin1');
    });
    await waitUntil(`CONNECT ${host} to be answered`, () => visitor.#preamble.endsWith('\r\n\r\n'));
    if (!visitor.#preamble.startsWith('HTTP/1.1 200')) throw new Error(`CONNECT ${host}: ${visitor.#preamble}`);
    return visitor;
  }

  /** What was sent through the tunnel, without what frps itself took. */
  get sent(): number {
    return this.#sent;
  }

  /** Sends bytes and waits until as many are back. */
  async exchange(bytes: number | Buffer): Promise<this> {
    const data = typeof bytes === 'number' ? Buffer.alloc(bytes, 'x') : bytes;
    this.#sent += data.length;
    this.#socket.write(data);
    await waitUntil(
      () => `${this.#sent} bytes to come back, so far ${this.#received}`,
      () => this.#received === this.#sent,
    );
    return this;
  }

  async close(): Promise<void> {
    this.#socket.end();
    await this.#closed;
  }

  /** Reads nothing more and resets the connection. */
  async abort(): Promise<void> {
    this.#socket.resetAndDestroy();
    await this.#closed;
  }

  /** Sends without reading what comes. */
  sendUnread(bytes: number): void {
    this.#socket.pause();
    this.#socket.write(Buffer.alloc(bytes, 'x'));
  }
}
