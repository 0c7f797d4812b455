import { hostname } from 'node:os';
import { freePorts } from '../../../tools/scenarios/freePorts.mjs';
import { startRelay } from '../../../tools/scenarios/relay.mjs';
import { echo } from '../../../tools/scenarios/services.mjs';
import type { FrpOtel } from '../../support/FrpOtel.js';
import { temporaryFolder } from '../../support/realFrp.js';
import { waitUntil } from '../../support/waitUntil.js';
import { FrpNode } from './FrpNode.js';
import { scenarioOptions } from './options.js';
import { type SlowPage, startSlowPage } from './slowPage.js';
import { instancesIn, startAgent } from './startAgent.js';

const TOKEN = 'right';
/** Go raises the soft limit to the hard one: both are this. */
const FEW_FILES = 64;

/** Where what the agents see goes. */
interface TelemetryOfWorld {
  readonly env: Readonly<Record<string, string>>;
  /** The option of this name: whether they evaluate the rules themselves. */
  readonly alerts?: object;
}

const OBSERVED_BY_AGENT = ['eu', 'us', 'attic', 'office', 'flapping', 'frozen', 'pool', 'crowded', 'lonely'];
/** How many frps and frpc are observed, by both agents. */
export const OBSERVED = OBSERVED_BY_AGENT.length + 1;

type Config = Readonly<Record<string, unknown>>;

/**
 * All of frp that a scenario has, on loopback: frps by name, each with its clients.
 * - `eu`: `office` with tunnels to a service, an echo and a slow page, and `flapping`, behind a relay. One more port is allowed.
 * - `us`: `frozen` with the tunnel `kiosk`, and `pool` with a group of two.
 * - `attic`: `crowded` with the tunnel `hall`. Both may have few files open.
 * - `unseen`: `lonely`. Nobody observes this server.
 * - `tiny`: `many` with three tunnels. An agent of its own observes this server alone, and has room for one proxy.
 */
export class FrpWorld implements AsyncDisposable {
  readonly #programs: string;
  readonly #telemetry: TelemetryOfWorld;
  readonly #free: number[];
  readonly #files = temporaryFolder();
  readonly #ports = new Map<string, number>();
  readonly #nodes = new Map<string, FrpNode>();
  readonly #cleanUps: (() => unknown)[] = [];
  #agentOfAll: FrpOtel | undefined;
  #tinyAgent: FrpOtel | undefined;
  #relay: Awaited<ReturnType<typeof startRelay>> | undefined;
  #page: SlowPage | undefined;
  #service: Awaited<ReturnType<typeof echo>> | undefined;

  static async start(programs: string, telemetry: TelemetryOfWorld): Promise<FrpWorld> {
    const world = new FrpWorld(programs, telemetry, await freePorts(40));
    try {
      await world.#open();
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
    return world;
  }

  private constructor(programs: string, telemetry: TelemetryOfWorld, free: number[]) {
    this.#programs = programs;
    this.#telemetry = telemetry;
    this.#free = free;
  }

  /** The port of that name: the same one each time. */
  port(name: string): number {
    const port = this.#ports.get(name) ?? this.#free.pop();
    if (port === undefined) throw new Error('expected fewer ports in one world');
    this.#ports.set(name, port);
    return port;
  }

  /** What `frp.server.name` is of a server. */
  serverName(server: string): string {
    return `${hostname()}:${this.port(server)}`;
  }

  /** Resolves when both agents have found what they observe. */
  async observed(): Promise<void> {
    const agents = [this.#agentOfAll, this.#tinyAgent];
    await waitUntil(
      () => `the agents to find all; they said:\n${agents.map((agent) => agent?.stdout).join('\n')}`,
      () => agents.flatMap((agent) => [...instancesIn(agent?.stdout ?? '')]).length === OBSERVED,
    );
  }

  /** The frps or frpc of that name. */
  node(name: string): FrpNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`expected one of ${[...this.#nodes.keys()].join(', ')}, received ${name}`);
    return node;
  }

