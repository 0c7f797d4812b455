import { backoff } from '../backoff.js';
import { type EndStream, followEnds } from './followEnds.js';
import type { SsLine } from './parseSsLine.js';
import type { NetworkPlace } from './ssCommand.js';

/** The first is at once; these are for what fails again before the next sample. */
const SECOND_RETRY_MILLIS = 200;
const LAST_RETRY_MILLIS = 60_000;

interface Wanted {
  readonly place: NetworkPlace;
  readonly filter: string;
}

/**
 * The ends of connections in one network, as they happen. A stream that ended is started again, later each time; one for other
 * ports is heard before the one it replaces is stopped, so an end may come twice.
 */
export class Ends {
  readonly #onLine: (line: SsLine) => void;
  #wanted: Wanted | undefined;
  #stream: EndStream | undefined;
  #retry: NodeJS.Timeout | undefined;
  #starting: Promise<void> | undefined;
  #failures = 0;
  #isComplete = true;
  #lost: { readonly since: string; reason: string } | undefined;

  constructor(onLine: (line: SsLine) => void) {
    this.#onLine = onLine;
  }

  /** Resolves when the ends of sockets that fit are told from now on, or cannot be had for now. */
  async follow(place: NetworkPlace, filter: string): Promise<void> {
    this.#wanted = { place, filter };
    await this.#starting;
    if (this.#tellsWanted) this.#failures = 0;
    else if (this.#retry === undefined) await this.#start();
  }

  /** Whether all ends since it was last asked were told. */
  takeIsComplete(): boolean {
    const isComplete = this.#isComplete && this.#tellsWanted;
    this.#isComplete = this.#tellsWanted;
    return isComplete;
  }

  /** What was missed; the counts do not get right again. */
  get trouble(): string | undefined {
    return this.#lost && `numbers are lower bounds since ${this.#lost.since}: ${this.#lost.reason}`;
  }

  /** Some were not told. */
  lose(reason: string): void {
    this.#isComplete = false;
    this.#lost = { since: this.#lost?.since ?? new Date().toTimeString().slice(0, 8), reason };
  }

  /** Until ends are wanted again. */
  stop(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#wanted = undefined;
    this.#stream?.stop();
    this.#stream = undefined;
    this.#isComplete = true;
  }

  get #tellsWanted(): boolean {
    return this.#stream !== undefined && this.#stream.filter === this.#wanted?.filter;
  }

  #start(): Promise<void> {
    this.#starting ??= this.#startWanted().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #startWanted(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === undefined) return;
    const stream: EndStream = followEnds({
      ...wanted,
      onLine: this.#onLine,
      onEnd: (reason) => this.#fail(stream, reason),
    });
    if (!(await stream.ready)) return;
    if (this.#wanted === undefined) {
      stream.stop();
      return;
    }
    this.#stream?.stop();
    this.#stream = stream;
  }

  #fail(stream: EndStream, reason: string): void {
    if (this.#stream === stream) this.#stream = undefined;
    this.lose(reason);
    const delay = this.#failures === 0 ? 0 : backoff(this.#failures, SECOND_RETRY_MILLIS, LAST_RETRY_MILLIS);
    this.#failures += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.#start();
    }, delay).unref();
  }
}
