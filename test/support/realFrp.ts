import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { frpVersions, resolveFrp } from '../../tools/frp.mjs';
import { freePorts } from '../../tools/scenarios/freePorts.mjs';
import { waitUntil } from './waitUntil.js';

/** Where the real frps and frpc are; without them its tests say why they are skipped, and fail in CI. */
const found = await resolveFrp({ version: frpVersions[0] }).catch((error: Error) => error);

export const describeWithFrp = (name: string, tests: (folder: string) => void): void => {
  if (!(found instanceof Error)) {
    describe(name, () => tests(found.folder));
  } else if (process.env.CI === 'true') {
    throw found;
  } else {
    process.stderr.write(`skipped: ${name}: ${found.message}\n`);
    describe.skip(name, () => tests(''));
  }
};

/** A free port of 127.0.0.1 that no outgoing connection takes meanwhile. */
export const freePort = async (): Promise<number> => (await freePorts(1))[0] ?? 0;

/** An frps on loopback with its API on. */
export const frpsConfig = (ports: { bind: number; dashboard: number }): string => `bindAddr = "127.0.0.1"
bindPort = ${ports.bind}
proxyBindAddr = "127.0.0.1"
webServer.port = ${ports.dashboard}
`;

/** A tcp tunnel of an frpc. */
export const tunnelConfig = (name: string, localPort: number, remotePort: number): string => `
[[proxies]]
name = "${name}"
type = "tcp"
localPort = ${localPort}
remotePort = ${remotePort}
`;

/** A folder of its own for one test's files. */
export const temporaryFolder = (): {
  path: string;
  write: (name: string, text: string) => string;
  remove: () => void;
} => {
  const path = mkdtempSync(join(tmpdir(), 'frp-otel-e2e-'));
  return {
    path,
    write: (name, text) => {
      writeFileSync(join(path, name), text);
      return join(path, name);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
};

/** A real frps or frpc that a test started. */
export class RealFrp {
  readonly child: ChildProcess;
  #output = '';

  constructor(child: ChildProcess) {
    this.child = child;
  }

  /** Reads what it prints, as most programs do; its output is a pipe that fills otherwise. */
  read(): this {
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
    return this;
  }

  static start(folder: string, program: 'frps' | 'frpc', config: string): RealFrp {
    return RealFrp.startUnread(folder, program, config).read();
  }

  /** @param env added to the test's own */
  static startUnread(folder: string, program: 'frps' | 'frpc', config: string, env: NodeJS.ProcessEnv = {}): RealFrp {
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    return new RealFrp(
      spawn(join(folder, program), ['-c', config], { stdio: [...stdio], env: { ...process.env, ...env } }),
    );
  }

  /** Everything it printed, without colours. */
  get lines(): string[] {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC starts a colour code
    return this.#output.replace(/\x1b\[[\d;]*m/g, '').split('\n');
  }

  /** The first line that fits, once it is there. */
  line(pattern: RegExp): Promise<string> {
    return waitUntil(
      () => `a line like ${pattern}; so far: ${this.lines.join('\n')}`,
      () => this.lines.find((line) => pattern.test(line)),
    );
  }

  /** Ends it and waits for its end. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await exited;
  }
}

/** When a line was written, as frp has it: local time to the millisecond. */
export const timeOf = (line: string): number => new Date(line.slice(0, 23).replace(' ', 'T')).getTime();
