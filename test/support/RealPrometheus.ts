import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from '@jest/globals';
import { freePort } from './realFrp.js';
import { waitUntil } from './waitUntil.js';

/** Programs of Debian's packages prometheus and prometheus-alertmanager. */
type Program = 'prometheus' | 'promtool' | 'prometheus-alertmanager' | 'amtool';

const isMissing = (program: Program): boolean => spawnSync(program, ['--version']).error !== undefined;

const missingOf = (name: string, programs: readonly Program[]): boolean => {
  const missing = programs.filter(isMissing);
  if (missing.length === 0) return false;
  const reason = `${name}: ${missing.join(', ')} missing (Debian packages prometheus, prometheus-alertmanager)`;
  if (process.env.CI === 'true') throw new Error(reason);
  process.stderr.write(`skipped: ${reason}\n`);
  return true;
};

/** Tests that need these programs: skipped without them on a person's machine, failing in CI. */
export const describeWith = (programs: readonly Program[], name: string, tests: () => void): void =>
  missingOf(name, programs) ? describe.skip(name, tests) : describe(name, tests);

/** As above, for one test. */
export const itWith = (programs: readonly Program[], name: string, test: () => Promise<void> | void): void =>
  missingOf(name, programs) ? it.skip(name, test) : it(name, test);

/** What a program of theirs says: its exit code, and what it printed. */
export const outputOf = (
  program: Program,
  args: readonly string[],
  cwd?: string,
): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', ...(cwd !== undefined && { cwd }) });
  return { status, output: `${stdout}${stderr}` };
};

export interface PrometheusSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface PrometheusAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
  readonly activeAt: string;
  readonly value: string;
}

interface PrometheusStart {
  /** The text of prometheus.yml. Relative paths in it are of `files`. */
  readonly config: string;
  /** Beside prometheus.yml: text by relative path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Beside prometheus.yml: absolute path of a file to copy, by relative path. */
  readonly copies?: Readonly<Record<string, string>>;
  /** `--web.enable-remote-write-receiver`, … */
  readonly args?: readonly string[];
  /** To come back at the same place with the same data: those of one that was ended. */
  readonly port?: number;
  readonly folder?: string;
}

/** A real Prometheus on a free port of 127.0.0.1, with an empty storage of its own. */
export class RealPrometheus implements AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** prometheus.yml, the files beside it, and `data/`. Goes away with the disposal. */
  readonly folder: string;
  readonly child: ChildProcess;
  #output = '';
  readonly #ended: Promise<void>;

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.child = child;
    this.folder = folder;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.#ended = new Promise((resolve) => {
      child.once('error', () => resolve());
      child.once('close', () => resolve());
    });
  }

  /** Resolves when it answers `/-/ready`. */
  static async start({
    config,
    files = {},
    copies = {},
    args = [],
    ...again
  }: PrometheusStart): Promise<RealPrometheus> {
    const port = again.port ?? (await freePort());
    const folder = again.folder ?? mkdtempSync(join(tmpdir(), 'frp-otel-prometheus-'));
    const place = (name: string): string => {
      const file = join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      return file;
    };
    for (const [name, text] of Object.entries({ ...files, 'prometheus.yml': config })) writeFileSync(place(name), text);
    for (const [name, from] of Object.entries(copies)) copyFileSync(from, place(name));
    const child = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=info',
        ...args,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const prometheus = new RealPrometheus(child, folder, port);
    try {
      await waitUntil(
        () => `Prometheus to be ready; it printed:\n${prometheus.#output}`,
        async () => {
          if (!prometheus.#isRunning) throw new Error(`Prometheus ended; it printed:\n${prometheus.#output}`);
          return (await fetch(`${prometheus.url}/-/ready`).catch(() => undefined))?.ok;
        },
      );
    } catch (error) {
      await prometheus[Symbol.asyncDispose]();
      throw error;
    }
    return prometheus;
  }

  /** What it printed so far. */
  get output(): string {
    return this.#output;
  }

  get #isRunning(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The result of an instant query: now, or at this time (milliseconds since the Unix epoch). */
  async query(promql: string, at?: number): Promise<readonly PrometheusSample[]> {
    const time = at === undefined ? {} : { time: String(at / 1_000) };
    const { result } = await this.#get<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
      `query?${new URLSearchParams({ query: promql, ...time })}`,
    );
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** The alerts that are pending or firing. */
  async alerts(): Promise<readonly PrometheusAlert[]> {
    return (await this.#get<{ alerts: PrometheusAlert[] }>('alerts')).alerts;
  }

  /** Reads its config and rule files anew. */
  async reload(): Promise<void> {
    const before = this.#output.length;
    this.child.kill('SIGHUP');
    await waitUntil(
      () => `Prometheus to reload its config; it printed:\n${this.#output.slice(before)}`,
      () => /Completed loading of configuration file/.test(this.#output.slice(before)),
    );
  }

  /** Ends it and waits for its end; its folder stays, for another start. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#isRunning) this.child.kill(signal);
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #get<Data>(path: string): Promise<Data> {
    const answer = await fetch(`${this.url}/api/v1/${path}`);
    const body = (await answer.json()) as { status: string; error?: string; data: Data };
    if (body.status !== 'success') throw new Error(`${path}: ${body.error}; it printed:\n${this.#output}`);
    return body.data;
  }
}
