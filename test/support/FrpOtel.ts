import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { waitUntil } from './waitUntil.js';

export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** Set by whoever runs the tests, and no part of what a test states. */
const AMBIENT = /^(OTEL_|FRP_OTEL_(?!CACHE_DIR)|NODE_OPTIONS$|STATE_DIRECTORY$|JEST_WORKER_ID$)/;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the order to end to the end. */
  readonly millis: number;
}

/** A `frp-otel` that a test started. */
export class FrpOtel implements AsyncDisposable {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly #ended: Promise<Omit<Ended, 'millis'>>;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}, stdin: StdioOptions = 'ignore') {
    const inherited = Object.entries(process.env).filter(([name]) => !AMBIENT.test(name));
    this.child = spawn(process.execPath, [MAIN, ...args], {
      stdio: [stdin as 'ignore', 'pipe', 'pipe'],
      env: { ...Object.fromEntries(inherited), ...env },
    });
    this.child.stdout?.setEncoding('latin1').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#ended = new Promise((resolve) => {
      this.child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  /** Resolves when it printed this. */
  async printed(pattern: RegExp): Promise<void> {
    await waitUntil(
      () => `${pattern} to be printed; so far: ${this.stdout}${this.stderr}`,
      () => pattern.test(this.stdout),
    );
  }

  /** Waits for its end. */
  async ended(): Promise<Ended> {
    const asked = performance.now();
    return { ...(await this.#ended), millis: performance.now() - asked };
  }

  /** Sends it a signal and waits for its end. */
  end(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal);
    return this.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.#ended;
  }
}
