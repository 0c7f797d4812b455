import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, copyFileSync, openSync, renameSync, truncateSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OtlpSink } from '../support/OtlpSink.js';
import type { LogRecord } from '../support/otlpLogRecords.js';
import { temporaryFolder } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(120_000);

// frps rotates its log at midnight only, and a test can't wait for that: the lines are written here, in frps's format, as
// fast as a busy frps writes them.

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const LINES_PER_SECOND = 5_000;
const TICK_MILLIS = 20;

/** Writes numbered lines at a rate, as a program does that appends to its log. */
class Writer {
  readonly path: string;
  written = 0;
  #descriptor: number;
  #isStopped = false;
  readonly #timer: NodeJS.Timeout;

  constructor(path: string) {
    this.path = path;
    this.#descriptor = openSync(path, 'a');
    this.#timer = setInterval(() => this.#write((LINES_PER_SECOND * TICK_MILLIS) / 1000), TICK_MILLIS);
  }

  /** As frps does at midnight. */
  rotateByRename(name: string): void {
    renameSync(this.path, name);
    closeSync(this.#descriptor);
    this.#descriptor = openSync(this.path, 'a');
  }

  /** As logrotate does where a program keeps its file open. Nothing is written in between. */
  rotateByCopy(name: string): void {
    copyFileSync(this.path, name);
    truncateSync(this.path);
  }

  /** The second time it does nothing. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearInterval(this.#timer);
    closeSync(this.#descriptor);
  }

  #write(count: number): void {
    const time = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 23);
    const lines = Array.from(
      { length: count },
      () => `${time.replace('T', ' ')} [I] [proxy/proxy.go:204] [0123456789abcdef] [ssh] line ${++this.written}\n`,
    );
    writeSync(this.#descriptor, lines.join(''));
  }
}

const numberOf = ({ body }: LogRecord): number => Number(/line (\d+)$/.exec(String(body))?.[1]);

describe('the lines of a log file', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let sink: OtlpSink;
  let writer: Writer;
  let agent: ChildProcess | undefined;

  beforeEach(async () => {
    folder = temporaryFolder();
    sink = await OtlpSink.start();
  });

  afterEach(async () => {
    writer.stop();
    await end('SIGKILL');
    await sink.stop();
    folder.remove();
  });

  const start = (): void => {
    const log = `${folder.path}/frps.log`;
    const options = ['--log', log, '--role', 'server', '--state-directory', `${folder.path}/state`, '--no-prometheus'];
    agent = spawn(process.execPath, [CLI, 'observe', ...options], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '', OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_METRICS_EXPORTER: 'none' },
    });
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (agent === undefined || agent.exitCode !== null || agent.signalCode !== null) return;
    const exited = new Promise((resolve) => agent?.once('exit', resolve));
    agent.kill(signal);
    await exited;
  };
  const numbers = (): number[] => sink.logRecords.map(numberOf).filter((number) => !Number.isNaN(number));
  const arrived = (number: number): Promise<unknown> =>
    waitUntil(
      () => `line ${number} to arrive, the last is ${numbers().at(-1)}`,
      () => numbers().some((each) => each >= number),
      30_000,
    );
  const written = (number: number): Promise<unknown> =>
    waitUntil(`line ${number} to be written`, () => writer.written >= number, 30_000);

  /** What came of the lines from the first one that came to the last one written. */
  const judged = () => {
    const all = numbers();
    const counts = new Map<number, number>();
    for (const number of all) counts.set(number, (counts.get(number) ?? 0) + 1);
    const first = Math.min(...all);
    const missing: number[] = [];
    for (let number = first; number <= writer.written; number += 1) if (!counts.has(number)) missing.push(number);
    return { missing, repeated: [...counts].filter(([, count]) => count > 1).map(([number]) => number) };
  };

  it('are delivered exactly once over rotations by rename and by copy, and a restart of the agent in order', async () => {
    writer = new Writer(`${folder.path}/frps.log`);
    start();
    await arrived(1);
    await written(10_000);
    writer.rotateByRename(`${folder.path}/frps.20260102-000000.log`);
    await written(20_000);
    writer.rotateByCopy(`${folder.path}/frps.log.1`);
    await written(30_000);
    await end('SIGTERM');
    await written(35_000);
    writer.rotateByRename(`${folder.path}/frps.20260103-000000.log`);
    await written(40_000);
    start();
    await arrived(41_000);
    writer.stop();
    await arrived(writer.written);
    expect(judged()).toEqual({ missing: [], repeated: [] });
  });

  it('are all delivered where the agent was killed, and what is repeated has the same file and offset', async () => {
    writer = new Writer(`${folder.path}/frps.log`);
    start();
    await arrived(5_000);
    await end('SIGKILL');
    await written(15_000);
    start();
    await arrived(16_000);
    writer.stop();
    await arrived(writer.written);
    const { missing, repeated } = judged();
    expect(missing).toEqual([]);
    const places = new Map<number, Set<string>>();
    for (const record of sink.logRecords) {
      const { 'log.file.path': path, 'log.file.record_offset': offset } = record.attributes;
      const number = numberOf(record);
      if (Number.isNaN(number)) continue;
      places.set(number, (places.get(number) ?? new Set()).add(`${path}:${offset}`));
    }
    for (const number of repeated) expect(places.get(number)?.size).toBe(1);
    expect(new Set([...places.values()].flatMap((all) => [...all])).size).toBe(places.size); // each line has its own
  });
});
