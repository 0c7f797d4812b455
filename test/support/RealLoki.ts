import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveLoki } from '../../tools/loki.mjs';
import { freePorts } from '../../tools/scenarios/freePorts.mjs';
import { describeWithBuilt } from './describeWithBuilt.js';
import { waitUntil } from './waitUntil.js';

/** Not built for a test: it takes minutes. */
const found = await resolveLoki({ mayBuild: false }).catch((error: Error) => error);

/** Tests that need a Loki: skipped without one on a person's machine, failing in CI. */
export const describeWithLoki = (name: string, tests: () => void): void => describeWithBuilt(found, name, tests);

/** A log record as Loki has it: its labels, those of its stream and its structured metadata, after all stages of the query. */
export interface LokiLine {
  /** Nanoseconds since the Unix epoch. */
  readonly time: string;
  readonly line: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A real Loki with the config of the example, but on free ports of 127.0.0.1 and with an empty storage of its own. */
export class RealLoki implements AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;
  readonly #folder: string;
  #output = '';
  readonly #ended: Promise<void>;

  private constructor(file: string, folder: string, ports: Ports) {
    this.url = `http://127.0.0.1:${ports.http}`;
    this.#folder = folder;
    this.child = spawn(file, argsOf(folder, ports), { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.#ended = new Promise((resolve) => {
      this.child.once('error', () => resolve());
      this.child.once('close', () => resolve());
    });
  }

  /** Resolves when it answers `/ready`. */
  static async start(): Promise<RealLoki> {
    if (found instanceof Error) throw found;
    const [http = 0, grpc = 0] = await freePorts(2);
    const loki = new RealLoki(found.file, mkdtempSync(join(tmpdir(), 'frp-otel-loki-')), { http, grpc });
    try {
      await waitUntil(
        () => `Loki to be ready; it printed:\n${loki.#output}`,
        async () => {
          if (loki.child.exitCode !== null) throw new Error(`Loki ended:\n${loki.#output}`);
          const response = await fetch(`${loki.url}/ready`).catch(() => undefined);
          await response?.arrayBuffer();
          return response?.ok;
        },
        60_000,
      );
      return loki;
    } catch (error) {
      await loki[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * The lines of the last hour that a query selects, the newest first.
   *
   * @throws {Error} with Loki's own words where it does not take the query
   */
  async lines(query: string): Promise<readonly LokiLine[]> {
    const parameters = new URLSearchParams({ query, since: '1h', limit: '5000' });
    const { resultType, result } = await this.#get<QueryResult>(`query_range?${parameters}`);
    if (resultType !== 'streams') throw new Error(`expected lines, received a ${resultType}: ${query}`);
    return result
      .flatMap(({ stream, values }) => values.map(([time, line]) => ({ time, line, labels: stream })))
      .sort((one, other) => Number(BigInt(other.time) - BigInt(one.time)));
  }

  /** What streams are told apart by: all that can stand in `{}`. */
  async streamLabels(): Promise<readonly string[]> {
    return this.#get('labels?since=1h');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.#ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #get<Data>(path: string): Promise<Data> {
    const response = await fetch(`${this.url}/loki/api/v1/${path}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`Loki answered ${response.status}: ${text}`);
    return (JSON.parse(text) as { data: Data }).data;
  }
}

interface QueryResult {
  readonly resultType: string;
  readonly result: readonly {
    readonly stream: Readonly<Record<string, string>>;
    readonly values: readonly (readonly [time: string, line: string])[];
  }[];
}

interface Ports {
  readonly http: number;
  readonly grpc: number;
}

const CONFIG = fileURLToPath(new URL('../../examples/grafana/loki.yaml', import.meta.url));

/** Loki takes a flag before what its file says. */
const argsOf = (folder: string, { http, grpc }: Ports): readonly string[] => [
  `-config.file=${CONFIG}`,
  `-server.http-listen-port=${http}`,
  `-server.grpc-listen-port=${grpc}`,
  `-common.path-prefix=${folder}`,
  `-common.storage.filesystem.chunk-directory=${join(folder, 'chunks')}`,
  `-common.storage.filesystem.rules-directory=${join(folder, 'rules')}`,
  `-compactor.working-directory=${join(folder, 'compactor')}`,
  '-ingester.min-ready-duration=0s',
  '-log.level=warn',
];
