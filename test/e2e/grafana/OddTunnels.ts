import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'smol-toml';
import { freePorts } from '../../../tools/scenarios/freePorts.mjs';
import { echo } from '../../../tools/scenarios/services.mjs';
import { FrpOtel } from '../../support/FrpOtel.js';
import { temporaryFolder } from '../../support/realFrp.js';
import { Visitor } from '../../support/Visitor.js';
import { FrpNode } from '../alerts/FrpNode.js';

/** An frps, an frpc with one tcp tunnel of each name and a visitor who stays, and an agent that serves /metrics. */
export class OddTunnels implements AsyncDisposable {
  readonly metricsPort: number;
  readonly #apiPort: number;
  readonly #configFile: string;
  readonly #visitors: readonly Visitor[];
  readonly #cleanUps: readonly (() => unknown)[];

  static async start(programs: string, names: readonly string[]): Promise<OddTunnels> {
    const [metricsPort = 0, bindPort = 0, serverApi = 0, clientApi = 0, ...remotePorts] = await freePorts(
      4 + names.length,
    );
    const files = temporaryFolder();
    // One for each: on frpc the kernel tells a tunnel by the service that it leads to.
    const services = await Promise.all(names.map(() => echo()));
    const given = { programs, folder: files.path };
    const server = { bindAddr: '127.0.0.1', bindPort, proxyBindAddr: '127.0.0.1', webServer: { port: serverApi } };
    const frps = new FrpNode({ ...given, name: 'frps', program: 'frps', config: server }).start();
    const proxies = names.map((name, index) => ({
      ...{ name, type: 'tcp' },
      ...{ localPort: services[index]?.port ?? 0, remotePort: remotePorts[index] ?? 0 },
    }));
    const client = { serverAddr: '127.0.0.1', serverPort: bindPort, webServer: { port: clientApi }, proxies };
    const frpc = new FrpNode({ ...given, name: 'frpc', program: 'frpc', config: client });
    const configs = [frps, frpc].flatMap(({ configFile }) => ['--config', configFile]);
    const state = ['--state-directory', join(files.path, 'state')];
    const agent = new FrpOtel(
      ['observe', '--interval', '0.5', '--prometheus-port', `${metricsPort}`, ...state, ...configs],
      { OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
    );
    const visitors: Visitor[] = [];
    const cleanUps = [
      () => Promise.all(visitors.map((visitor) => visitor.abort())),
      () => agent[Symbol.asyncDispose](),
      () => frpc.kill(),
      () => frps.kill(),
      () => Promise.all(services.map((service) => service.stop())),
      () => files.remove(),
    ];
    const tunnels = new OddTunnels(metricsPort, clientApi, frpc.configFile, visitors, cleanUps);
    try {
      await frps.line(/dashboard listen on/);
      await frpc.start().line(/start proxy success/, names.length);
      await agent.printed(/looks every/);
      for (const { remotePort } of proxies) visitors.push(await Visitor.connect(remotePort));
      return tunnels;
    } catch (error) {
      await tunnels[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(
    metricsPort: number,
    apiPort: number,
    configFile: string,
    visitors: readonly Visitor[],
    cleanUps: readonly (() => unknown)[],
  ) {
    this.metricsPort = metricsPort;
    this.#apiPort = apiPort;
    this.#configFile = configFile;
    this.#visitors = visitors;
    this.#cleanUps = cleanUps;
  }

  /** Some more bytes through each tunnel, there and back. */
  async exchange(): Promise<void> {
    await Promise.all(this.#visitors.map((visitor) => visitor.exchange(100)));
  }

  /** What the agent tells now. */
  async page(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.metricsPort}/metrics`)).text();
  }

  /** frpc reads its config anew, without this tunnel; resolves with the way back. */
  async remove(name: string): Promise<() => Promise<void>> {
    const before = readFileSync(this.#configFile, 'utf8');
    const config = parse(before);
    const proxies = (config.proxies as { name: string }[]).filter((proxy) => proxy.name !== name);
    await this.#reload(stringify({ ...config, proxies }));
    return () => this.#reload(before);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const cleanUp of this.#cleanUps) await cleanUp();
  }

  async #reload(config: string): Promise<void> {
    writeFileSync(this.#configFile, config);
    const { status } = await fetch(`http://127.0.0.1:${this.#apiPort}/api/reload`);
    if (status !== 200) throw new Error(`expected frpc to reload, received ${status}`);
  }
}
