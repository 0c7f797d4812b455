import type { FrpServerProxy, FrpTraffic } from '../../src/frp/api/FrpApi.js';
import type { SocketReading } from '../../src/model/FrpSignal.js';
import { proxyAnswer, socket } from './signals.js';

/** One visitor's connection, as frps and the kernel have it. */
export interface SimulatedConnection {
  readonly id: string;
  readonly proxy: string;
  readonly peer: string;
  readonly openedAt: number;
  in: number;
  out: number;
}

/** frps with two tcp proxies, and the kernel below it: what each has counted at this moment. */
export class SimulatedConnections {
  static readonly PORTS: Readonly<Record<string, number>> = { a: 6001, b: 6002 };
  readonly #open = new Map<string, SimulatedConnection>();
  readonly #counted = new Map<string, { in: number; out: number }>();
  readonly #carried = new Map<string, { in: number; out: number }>();
  #opened = 0;

  get open(): readonly SimulatedConnection[] {
    return [...this.#open.values()];
  }

  /** @param peerPort few of them, so that a visitor's address comes again */
  opens(proxy: string, peerPort: number, time: number): SimulatedConnection | undefined {
    const peer = `203.0.113.7:${peerPort}`;
    if (this.open.some((other) => other.peer === peer)) return undefined;
    this.#opened += 1;
    const connection = { id: `${this.#opened}`, proxy, peer, openedAt: time, in: 0, out: 0 };
    this.#open.set(connection.id, connection);
    return connection;
  }

  sends(connection: SimulatedConnection, bytes: FrpTraffic): void {
    connection.in += bytes.in;
    connection.out += bytes.out;
    add(this.#of(this.#carried, connection.proxy), bytes);
  }

  /** frps counts it at that moment. */
  closes(connection: SimulatedConnection): SocketReading {
    this.#open.delete(connection.id);
    add(this.#of(this.#counted, connection.proxy), connection);
    return readingOf(connection);
  }

  /** frps is killed, with all its connections and what it had counted. */
  dies(): void {
    this.#open.clear();
    this.#counted.clear();
  }

  /** What frps's API says at this moment. */
  answer(): FrpServerProxy[] {
    return Object.entries(SimulatedConnections.PORTS).map(([name, remotePort]) =>
      proxyAnswer(name, { remotePort, today: { ...this.#of(this.#counted, name) } }),
    );
  }

  /** What `ss` says at this moment. */
  sockets(): SocketReading[] {
    return this.open.map(readingOf);
  }

  /** All bytes that ever went through a proxy. */
  carried(proxy: string): FrpTraffic {
    return { ...this.#of(this.#carried, proxy) };
  }

  #of(counts: Map<string, { in: number; out: number }>, proxy: string): { in: number; out: number } {
    const known = counts.get(proxy) ?? { in: 0, out: 0 };
    counts.set(proxy, known);
    return known;
  }
}

const readingOf = ({ id, proxy, peer, in: bytesIn, out }: SimulatedConnection): SocketReading =>
  socket(id, { peer, port: SimulatedConnections.PORTS[proxy] ?? 0, in: bytesIn, out });

const add = (sum: { in: number; out: number }, { in: bytesIn, out }: FrpTraffic): void => {
  sum.in += bytesIn;
  sum.out += out;
};
