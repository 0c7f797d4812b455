import type { FrpConfig } from '../frp/config/FrpConfig.js';
import { runningTunnels } from '../frp/config/runningTunnels.js';
import { hostAndPort } from '../frp/hostAndPort.js';
import { Connections } from './Connections.js';
import type { FrpProxy } from './FrpProxy.js';
import type { SocketClosed, SocketsSampled } from './FrpSignal.js';

/** Types whose local service is reached over TCP. */
const OVER_TCP: ReadonlySet<string> = new Set(['tcp', 'http', 'https', 'tcpmux', 'stcp', 'xtcp']);

/** The connections of frpc to local services: each is the proxy's that alone has the service. */
export class ClientConnections {
  readonly #connections: Connections;
  /** By address: the bare name of the proxy; undefined where several have it. */
  #services: ReadonlyMap<string, string | undefined> = new Map();
  #alone: ReadonlySet<string | undefined> = new Set();

  /** @param proxyOf finds a proxy by its name in the config; none while that cannot be said */
  constructor(proxyOf: (bareName: string, time: number) => FrpProxy | undefined) {
    this.#connections = new Connections({
      identify: ({ reading, seenAt }) => {
        const name = this.#services.get(addressOf(reading.peer));
        return name === undefined ? undefined : proxyOf(name, seenAt);
      },
      ended: (connection) => connection.proxy?.counts.connectionOver(connection),
    });
  }

  /** How many were left out because of the limit. */
  get refused(): number {
    return this.#connections.refused;
  }

  configured(config: FrpConfig | undefined): void {
    this.#services = config === undefined ? new Map() : servicesOf(config);
    this.#alone = new Set(this.#services.values());
  }

  /** Whether a proxy of the config is the only one with its service. */
  isAlone(bareName: string): boolean {
    return this.#alone.has(bareName);
  }

  /** @param seenFromStart whether nothing was open before we came */
  saw(signal: SocketsSampled | SocketClosed, seenFromStart: boolean): void {
    if (signal.kind === 'sockets.sampled') this.#connections.sampled(signal, seenFromStart);
    else this.#connections.closed(signal, seenFromStart);
  }

  /** The process is gone. */
  stopped(time: number): void {
    this.#connections.stopped(time);
  }
}

const servicesOf = (config: FrpConfig): ReadonlyMap<string, string | undefined> => {
  const services = new Map<string, string | undefined>();
  for (const { name, type, localIP, localPort, plugin } of runningTunnels(config).proxies) {
    if (localPort === undefined || plugin !== undefined || !OVER_TCP.has(type)) continue;
    const address = addressOf(hostAndPort(localIP, localPort));
    // Nobody looks for the connections of an xtcp proxy; where another has the service as well, they are among its.
    const isShared = services.has(address) || type === 'xtcp';
    services.set(address, isShared ? undefined : name);
  }
  return services;
};

/** Two names of one address. */
const addressOf = (peer: string): string => peer.replace(/^localhost:/, '127.0.0.1:');
