import { parseConfig } from '../../dist/frp/config/parseConfig.js';
import { Frps } from '../collect/frps.mjs';

const SERVER = 1; // as Frps has it
const CLIENT = 2;
const FIRST_PORT = 1_024;
const PROXIES_PER_CLIENT = 100;

/**
 * The frps of bench/collect, and one frpc that serves all its proxies, each with a connection that has ended and one that is open.
 * Nothing is beyond the threshold of a rule but the proxies that are to be down on frpc.
 */
export class FrpPair {
  #frps;
  #proxies;
  #down;
  #cpuSeconds = 0;

  /**
   * @param {number} proxies
   * @param {number} [down] how many of them frpc cannot start
   */
  constructor(proxies, down = 0) {
    this.#down = down;
    this.#frps = new Frps(proxies);
    this.#proxies = Array.from({ length: proxies }, (_, number) => ({
      // As Frps names them.
      name: `tenant${Math.floor(number / PROXIES_PER_CLIENT)}.service-${number % PROXIES_PER_CLIENT}`,
      port: FIRST_PORT + number,
    }));
    this.#startClient();
    this.#live();
  }

  get model() {
    return this.#frps.model;
  }

  /** Time passes: all proxies carry more. */
  live() {
    this.#frps.carryMore(100);
    this.#live();
  }

  #startClient() {
    const proxies = this.#proxies.map(
      ({ name, port }) => `[[proxies]]\nname = "${name}"\ntype = "tcp"\nlocalPort = ${port}\nremotePort = ${port}\n`,
    );
    const place = { target: CLIENT, time: Date.now() };
    this.model.apply({
      ...place,
      kind: 'process.started',
      role: 'client',
      pid: process.pid,
      hostName: 'bench',
      configPath: undefined,
      config: parseConfig(`serverAddr = "127.0.0.1"\n${proxies.join('\n')}`, 'client'),
      seenFromStart: true,
    });
    for (const source of /** @type {const} */ (['log', 'api', 'sockets'])) {
      this.model.apply({ ...place, kind: 'source.changed', source, state: 'ok', reason: undefined });
    }
  }

  #live() {
    this.#cpuSeconds += 0.0001; // next to nothing, however fast time is made to pass
    for (const target of [SERVER, CLIENT]) {
      this.model.apply({ target, time: Date.now(), kind: 'process.sampled', resources: this.#resources() });
    }
    const time = Date.now();
    this.model.apply({
      target: CLIENT,
      time,
      kind: 'client.api.answered',
      isComplete: true,
      proxies: this.#proxies.map(({ name, port }, number) => ({
        name,
        type: 'tcp',
        phase: number < this.#down ? 'start_error' : 'running',
        error: number < this.#down ? 'port already used' : '',
        localAddress: `127.0.0.1:${port}`,
        remoteAddress: `:${port}`,
        plugin: '',
      })),
    });
    const sockets = this.#proxies.flatMap(({ port }) => [socket(port, 'ended', 200), socket(port, 'open', 200)]);
    this.model.apply({ target: CLIENT, time, kind: 'sockets.sampled', sockets, tellsEnds: true });
    for (const { port } of this.#proxies) {
      this.model.apply({ target: CLIENT, time, kind: 'socket.closed', socket: socket(port, 'ended', 400) });
    }
  }

  #resources() {
    return {
      cpuUser: this.#cpuSeconds,
      cpuSystem: this.#cpuSeconds,
      cpuCount: 8,
      memoryResident: 2 ** 25,
      memoryVirtual: 2 ** 30,
      threads: 12,
      openFiles: 500,
      maxOpenFiles: 65_536,
      stopped: false,
      diskIo: { read: 1_000, write: 1_000 },
      contextSwitches: { voluntary: 1_000, involuntary: 100 },
      pagingFaults: { minor: 1_000, major: 10 },
    };
  }
}

/**
 * @param {number} port of the service
 * @param {string} which
 * @param {number} bytes
 */
const socket = (port, which, bytes) => ({
  id: `client ${which} ${port}`,
  hop: /** @type {const} */ ('service'),
  port: 40_000,
  peer: `127.0.0.1:${port}`,
  in: bytes,
  out: bytes,
  segmentsIn: 2,
  segmentsOut: 3,
  roundTrip: 0.0005,
});