  /** What each has logged last, for who waits in vain. */
  get lastLines(): string {
    return Array.from(this.#nodes, ([name, node]) => `${name}:\n${node.lastLines}`).join('\n');
  }

  /** One more frpc, which nobody observes. */
  newcomer(name: string, config: Config & { readonly server: string }): FrpNode {
    return this.#client(name, config).start();
  }

  get page(): SlowPage {
    if (this.#page === undefined) throw new Error('expected a world that is open');
    return this.#page;
  }

  /** Nothing listens any more behind the tunnel `service`. */
  async closeService(): Promise<void> {
    await this.#service?.stop();
    this.#service = undefined;
  }

  async openService(): Promise<void> {
    this.#service = await echo(this.port('behind service'));
  }

  /** Breaks what connects `flapping` with its server. */
  breakRelay(): void {
    this.#relay?.breakClientSide();
  }

  /** The agent of `tiny` is no more, without a word. */
  async killTinyAgent(): Promise<void> {
    await this.#tinyAgent?.end('SIGKILL');
  }

  /** @param maxProxies for how many it has room */
  async startTinyAgent(maxProxies: number): Promise<void> {
    this.#tinyAgent = await this.#agent('tiny-agent', ['tiny'], { maxProxies });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Agents first, and servers last: what they tell of an end that is the test's own is no part of it.
    for (const cleanUp of this.#cleanUps.reverse()) await cleanUp();
    this.#files.remove();
  }

  async #open(): Promise<void> {
    const allowPorts = ['service', 'echo', 'page', 'flapping', 'last'].map((name) => {
      const port = this.port(name);
      return { start: port, end: port };
    });
    // The first of each role has the plain name frps@host and frpc@host: the others have that of their config file, too.
    await this.#startServer('eu', { allowPorts });
    await this.#startOffice();
    await Promise.all([
      this.#startServer('us', { transport: { tcpMuxKeepaliveInterval: 2 } }),
      this.#startServer('attic', {}, FEW_FILES),
      this.#startServer('unseen'),
      this.#startServer('tiny'),
    ]);
    await this.#startClients();
    await this.startTinyAgent(1);
    const probes = {
      targets: [{ proxy: 'page', url: `http://127.0.0.1:${this.port('page')}/` }],
      intervalMillis: 1_000,
    };
    this.#agentOfAll = await this.#agent('agent', OBSERVED_BY_AGENT, { probes });
  }

  async #startServer(name: string, config: Config = {}, maxOpenFiles?: number): Promise<void> {
    const node = this.#node(name, 'frps', maxOpenFiles, {
      bindAddr: '127.0.0.1',
      bindPort: this.port(name),
      proxyBindAddr: '127.0.0.1',
      webServer: { port: this.port(`${name} api`) },
      auth: { token: TOKEN },
      ...config,
    });
    await node.start().line(/dashboard listen on/);
  }

  async #startOffice(): Promise<void> {
    await this.openService();
    this.#cleanUps.push(() => this.closeService());
    const page = await startSlowPage();
    this.#page = page;
    const echoing = await echo();
    this.#cleanUps.push(page.stop, echoing.stop);
    const proxies = [this.tunnel('service'), this.tunnel('echo', echoing.port), this.tunnel('page', page.port)];
    await this.#startClient('office', { server: 'eu', proxies });
  }

  async #startClients(): Promise<void> {
    const relay = await startRelay(this.port('eu'));
    const echoing = await echo();
    this.#relay = relay;
    this.#cleanUps.push(relay.stop, echoing.stop);
    const { port } = echoing;
    const member = { loadBalancer: { group: 'pool', groupKey: 'key' }, remotePort: this.port('pool port') };
    await Promise.all([
      this.#startClient('flapping', {
        server: 'eu',
        serverPort: relay.port,
        proxies: [this.tunnel('flapping', port)],
      }),
      this.#startClient('frozen', {
        server: 'us',
        webServer: { port: this.port('frozen api') },
        proxies: [this.tunnel('kiosk', port)],
      }),
      this.#startClient('pool', {
        server: 'us',
        proxies: [
          { ...this.tunnel('member-1', port), ...member },
          { ...this.tunnel('member-2', port), ...member },
        ],
      }),
      this.#startClient('crowded', { server: 'attic', proxies: [this.tunnel('hall', port)] }, FEW_FILES),
      this.#startClient('lonely', { server: 'unseen', proxies: [this.tunnel('cell', port)] }),
      this.#startClient('many', {
        server: 'tiny',
        proxies: ['one', 'two', 'three'].map((name) => this.tunnel(name, port)),
      }),
    ]);
  }

  /** A tcp proxy on the port of its name. */
  tunnel(name: string, localPort = this.port(`behind ${name}`)): Config {
    return { name, type: 'tcp', localPort, remotePort: this.port(name) };
  }

  async #startClient(
    name: string,
    config: Config & { readonly server: string; readonly proxies: readonly unknown[] },
    maxOpenFiles?: number,
  ): Promise<void> {
    await this.#client(name, config, maxOpenFiles)
      .start()
      .line(/start proxy success/, config.proxies.length);
  }

  #client(name: string, { server, ...config }: Config & { readonly server: string }, maxOpenFiles?: number): FrpNode {
    return this.#node(name, 'frpc', maxOpenFiles, {
      serverAddr: '127.0.0.1',
      serverPort: this.port(server),
      auth: { token: TOKEN },
      ...config,
    });
  }

  #node(name: string, program: 'frps' | 'frpc', maxOpenFiles: number | undefined, config: Config): FrpNode {
    const node = new FrpNode({
      programs: this.#programs,
      folder: this.#files.path,
      // By its name one sees whose a config file is.
      name: `${program}-${name}`,
      program,
      config,
      ...(maxOpenFiles !== undefined && { maxOpenFiles }),
    });
    this.#nodes.set(name, node);
    this.#cleanUps.push(() => node.kill());
    return node;
  }

  async #agent(name: string, observed: readonly string[], settings: object): Promise<FrpOtel> {
    const { env, alerts } = this.#telemetry;
    const agent = await startAgent({
      folder: this.#files.path,
      name,
      configFiles: observed.map((node) => this.node(node).configFile),
      settings: { ...scenarioOptions, ...settings, alerts },
      env,
    });
    this.#cleanUps.push(() => agent[Symbol.asyncDispose]());
    return agent;
  }
}
