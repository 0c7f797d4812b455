import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parse, stringify } from 'smol-toml';
import { freePorts } from '../../../tools/scenarios/freePorts.mjs';
import { startRelay } from '../../../tools/scenarios/relay.mjs';
import { echo, udpEcho, web } from '../../../tools/scenarios/services.mjs';
import { exchangeDatagram, httpGet } from '../../../tools/scenarios/visitors.mjs';
import { visit, visitDead } from '../../support/echo.js';
import { FrpOtel } from '../../support/FrpOtel.js';
import { temporaryFolder } from '../../support/realFrp.js';
import { Visitor } from '../../support/Visitor.js';
import { FrpNode } from '../alerts/FrpNode.js';
import { scenarioOptions } from '../alerts/options.js';

const TOKEN = { auth: { token: 'right' } };
const GROUP = { loadBalancer: { group: 'pool', groupKey: 'key' } };
const HEALTH_CHECK = { type: 'tcp', timeoutSeconds: 1, maxFailed: 1, intervalSeconds: 1 };
/** Between two rounds of visitors. */
const ROUND_MILLIS = 300;
const DOWN_MILLIS = 3_000;
const UP_MILLIS = 3_000;

type Config = Readonly<Record<string, unknown>>;

/**
 * One frps with its clients, all on loopback, and two agents. One observes all but `kiosk`; the other frps, `office` and `kiosk`, has
 * room for one proxy, and falls silent at last.
 * - `office`, behind a relay: tunnels of each kind, a group of two, one whose service is dead, one whose port is taken.
 * - `branch`: one tunnel. It is started again, then frozen while visitors come, and then gone for good.
 * - `flapper`: one tunnel. It is gone and back, again and again.
 * - `stranger`: its token is wrong, and it tries again and again.
 * - `kiosk`: one tunnel.
 */
export class ObservedFrp implements AsyncDisposable {
  /** Where both agents serve /metrics. */
  readonly metricsPorts: readonly [number, number];
  readonly #programs: string;
  readonly #free: number[];
  readonly #files = temporaryFolder();
  readonly #ports = new Map<string, number>();
  readonly #nodes = new Map<string, FrpNode>();
  readonly #cleanUps: (() => unknown)[] = [];
  readonly #ended = new AbortController();
  readonly #backgrounds: Promise<void>[] = [];
  #other: FrpOtel | undefined;

  /** @param env of the agents: where what they see goes */
  static async start(programs: string, env: Readonly<Record<string, string>>): Promise<ObservedFrp> {
    const observed = new ObservedFrp(programs, await freePorts(28));
    try {
      await observed.#open(env);
    } catch (error) {
      await observed[Symbol.asyncDispose]();
      throw error;
    }
    return observed;
  }

