import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { temporaryFolder } from './realFrp.js';

const MOUNT = 'mount -t tmpfs -o "size=$1" tmpfs "$2"';

const mounting = (namespace: readonly string[]): string | undefined => {
  const files = temporaryFolder();
  try {
    const command = [...namespace, 'sh', '-c', MOUNT, 'sh', '1m', files.path];
    const { status, stderr, error } = spawnSync('unshare', command, { encoding: 'utf8' });
    return status === 0 ? undefined : (error?.message ?? stderr.trim());
  } finally {
    files.remove();
  }
};

/** In a user namespace of his own anybody may mount, where the system lets him have one; elsewhere root. */
const NAMESPACES = [['--map-root-user', '--mount'], ['--mount']];
const faults = NAMESPACES.map(mounting);
const namespace = NAMESPACES[faults.indexOf(undefined)];

/** Tests that need a disk of their own: skipped where nobody may mount one on a person's machine, failing in CI. */
export const describeWithSmallDisk = (name: string, tests: () => void): void => {
  const reason = faults.join('; ');
  if (namespace !== undefined) {
    describe(name, tests);
  } else if (process.env.CI === 'true') {
    throw new Error(`${name}: no disk of its own: ${reason}`);
  } else {
    process.stderr.write(`skipped: ${name}: no disk of its own: ${reason}\n`);
    describe.skip(name, tests);
  }
};

/** A disk in memory of a few MiB, which a test can fill. It goes away with the process that has mounted it. */
export class SmallDisk implements AsyncDisposable {
  /** Where every process of this user finds it. */
  readonly path: string;
  readonly #holder: ChildProcess;
  readonly #files: ReturnType<typeof temporaryFolder>;

  static async start(size = '2m'): Promise<SmallDisk> {
    const files = temporaryFolder();
    const holder = spawn('unshare', [
      ...(namespace ?? []),
      'sh',
      '-c',
      `${MOUNT} && echo mounted && exec cat`,
      'sh',
      size,
      files.path,
    ]);
    const said = await Promise.race([once(holder.stdout, 'data'), once(holder, 'close')]);
    const disk = new SmallDisk(holder, files);
    if (String(said[0]) === 'mounted\n') return disk;
    await disk[Symbol.asyncDispose]();
    throw new Error(`expected a disk of ${size} to be mounted; unshare ended with ${said[0]}`);
  }

  private constructor(holder: ChildProcess, files: ReturnType<typeof temporaryFolder>) {
    this.#holder = holder;
    this.#files = files;
    // Mounts of another namespace are seen through a process that is in it.
    this.path = join('/proc', String(holder.pid), 'root', files.path);
  }

  /** What can still be written. */
  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }

  /** Takes all that is left of it, as the log of another program would. */
  fill(): void {
    const file = openSync(this.#ballast, 'w');
    try {
      while (this.freeBytes > 0) writeSync(file, Buffer.alloc(4_096));
    } finally {
      closeSync(file);
    }
  }

  /** Gives that back. */
  makeRoom(): void {
    rmSync(this.#ballast);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#holder.exitCode === null && this.#holder.signalCode === null) {
      const closed = once(this.#holder, 'close');
      this.#holder.kill('SIGKILL');
      await closed;
    }
    this.#files.remove();
  }

  get #ballast(): string {
    return join(this.path, 'ballast');
  }
}
