import type { FrpEventSubject } from '../model/FrpEvent.js';
import type { FrpSignal, SourceKind } from '../model/FrpSignal.js';
import type { FrpSnapshot } from '../model/FrpSnapshot.js';
import { type Paint, renderInstance } from './renderInstance.js';
import { plainText } from './status/plainText.js';

/** Each source has had its first look by then, or is late enough for a line of its own. */
const SETTLE_MILLIS = 1_000;

/** What was said last of each source of an instance; none before its sources were shown together. */
type Said = Map<SourceKind, string>;

/** Says in words what is observed: each frp once with all its sources, then what changes. */
export class Announcer {
  readonly #snapshot: () => FrpSnapshot;
  readonly #say: (text: string) => void;
  readonly #paint: Paint;
  readonly #said = new Map<string, Said | undefined>();
  /** When each proxy was first probed; undefined once it is known, or said, whether any frp here has it. */
  readonly #probedAt = new Map<string, number | undefined>();

  constructor(snapshot: () => FrpSnapshot, say: (text: string) => void, paint: Paint) {
    this.#snapshot = snapshot;
    this.#say = say;
    this.#paint = paint;
  }

  /** Of how many frp it was said that they run. */
  get count(): number {
    return this.#said.size;
  }

  hear(signal: FrpSignal, { instance }: Pick<FrpEventSubject, 'instance'>): void {
    if (signal.kind === 'process.started') this.#expect(instance);
    else if (signal.kind === 'process.exited') this.#ended(instance, signal.exitSignal ?? signal.exitCode);
    else if (signal.kind === 'probe.ended') this.#probed(signal.proxy, signal.time);
    else if (signal.kind === 'source.changed') {
      const { source, state, reason } = signal;
      const said = this.#said.get(instance);
      if (said === undefined || said.get(source) === wordsOf({ state, reason })) return;
      said.set(source, wordsOf({ state, reason }));
      this.#say(`${plainText(instance)}: ${source}: ${this.#paint(state, plainText(wordsOf({ state, reason })))}`);
    }
  }

  /** Not by the first one: it may come before the proxies of all frp are known. */
  #probed(name: string, time: number): void {
    if (!this.#probedAt.has(name)) this.#probedAt.set(name, time);
    const first = this.#probedAt.get(name);
    if (first === undefined || first === time) return;
    this.#probedAt.set(name, undefined);
    const isKnown = this.#snapshot().instances.some(({ proxies }) => proxies.some((proxy) => proxy.name === name));
    if (!isKnown)
      this.#say(`probe: no frps and no frpc here has a proxy ${plainText(JSON.stringify(name))}: ${UNTOLD}`);
  }

  #expect(instance: string): void {
    this.#said.set(instance, undefined);
    setTimeout(() => this.#show(instance), SETTLE_MILLIS).unref();
  }

  #show(name: string): void {
    const instance = this.#snapshot().instances.find((each) => each.name === name);
    if (instance === undefined || !this.#said.has(name) || this.#said.get(name) !== undefined) return;
    this.#said.set(name, new Map(instance.sources.map(({ source, ...found }) => [source, wordsOf(found)])));
    this.#say(renderInstance(instance, this.#paint));
  }

  #ended(instance: string, how: string | number | undefined): void {
    this.#said.delete(instance);
    this.#say(
      `${plainText(instance)}: ended${how === undefined ? '' : typeof how === 'number' ? ` with exit code ${how}` : ` by ${how}`}`,
    );
  }
}

const UNTOLD = 'what its probes find is not told until one has';

const wordsOf = ({ state, reason }: { readonly state: string; readonly reason: string | undefined }): string =>
  reason === undefined ? state : `${state}: ${reason}`;
