import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import { spawnFrp } from '../../../tools/scenarios/spawnFrp.mjs';
import { waitUntil } from '../../support/waitUntil.js';

interface FrpNodeOptions {
  /** The folder of frps and frpc. */
  readonly programs: string;
  /** For its config and its log. */
  readonly folder: string;
  /** Of its config file, without `.toml`. */
  readonly name: string;
  readonly program: 'frps' | 'frpc';
  readonly config: Readonly<Record<string, unknown>>;
  readonly maxOpenFiles?: number;
}

/** A real frps or frpc that logs to a file, and may be started again with the same config, as a service manager does. */
export class FrpNode implements AsyncDisposable {
  readonly configFile: string;
  readonly #options: FrpNodeOptions;
  readonly #logFile: string;
  #child: ChildProcess | undefined;

  constructor(options: FrpNodeOptions) {
    const { folder, name, config } = options;
    this.#options = options;
    this.configFile = join(folder, `${name}.toml`);
    this.#logFile = join(folder, `${name}.log`);
    writeFileSync(this.configFile, stringify({ ...config, log: { to: this.#logFile } }));
  }

  start(): this {
    const { programs, folder, name, program, maxOpenFiles } = this.#options;
    this.#child = spawnFrp(join(programs, program), `${name}.toml`, { cwd: folder, maxOpenFiles });
    this.#child.stdout?.resume();
    return this;
  }

  /** Resolves when so many of its lines fit, over its restarts. */
  async line(pattern: RegExp, count = 1): Promise<void> {
    await waitUntil(
      () => `${count} lines of ${this.#options.name} like ${pattern}; so far:\n${this.#log()}`,
      () =>
        this.#log()
          .split('\n')
          .filter((line) => pattern.test(line)).length >= count,
    );
  }

  /** What it has logged last. */
  get lastLines(): string {
    return this.#log().split('\n').slice(-6).join('\n');
  }

  /** A process that is stopped is there, and answers nobody. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  /** Ends it and waits for its end. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  #log(): string {
    return existsSync(this.#logFile) ? readFileSync(this.#logFile, 'utf8') : '';
  }
}
