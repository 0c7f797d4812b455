import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { RealOtelcol } from '../../support/RealOtelcol.js';
import { RealPrometheus } from '../../support/RealPrometheus.js';
import { type ExpectedSeries, HostFeed } from './HostFeed.js';
import { hastened, hastenedText } from './hastened.js';
import { TcpBalancer } from './TcpBalancer.js';

const shipped = (name: string): string => fileURLToPath(new URL(`../../../collector-config/${name}`, import.meta.url));

const HOSTS = ['paris', 'oslo'];
const GATEWAYS = 2;
const TOKEN = 'the-token-of-this-tier';
const PUSH_MILLIS = 15_000;
/** As Prometheus has it by itself: how long a series goes on that nobody writes any more. */
const LOOKBACK_MILLIS = 300_000;
/** The Collector's own pauses between two attempts and its limit of them, where agent.yaml does not set others. */
const RETRY_DEFAULTS = 'yaml:exporters::otlp_http::retry_on_failure: {max_interval: 30s, max_elapsed_time: 5m}';

/**
 * Two hosts, each with its feed and its agent, a plain TCP balancer, two gateways behind it, and the Prometheus that they write to: all of
 * it the shipped files, on loopback, with every time that is set in them a twentieth of what it is.
 */
export class GatewayTier implements AsyncDisposable {
  readonly feeds: readonly HostFeed[];
  balancer!: TcpBalancer;
  prometheus!: RealPrometheus;
  readonly #folder = mkdtempSync(join(tmpdir(), 'frp-otel-gateway-'));
  readonly #agents: RealOtelcol[] = [];
  readonly #gateways: RealOtelcol[] = [];
  #feeding: Promise<unknown> | undefined;
  #isFeeding = false;

  /** Resolves when all of it is ready. */
  static async start(): Promise<GatewayTier> {
    const tier = new GatewayTier();
    try {
      tier.prometheus = await startPrometheus();
      for (let nth = 0; nth < GATEWAYS; nth += 1) tier.#gateways.push(await tier.#startGateway());
      tier.balancer = await TcpBalancer.start(tier.#gateways.map(({ ports }) => ports.http));
      for (const host of HOSTS) tier.#agents.push(await tier.#startAgent(host));
      return tier;
    } catch (error) {
      await tier[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor() {
    this.feeds = HOSTS.map(
      (host, index) => new HostFeed(host, async (message) => this.#agents[index]?.send('metrics', message)),
    );
  }

  /** What all hosts pushed. */
  get expected(): readonly ExpectedSeries[] {
    return this.feeds.flatMap(({ expected }) => expected);
  }

  /** Every host pushes at its interval, until it is told to stop. */
  feed(): void {
    this.#isFeeding = true;
    this.#feeding = Promise.all(
      this.feeds.map(async (feed) => {
        while (this.#isFeeding) {
          await feed.push();
          await new Promise((resolve) => setTimeout(resolve, hastened(PUSH_MILLIS)));
        }
      }),
    );
  }

  async stopFeeding(): Promise<void> {
    this.#isFeeding = false;
    await this.#feeding;
  }

  /** As if its machine lost its power: nothing is flushed, nothing is ended in order. */
  async killGateway(index: number): Promise<void> {
    await this.#gateways[index]?.end('SIGKILL');
  }

  async restartGateway(index: number): Promise<void> {
    this.#gateways[index] = await this.#startGateway(this.#gateways[index]?.ports);
  }

  /** Its queue on disk is what it finds again. Not while it is being fed: whether the last push was taken would not be known. */
  async killAgent(index: number): Promise<void> {
    await this.#agents[index]?.end('SIGKILL');
    this.#agents[index] = await this.#startAgent(HOSTS[index] ?? '', this.#agents[index]?.ports);
  }

  async restartPrometheus(): Promise<void> {
    const { port, folder } = this.prometheus;
    this.prometheus = await startPrometheus({ port, folder });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopFeeding().catch(() => {});
    for (const part of [...this.#agents, this.balancer, ...this.#gateways, this.prometheus])
      await part?.[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A copy of a shipped file in which time runs as it does here. */
  #hastened(name: string): string {
    const file = join(this.#folder, name);
    writeFileSync(file, hastenedText(readFileSync(shipped(name), 'utf8')));
    return file;
  }

  #startGateway(ports?: RealOtelcol['ports']): Promise<RealOtelcol> {
    return RealOtelcol.start({
      configs: [this.#hastened('gateway.yaml')],
      env: { OTELCOL_REMOTE_WRITE_URL: `${this.prometheus.url}/api/v1/write`, OTELCOL_TOKEN: TOKEN },
      ...(ports && { ports }),
    });
  }

  #startAgent(host: string, ports?: RealOtelcol['ports']): Promise<RealOtelcol> {
    return RealOtelcol.start({
      configs: [hastenedText(RETRY_DEFAULTS), this.#hastened('agent.yaml')],
      env: {
        OTELCOL_GATEWAY_URL: this.balancer.url,
        OTELCOL_TOKEN: TOKEN,
        OTELCOL_STORAGE: join(this.#folder, host),
        OTELCOL_FRPS_LOG: join(this.#folder, 'no.log'),
        OTELCOL_FRPC_LOG: join(this.#folder, 'no.log'),
      },
      ...(ports && { ports }),
    });
  }
}

/** Nobody is scraped, and nobody told: only what is written to it counts. */
const startPrometheus = (again: { port?: number; folder?: string } = {}): Promise<RealPrometheus> => {
  const text = hastenedText(readFileSync(shipped('prometheus/prometheus.yml'), 'utf8'));
  const { scrape_configs, alerting, ...config } = parse(text);
  return RealPrometheus.start({
    config: stringify(config),
    files: { 'frp-rules.yml': hastenedText(readFileSync(shipped('prometheus/frp-rules.yml'), 'utf8')) },
    args: ['--web.enable-remote-write-receiver', `--query.lookback-delta=${hastened(LOOKBACK_MILLIS)}ms`],
    ...again,
  });
};
