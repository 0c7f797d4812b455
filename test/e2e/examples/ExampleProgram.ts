import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../../support/waitUntil.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MARK = 'FRP_OTEL_EXAMPLE';
let count = 0;

/**
 * A program of examples/ that a test started: in a copy of its folder, where it can import what its package.json names and no
 * more, with nothing of the test's own environment but PATH.
 */
export class ExampleProgram implements AsyncDisposable {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly #folder = mkdtempSync(join(tmpdir(), 'frp-otel-example-'));
  readonly #mark = `${process.pid}-${count++}`;
  readonly #ended: Promise<number | NodeJS.Signals | null>;

  constructor(name: string, env: Readonly<Record<string, string>>) {
    cpSync(join(ROOT, 'examples', name), this.#folder, { recursive: true });
    const { dependencies } = JSON.parse(readFileSync(join(this.#folder, 'package.json'), 'utf8'));
    for (const [dependency, version] of Object.entries(dependencies)) {
      const place = join(this.#folder, 'node_modules', dependency);
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(version === 'file:../..' ? ROOT : join(ROOT, 'node_modules', dependency), place);
    }
    this.child = spawn(process.execPath, ['main.mjs'], {
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, ...env, [MARK]: this.#mark },
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#ended = new Promise((resolve) => this.child.once('close', (code, signal) => resolve(signal ?? code)));
  }

  /** Resolves with the line when it printed one like this. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return waitUntil(
      () => `${pattern} to be printed; so far: ${this.stdout}${this.stderr}`,
      () => {
        const found = pattern.exec(this.stdout);
        if (found === null && this.child.exitCode !== null) throw new Error(`it ended: ${this.stdout}${this.stderr}`);
        return found ?? undefined;
      },
    );
  }

  /** The processes that it started and that are there, frpc among them: by the environment that they have from it. */
  get started(): string[] {
    return readdirSync('/proc').filter((entry) => {
      try {
        const isIts = readFileSync(`/proc/${entry}/environ`, 'utf8').includes(`${MARK}=${this.#mark}\0`);
        return isIts && entry !== String(this.child.pid);
      } catch {
        return false; // not a process, or one that has ended
      }
    });
  }

  /** Its exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals | null> {
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    for (const pid of this.started) process.kill(Number(pid), 'SIGKILL'); // frpc has its stderr: it would stay open
    await this.#ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
