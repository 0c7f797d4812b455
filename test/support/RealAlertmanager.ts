import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from './RealPrometheus.js';
import { freePort } from './realFrp.js';
import { waitUntil } from './waitUntil.js';

/** Tests that need Alertmanager: skipped without it on a person's machine, failing in CI. */
export const describeWithAlertmanager = (name: string, tests: () => void): void =>
  describeWith(['prometheus-alertmanager'], name, tests);

/** An alert as Alertmanager's API has it. */
export interface HeldAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

/**
 * An Alertmanager of its own: on a free port of 127.0.0.1, with a folder of its own, no cluster.
 *
 * What it has told to whom is on its disk only after an orderly end, or once in its maintenance interval: one that was killed
 * between tells again what it had told. The interval is one second here.
 */
export class RealAlertmanager implements AsyncDisposable {
  readonly url: string;
  readonly #folder: string;
  readonly #arguments: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #output = '';

  /** @param config the text of its configuration; @param env added to the test's own */
  static async start(config: string, env: NodeJS.ProcessEnv = {}): Promise<RealAlertmanager> {
    const started = new RealAlertmanager(config, await freePort(), env);
    await started.start();
    return started;
  }

  private constructor(config: string, port: number, env: NodeJS.ProcessEnv) {
    this.url = `http://127.0.0.1:${port}`;
    this.#env = env;
    this.#folder = mkdtempSync(join(tmpdir(), 'frp-otel-alertmanager-'));
    const file = join(this.#folder, 'alertmanager.yml');
    writeFileSync(file, config);
    this.#arguments = [
      `--config.file=${file}`,
      `--storage.path=${join(this.#folder, 'data')}`,
      '--data.maintenance-interval=1s',
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ];
  }

  /** Where it keeps what it has told. */
  get notificationLog(): string {
    return join(this.#folder, 'data', 'nflog');
  }

  /** Starts it, again after an end: on the same port, with what it had kept. */
  async start(): Promise<void> {
    const child = spawn('prometheus-alertmanager', this.#arguments, {
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.#env },
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    await waitUntil(
      () => `Alertmanager to be ready at ${this.url}; it printed:\n${this.#output}`,
      async () => {
        if (child.exitCode !== null) throw new Error(`Alertmanager ended with ${child.exitCode}:\n${this.#output}`);
        return await fetch(`${this.url}/-/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
      },
    );
  }

  /** What it printed so far. */
  get output(): string {
    return this.#output;
  }

  /** The alerts that it holds. */
  async alerts(): Promise<readonly HeldAlert[]> {
    const answer = await fetch(`${this.url}/api/v2/alerts`);
    return (await answer.json()) as HeldAlert[];
  }

  /** A number of its own metrics that has no labels. */
  async metric(name: string): Promise<number> {
    const page = await (await fetch(`${this.url}/metrics`)).text();
    const value = page.split('\n').find((line) => line.startsWith(`${name} `));
    if (value === undefined) throw new Error(`Alertmanager has no metric ${name}`);
    return Number(value.slice(name.length));
  }

  /** Ends it and waits for its end; its folder stays. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