  private constructor(programs: string, free: number[]) {
    this.#programs = programs;
    this.#free = free;
    this.metricsPorts = [this.#port('metrics of one'), this.#port('metrics of other')];
  }

  /** All that frp can go through, once; visitors come from then on until the end. */
  async liveThrough(): Promise<void> {
    const [frps, office, branch] = [this.#node('frps'), this.#node('office'), this.#node('branch')];
    await frps.kill();
    await frps.start().line(/dashboard listen on/, 2);
    await office.line(/login to server success/, 2);
    await branch.kill();
    await branch.start().line(/start proxy success/, 2);
    this.#backgrounds.push(this.#visit(), this.#flap());

    this.#relay?.breakClientSide();
    await office.line(/login to server success/, 3);
    await this.#reload({ without: 'gone', with: this.#tunnel('late', this.#port('behind ssh')) });
    await office.line(/\[late\] start proxy success/);
    await this.#reload({ with: { name: 'nonsense', type: 'none' } });
    await this.#checked?.stop();
    await office.line(/\[checked\] health check failed/);
    await fetch(`http://127.0.0.1:${this.#port('frps api')}/api/serverinfo`);
    branch.signal('SIGSTOP');
    // One by one, the first of whom gets a connection that was there: what fails once only has not grown for Prometheus.
    const inVain: Promise<void>[] = [];
    for (let failed = 0; failed < 4; failed += 1) {
      inVain.push(visitDead(this.#port('branch')));
      if (failed > 0) await frps.line(/\[branch\] failed to get work connection/, failed);
    }
    await branch.kill();
    await Promise.all(inVain);
  }

  /** The other agent is no more, without a word. */
  async endOther(): Promise<void> {
    await this.#other?.end('SIGKILL');
  }

  /** What each frp has logged last, for who waits in vain. */
  get lastLines(): string {
    return Array.from(this.#nodes, ([name, node]) => `${name}:\n${node.lastLines}`).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#backgrounds);
    for (const cleanUp of this.#cleanUps.reverse()) await cleanUp();
    this.#files.remove();
  }

  #relay: Awaited<ReturnType<typeof startRelay>> | undefined;
  #checked: Awaited<ReturnType<typeof echo>> | undefined;

  async #open(env: Readonly<Record<string, string>>): Promise<void> {
    const allowPorts = [
      'ssh',
      'dead',
      'checked',
      'dns',
      'gone',
      'late',
      'pool',
      'branch',
      'flapper',
      'kiosk',
      'behind ssh',
    ].map((name) => ({
      single: this.#port(name),
    }));
    const frps = this.#start('frps', 'frps', {
      bindAddr: '127.0.0.1',
      bindPort: this.#port('frps'),
      proxyBindAddr: '127.0.0.1',
      vhostHTTPPort: this.#port('vhost'),
      webServer: { port: this.#port('frps api') },
      allowPorts,
      userConnTimeout: 1,
      ...TOKEN,
    });
    await frps.line(/dashboard listen on/);
    await this.#startClients();
    const probes = {
      targets: ['ssh', 'dead'].map((proxy) => ({ proxy, url: `tcp://127.0.0.1:${this.#port(proxy)}` })),
      intervalMillis: 1_000,
    };
    const [one, other] = this.metricsPorts;
    const settings = { maxClients: 10, recordClientInfo: true, alerts: { intervalMillis: 500 }, probes };
    const observed = ['frps', 'office', 'branch', 'flapper', 'stranger'];
    [, this.#other] = await Promise.all([
      this.#observe('one', one, env, observed, settings),
      this.#observe('other', other, env, ['frps', 'office', 'kiosk'], { maxProxies: 1 }),
    ]);
  }

  async #startClients(): Promise<void> {
    const service = await this.#uses(echo(this.#port('behind ssh')));
    this.#checked = await this.#uses(echo());
    const datagrams = await this.#uses(udpEcho());
    const site = await this.#uses(web({ keepAlive: false }));
    this.#relay = await this.#uses(startRelay(this.#port('frps')));
    const member = { ...GROUP, remotePort: this.#port('pool') };
    const proxies = [
      this.#tunnel('ssh', service.port),
      this.#tunnel('dead', this.#port('nobody')),
      { ...this.#tunnel('checked', this.#checked.port), healthCheck: HEALTH_CHECK },
      { ...this.#tunnel('dns', datagrams.port), type: 'udp' },
      { name: 'site', type: 'http', localPort: site.port, customDomains: ['site.example'] },
      { ...this.#tunnel('member-1', service.port), ...member },
      { ...this.#tunnel('member-2', service.port), ...member },
      this.#tunnel('gone', service.port),
    ];
    const taken = { ...this.#tunnel('taken', service.port), remotePort: this.#port('behind ssh') };
    const office = this.#client('office', { serverPort: this.#relay.port, proxies: [...proxies, taken] });
    await office.line(/start proxy success/, proxies.length);
    for (const name of ['branch', 'flapper', 'kiosk']) {
      await this.#client(name, { proxies: [this.#tunnel(name, service.port)] }).line(/start proxy success/);
    }
    const stranger = this.#client('stranger', { auth: { token: 'wrong' }, loginFailExit: false });
    await stranger.line(/token in login doesn't match/);
  }

  /** A round now and then: who comes through, who finds nobody, who stays. */
  async #visit(): Promise<void> {
    const staying = await Visitor.connect(this.#port('ssh')).catch(() => undefined);
    while (!this.#ended.signal.aborted) {
      // Whoever comes while frp is away is turned away.
      await Promise.allSettled([
        visit(this.#port('ssh'), 10_000),
        visit(this.#port('pool'), 1_000),
        visitDead(this.#port('dead')),
        exchangeDatagram(this.#port('dns'), 500),
        httpGet(this.#port('vhost'), 'site.example'),
        httpGet(this.#port('vhost'), 'nowhere.example'),
        staying?.exchange(100),
      ]);
      await this.#pause(ROUND_MILLIS);
    }
    await staying?.abort();
  }

  /** Down and up again, each long enough to be seen. */
  async #flap(): Promise<void> {
    const flapper = this.#node('flapper');
    while (!this.#ended.signal.aborted) {
      await flapper.kill();
      await this.#pause(DOWN_MILLIS);
      flapper.start();
      await this.#pause(UP_MILLIS);
    }
  }

  /** Over at once when all ends. */
  async #pause(millis: number): Promise<void> {
    await setTimeout(millis, undefined, { signal: this.#ended.signal }).catch(() => undefined);
  }

  async #reload(change: { readonly without?: string; readonly with: Config }): Promise<void> {
    const { configFile } = this.#node('office');
    const config = parse(readFileSync(configFile, 'utf8'));
    const kept = (config.proxies as Config[]).filter(({ name }) => name !== change.without);
    writeFileSync(configFile, stringify({ ...config, proxies: [...kept, change.with] }));
    await fetch(`http://127.0.0.1:${this.#port('office api')}/api/reload`);
  }

  #tunnel(name: string, localPort: number): Config {
    return { name, type: 'tcp', localPort, remotePort: this.#port(name) };
  }

  #client(name: string, config: Config): FrpNode {
    return this.#start(name, 'frpc', {
      serverAddr: '127.0.0.1',
      serverPort: this.#port('frps'),
      webServer: { port: this.#port(`${name} api`) },
      ...TOKEN,
      ...config,
    });
  }

  #start(name: string, program: 'frps' | 'frpc', config: Config): FrpNode {
    const node = new FrpNode({
      programs: this.#programs,
      folder: this.#files.path,
      // By its name one sees whose a config file is.
      name: name === program ? name : `${program}-${name}`,
      program,
      config,
    });
    this.#nodes.set(name, node);
    this.#cleanUps.push(() => node.kill());
    return node.start();
  }

  async #observe(
    name: string,
    port: number,
    env: Readonly<Record<string, string>>,
    observed: readonly string[],
    settings: object,
  ): Promise<FrpOtel> {
    const file = this.#files.write(`agent-${name}.json`, JSON.stringify({ ...scenarioOptions, ...settings }));
    const agent = new FrpOtel(
      [
        'observe',
        ...['--settings', file, '--server-name', 'frps.example', '--prometheus-port', `${port}`],
        ...['--state-directory', join(this.#files.path, name)],
        ...observed.flatMap((node) => ['--config', this.#node(node).configFile]),
      ],
      env,
    );
    this.#cleanUps.push(() => agent[Symbol.asyncDispose]());
    await agent.printed(/looks every/);
    return agent;
  }

  async #uses<Part extends { stop: () => unknown }>(started: Promise<Part>): Promise<Part> {
    const part = await started;
    this.#cleanUps.push(() => part.stop());
    return part;
  }

  #node(name: string): FrpNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`expected one of ${[...this.#nodes.keys()].join(', ')}, received ${name}`);
    return node;
  }

  /** The port of that name: the same one each time. */
  #port(name: string): number {
    const port = this.#ports.get(name) ?? this.#free.pop();
    if (port === undefined) throw new Error('expected fewer ports');
    this.#ports.set(name, port);
    return port;
  }
}
