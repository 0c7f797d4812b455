import type { ChildProcess } from 'node:child_process';
import { FrpOptionsError } from '../config/FrpInstrumentationOptions.js';
import type { ExecutableNames } from '../frp/FrpRole.js';
import type { TargetId } from '../model/FrpSignal.js';
import { observeSpawn } from '../sources/children/observeSpawn.js';
import type { FrpSpawn } from '../sources/children/watchSpawns.js';
import { asObserved } from '../sources/givenFrp.js';
import { observeFrp } from '../sources/observeProcess.js';
import { observeRunning } from '../sources/processes/observeRunning.js';
import type { Observed, Observer } from './observe.js';
import { RecordedTargets } from './RecordedTargets.js';
import { type Observable, readObservable } from './readObservable.js';

/** A frp that is observed because the program said so, or spawned it. */
export interface FrpObserved {
  /** No two of one registration have the same. */
  readonly id: number;
  /** `frp.instance` of it, to find it in the snapshot; undefined while it is not known, and after its end. */
  readonly instance: string | undefined;
}

interface Entry extends FrpObserved {
  readonly key: string;
  child?: ChildProcess;
  observed?: Observed;
  isOver: boolean;
}

/** What of a program is observed: each frp once, by whatever way it is named. */
export class ProgramTargets {
  readonly #observer: Observer;
  readonly #names: ExecutableNames | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #recorded: RecordedTargets;
  #lastId = 0;

  constructor(observer: Observer, names: ExecutableNames | undefined) {
    this.#observer = observer;
    this.#names = names;
    this.#recorded = new RecordedTargets(observer);
  }

  /** A child process that may be frp or start one. */
  spawned(spawn: FrpSpawn): void {
    const key = `pid ${spawn.pid}`;
    const entry = this.#entries.get(key) ?? this.#open(key);
    if (entry.observed !== undefined) return;
    entry.child = spawn.child;
    const { guard } = this.#observer;
    this.#start(entry, (options) => observeSpawn(spawn, { ...options, guard }));
  }

  /** Children that still run: when this ends, the next one goes on with them. */
  get running(): readonly ChildProcess[] {
    return [...this.#entries.values()].flatMap(({ child }) => (child !== undefined && runs(child) ? [child] : []));
  }

  /** @throws FrpOptionsError when it is nothing that can be observed */
  observe(value: unknown): FrpObserved {
    const observable = readObservable(value, this.#names);
    const known = this.#entries.get(observable.key) ?? this.#foundOtherwise(observable);
    if (known === undefined) return this.#observe(observable);
    if (observable.kind === 'child') this.#takeOver(known, observable);
    return known;
  }

  /** @throws FrpOptionsError when it is not from `observe` */
  unobserve(observed: FrpObserved): void {
    const isEntry = typeof observed === 'object' && observed !== null && 'key' in observed && 'isOver' in observed;
    if (!isEntry) throw new FrpOptionsError('unobserve: expected what observe() gave');
    this.#close(observed as Entry);
  }

  /** @throws FrpOptionsError naming the field that is wrong */
  record(signal: unknown): void {
    this.#recorded.record(signal);
  }

  #observe(observable: Observable): FrpObserved {
    const entry = this.#open(observable.key);
    // Spawned in this turn by the program itself, it is found by that with all there is to know: by the end of the turn.
    queueMicrotask(
      this.#observer.guard(() => {
        if (!entry.isOver && entry.observed === undefined) this.#begin(entry, observable);
      }),
    );
    return entry;
  }

  #begin(entry: Entry, observable: Observable): void {
    switch (observable.kind) {
      case 'child': {
        const { child, pid } = observable;
        if (runs(child)) this.spawned({ child, pid, names: this.#names, seenFromStart: false });
        else this.#forget(entry); // there is nothing to see
        return;
      }
      case 'process':
        this.#start(entry, (options) => observeRunning(observable.frp, options));
        return;
      case 'given': {
        const given = asObserved(observable.frp);
        this.#start(entry, (options) => observeFrp(given, { ...options, hasRoom: () => true, onGone: () => {} }));
        return;
      }
      default:
        observable satisfies never;
    }
  }

  /** By its pid alone it is observed without its output. */
  #takeOver(entry: Entry, { child, pid, key }: Observable & { readonly kind: 'child' }): void {
    if (entry.child !== undefined || entry.key !== key || !runs(child) || child.stdout?.readable !== true) return;
    entry.observed?.release();
    delete entry.observed;
    this.spawned({ child, pid, names: this.#names, seenFromStart: false });
  }

  /** A process below a shell is found as the child that the shell is. */
  #foundOtherwise({ kind, ...observable }: Observable): Entry | undefined {
    const target = 'pid' in observable ? this.#observer.targetOf(observable.pid) : undefined;
    if (target === undefined) return undefined;
    return [...this.#entries.values()].find(({ observed }) => observed?.target === target);
  }

  #open(key: string): Entry {
    const { identityOf } = this.#observer;
    const entry: Entry = {
      id: this.#nextId(),
      key,
      isOver: false,
      get instance() {
        return this.observed && !this.isOver ? identityOf(this.observed.target)?.instance : undefined;
      },
    };
    this.#entries.set(key, entry);
    return entry;
  }

  #start(entry: Entry, start: Parameters<Observer['add']>[0]): void {
    entry.observed = this.#observer.add((options) =>
      start({
        ...options,
        onEnd: () => {
          options.onEnd();
          this.#forget(entry);
        },
      }),
    );
  }

  #close(entry: Entry): void {
    entry.observed?.release();
    this.#forget(entry);
  }

  #forget(entry: Entry): void {
    entry.isOver = true;
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
  }

  #nextId(): TargetId {
    this.#lastId += 1;
    return this.#lastId;
  }
}

const runs = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;
