import { type ChildProcess, execFileSync } from 'node:child_process';
import { closeSync, copyFileSync, openSync, readFileSync, realpathSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { FrpSignal } from '../../src/model/FrpSignal.js';
import type { FrpSpawn } from '../../src/sources/children/watchSpawns.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/frp-0.71.0', import.meta.url));

/** The lines that the real frp wrote, with its colours. */
export const fixture = (name: string): string => readFileSync(path.join(FIXTURES, name), 'utf8');

/** frp's colours removed, the way the log source gives a line on. */
export const plainLines = (text: string): string[] => stripVTControlCharacters(text).split('\n').filter(Boolean);

/**
 * A stand-in for frp: the shell's own binary under frp's name, so that the kernel knows it as frpc. Its first argument is
 * the script that it runs; what follows are frp's arguments.
 */
export const copyShellAs = (folder: string, name: string): string => {
  const file = path.join(folder, name);
  copyFileSync(realpathSync('/bin/sh'), file);
  return file;
};

export const writeFile = (folder: string, name: string, text: string, mode = 0o644): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text, { mode });
  return file;
};

/** Prints each line that it is sent, and leaves with `exit CODE`, without ever starting another process. */
const OBEDIENT = `while IFS= read -r line; do
  case "$line" in
    'exit '*) exit "\${line#exit }" ;;
    *) printf '%s\\n' "$line" ;;
  esac
done`;

/** A script for {@link copyShellAs} that obeys what is written to its stdin. */
export const writeObedientScript = (folder: string): string => writeFile(folder, 'obey.sh', OBEDIENT);

/** The same, obeying a FIFO, so that it can outlive whoever started it. */
export const writeFifoScript = (folder: string): { script: string; say: (line: string) => void } & Disposable => {
  const fifo = path.join(folder, 'orders');
  execFileSync('mkfifo', [fifo]);
  const descriptor = openSync(fifo, 'r+'); // both ends: neither side waits for the other
  return {
    script: writeFile(folder, 'obey-fifo.sh', `exec < '${fifo}'\n${OBEDIENT}`),
    say: (line) => void writeSync(descriptor, `${line}\n`),
    [Symbol.dispose]: () => closeSync(descriptor),
  };
};

/** Children that a test starts; those still there are killed by their pid when it is over. */
export class Children implements AsyncDisposable {
  readonly #children: ChildProcess[] = [];
  readonly #pids: number[] = [];

  add<Child extends ChildProcess>(child: Child): Child {
    this.#children.push(child);
    return child;
  }

  /** A process that is not a child of this one. */
  addPid(pid: number): void {
    this.#pids.push(pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of this.#pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGKILL');
        await exitOf(child);
      }),
    );
  }
}

/** Resolves when the child is gone, at once where it already is. */
export const exitOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

/** The child as the watcher tells of it. */
export const asSpawn = (child: ChildProcess): FrpSpawn => {
  if (child.pid === undefined) throw new Error(`expected ${child.spawnfile} to have been started`);
  return { child, pid: child.pid };
};

export type SignalOf<Kind extends FrpSignal['kind']> = Extract<FrpSignal, { readonly kind: Kind }>;

/** Collects what sources emit. */
export class SignalLog {
  readonly all: FrpSignal[] = [];
  readonly emit = (signal: FrpSignal): void => void this.all.push(signal);

  of<Kind extends FrpSignal['kind']>(kind: Kind): SignalOf<Kind>[] {
    return this.all.filter((signal): signal is SignalOf<Kind> => signal.kind === kind);
  }

  /** Each report of a source, in order. */
  reports(source: SignalOf<'source.changed'>['source']): [state: string, reason: string | undefined][] {
    return this.of('source.changed')
      .filter((signal) => signal.source === source)
      .map(({ state, reason }) => [state, reason]);
  }

  texts(): string[] {
    return this.of('log.line').map(({ text }) => text);
  }
}
