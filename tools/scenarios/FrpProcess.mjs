import { until } from './until.mjs';

/** A real frps or frpc of a scenario, its output read as it comes. */
export class FrpProcess {
  #output = '';

  /**
   * @param {string} name `frps`, `frpc`, `frpc2`
   * @param {'frps' | 'frpc'} program
   * @param {import('node:child_process').ChildProcess} child with its stdout as a pipe
   */
  constructor(name, program, child) {
    this.name = name;
    this.program = program;
    this.child = child;
    child.stdout?.on('data', (/** @type {Buffer} */ chunk) => {
      this.#output += chunk.toString('utf8');
    });
    this.closed = new Promise((resolve) => child.once('close', resolve));
  }

  /** Everything it printed, as it came. */
  get output() {
    return this.#output;
  }

  get isRunning() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /**
   * Waits for a line.
   *
   * @param {RegExp} pattern
   * @param {{ count?: number, withinMillis?: number }} [options] so many of them
   */
  async line(pattern, { count = 1, withinMillis } = {}) {
    await until(
      `${count} of ${pattern} in the log of ${this.name}`,
      () => this.#output.split('\n').filter((line) => pattern.test(line)).length >= count,
      { withinMillis },
    );
  }

  /** Stops it as a machine that hangs does: it is there, and answers nobody. */
  freeze() {
    this.child.kill('SIGSTOP');
  }

  thaw() {
    this.child.kill('SIGCONT');
  }

  /**
   * Ends it, and waits until its last line is read.
   *
   * @param {NodeJS.Signals} signal
   */
  async end(signal) {
    if (this.isRunning) this.child.kill(signal);
    await this.closed;
  }
}
