import { randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type Checkpoint, type Checkpoints, setNewest } from './Checkpoints.js';
import { readOwnState } from './readOwnState.js';

const filePlace = z.object({
  device: z.number(), // an inode may be beyond what a double holds exactly: it is the same number each time
  inode: z.number(),
  offset: z.int().nonnegative(),
  fingerprint: z.string(),
  modified: z.number(),
});
const journalPlace = z.object({ cursor: z.string() });

/** The file's content. */
const state = z.object({
  version: z.literal(1),
  instanceId: z.uuid(),
  /** Told longest ago first. */
  logs: z.record(z.string(), z.union([filePlace, journalPlace])),
});
type State = z.infer<typeof state>;

/** Checkpoints in one file, which is replaced as a whole: a crash leaves the one before or the one after. */
export class FileCheckpoints implements Checkpoints {
  readonly instanceId: string;
  readonly #folder: string;
  readonly #file: string;
  /** What this run has handed on, delivered or not. */
  readonly #told: Map<string, Checkpoint>;
  /** What is to be on the disk, and the how-manieth it was that was told. */
  readonly #delivered: Map<string, Checkpoint>;
  readonly #orders = new Map<string, number>();
  readonly #unsettled = new Set<Promise<void>>();
  #order = 0;
  #fault: string | undefined;
  #writing: Promise<void> | undefined;
  /** The write after the one under way: it takes all that is set meanwhile. */
  #next: Promise<void> | undefined;

  private constructor(folder: string, { instanceId, logs }: State, fault: string | undefined) {
    this.instanceId = instanceId;
    this.#folder = folder;
    this.#file = fileIn(folder);
    this.#told = new Map(Object.entries(logs));
    this.#delivered = new Map(this.#told);
    this.#fault = fault;
  }

  /** @throws the system's error, where there is a file that cannot be read */
  static open(folder: string): FileCheckpoints {
    const file = fileIn(folder);
    const kept = readState(file);
    if (kept === undefined) {
      const first = new FileCheckpoints(folder, newState(), undefined);
      void first.#write(); // who it is stays the same from now on
      return first;
    }
    if (kept !== 'corrupt') return new FileCheckpoints(folder, kept, undefined);
    renameSync(file, `${file}.corrupt`);
    const fault = `${file} made no sense and was set aside as ${file}.corrupt`;
    return new FileCheckpoints(folder, newState(), fault);
  }

  get fault(): string | undefined {
    return this.#fault;
  }

  get(path: string): Checkpoint | undefined {
    return this.#told.get(path);
  }

  set(path: string, checkpoint: Checkpoint, delivered: Promise<boolean> = Promise.resolve(true)): Promise<void> {
    setNewest(this.#told, path, checkpoint);
    this.#order += 1;
    const done = this.#save(path, checkpoint, delivered, this.#order);
    this.#unsettled.add(done);
    return done.finally(() => this.#unsettled.delete(done));
  }

  /** Resolves when nothing is left to be written, and all that was told is delivered or was given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#unsettled);
    await this.#write();
  }

  async #save(path: string, checkpoint: Checkpoint, delivered: Promise<boolean>, order: number): Promise<void> {
    if (!(await delivered.catch(() => false))) return;
    if (order < (this.#orders.get(path) ?? 0)) return; // a later one was faster
    setNewest(this.#orders, path, order);
    setNewest(this.#delivered, path, checkpoint);
    await this.#write();
  }

  /** One at a time; what is set during one is written by the next. */
  #write(): Promise<void> {
    if (this.#writing === undefined) {
      this.#writing = this.#tryWrite().finally(() => {
        this.#writing = undefined;
      });
      return this.#writing;
    }
    this.#next ??= this.#writing.then(() => {
      this.#next = undefined;
      return this.#write();
    });
    return this.#next;
  }

  async #tryWrite(): Promise<void> {
    const kept: State = { version: 1, instanceId: this.instanceId, logs: Object.fromEntries(this.#delivered) };
    try {
      await replaceFile(this.#folder, this.#file, JSON.stringify(kept));
      this.#fault = undefined;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      this.#fault = `${this.#file} cannot be written (${code ?? 'unknown fault'}): make room, and see that this user may write there`;
    }
  }
}

const fileIn = (folder: string): string => join(folder, 'checkpoints.json');

const newState = (): State => ({ version: 1, instanceId: randomUUID(), logs: {} });

/** Undefined where there is none yet. */
const readState = (file: string): State | 'corrupt' | undefined => {
  let text: string;
  try {
    text = readOwnState(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return state.parse(JSON.parse(text));
  } catch {
    return 'corrupt';
  }
};

/** The content is on the disk before the name is, and the name before this resolves. */
const replaceFile = async (folder: string, file: string, content: string): Promise<void> => {
  const written = `${file}.new`;
  await rm(written, { force: true }); // what a crash left
  try {
    await withOpen(written, 'wx', async (handle) => {
      await handle.writeFile(content);
      await handle.sync();
    });
    await rename(written, file);
  } catch (error) {
    await rm(written, { force: true }).catch(() => {}); // a full disk: what is half written is in the way
    throw error;
  }
  await withOpen(folder, 'r', (handle) => handle.sync());
};

type Opened = Awaited<ReturnType<typeof open>>;

const withOpen = async (path: string, flags: string, use: (handle: Opened) => Promise<void>): Promise<void> => {
  const handle = await open(path, flags, 0o600);
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
};
