import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { resolveOtelcol } from '../../tools/otelcol.mjs';
import { freePorts } from '../../tools/scenarios/freePorts.mjs';
import { describeWithBuilt } from './describeWithBuilt.js';
import { waitUntil } from './waitUntil.js';

/** Not built for a test: it takes minutes. */
const found = await resolveOtelcol({ mayBuild: false }).catch((error: Error) => error);

/** Tests that need a Collector: skipped without one on a person's machine, failing in CI. */
export const describeWithOtelcol = (name: string, tests: () => void): void => describeWithBuilt(found, name, tests);

const binary = (): string => {
  if (found instanceof Error) throw found;
  return found.file;
};

const configArgs = (configs: readonly string[]): string[] => configs.flatMap((config) => ['--config', config]);
const environment = (env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, ...env });

/** What `otelcol validate` says of these files: status 0 and no output when it would start with them. */
export const validateOtelcol = (
  configs: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(binary(), ['validate', ...configArgs(configs)], {
    encoding: 'utf8',
    env: environment(env),
  });
  return { status, output: `${stdout}${stderr}` };
};

interface Ports {
  readonly http: number;
  readonly grpc: number;
  readonly prometheus: number;
  readonly health: number;
  readonly own: number;
}

export interface OtelcolOptions {
  /** Files, or texts as `yaml:…`; a later one overrides what an earlier one has. The first must have a health check. */
  readonly configs: readonly string[];
  /** Its environment, with nothing of the test's own but PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it listens: those of one that ran before, for a restart. @default free ones */
  readonly ports?: Ports;
}

/**
 * A real Collector that a test started. Where it listens, its config must take from the variables that the files in
 * collector-config/ take it from; those that it has no use for are ignored.
 */
export class RealOtelcol implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly ports: Ports;
  output = '';
  readonly #ended: Promise<number | NodeJS.Signals | null>;

  /** Resolves when its health check answers that all its pipelines run. */
  static async start({ configs, env = {}, ports }: OtelcolOptions): Promise<RealOtelcol> {
    const started = new RealOtelcol(configs, env, ports ?? (await takePorts()));
    try {
      await started.#ready();
      return started;
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(configs: readonly string[], env: Readonly<Record<string, string>>, ports: Ports) {
    this.ports = ports;
    this.child = spawn(binary(), configArgs(configs), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment({
        OTELCOL_OTLP_HTTP: `127.0.0.1:${ports.http}`,
        OTELCOL_OTLP_GRPC: `127.0.0.1:${ports.grpc}`,
        OTELCOL_PROMETHEUS: `127.0.0.1:${ports.prometheus}`,
        OTELCOL_HEALTH: `127.0.0.1:${ports.health}`,
        OTELCOL_OWN_METRICS_PORT: `${ports.own}`,
        ...env,
      }),
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.#ended = new Promise((resolve) => this.child.once('close', (code, signal) => resolve(signal ?? code)));
  }

  get otlpUrl(): string {
    return `http://127.0.0.1:${this.ports.http}`;
  }

  /** Sends an OTLP message as JSON; resolves with the answer's status. */
  async send(
    signal: 'metrics' | 'logs' | 'traces',
    message: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    const response = await fetch(`${this.otlpUrl}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(message),
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** The page of its Prometheus exporter. */
  page(): Promise<string> {
    return textAt(`http://127.0.0.1:${this.ports.prometheus}/metrics`);
  }

  /** What it tells of itself, as a page of Prometheus. */
  ownPage(): Promise<string> {
    return textAt(`http://127.0.0.1:${this.ports.own}/metrics`);
  }

  /** Resolves when it printed this. */
  async printed(pattern: RegExp): Promise<void> {
    await waitUntil(
      () => `${pattern} to be printed; so far: ${this.output}`,
      () => pattern.test(this.output),
    );
  }

  /** Its exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals | null> {
    this.child.kill(signal);
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.#ended;
  }

  async #ready(): Promise<void> {
    await waitUntil(
      () => `the health check of the Collector; it printed: ${this.output}`,
      async () => {
        if (this.child.exitCode !== null) throw new Error(`the Collector ended: ${this.output}`);
        const response = await fetch(`http://127.0.0.1:${this.ports.health}/`).catch(() => undefined);
        await response?.arrayBuffer();
        return response?.ok;
      },
      30_000,
    );
  }
}

const takePorts = async (): Promise<Ports> => {
  const [http = 0, grpc = 0, prometheus = 0, health = 0, own = 0] = await freePorts(5);
  return { http, grpc, prometheus, health, own };
};

const textAt = async (url: string): Promise<string> => (await fetch(url)).text();
