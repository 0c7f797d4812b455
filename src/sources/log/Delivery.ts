import { backoff } from '../backoff.js';

/** Whether what was handed on is exported is asked after so many lines, or so long after the first of them. */
const MAX_LINES = 1_000;
const MAX_AGE_MILLIS = 1_000;
const FIRST_DELAY_MILLIS = 1_000;
const MAX_DELAY_MILLIS = 30_000;

interface DeliveryOptions<Place> {
  /** Resolves when all lines handed on so far are exported; false when some could not be. */
  readonly delivered: () => Promise<boolean>;
  /** Up to where lines were handed on; undefined where nothing was read. */
  readonly place: () => Place | undefined;
  /** @param delivered resolves to whether all before the place is exported */
  readonly save: (place: Place, delivered?: Promise<boolean>) => Promise<void>;
}

/** The lines that were handed on and are not known to be exported: they are few, and nobody reads on beyond them. */
export class Delivery<Place> {
  readonly #options: DeliveryOptions<Place>;
  #handed = 0;
  #confirmed = 0;
  #since = 0;
  #failures = 0;
  #turn = Promise.resolve(true);
  #saved = Promise.resolve();
  #isClosed = false;

  constructor(options: DeliveryOptions<Place>) {
    this.#options = options;
  }

  lineHanded(): void {
    if (this.#handed === this.#confirmed) this.#since = performance.now();
    this.#handed += 1;
  }

  /** Lines that may be handed on before it is to be asked. */
  get room(): number {
    return MAX_LINES - (this.#handed - this.#confirmed);
  }

  get isDue(): boolean {
    return this.room <= 0 || (this.#isPending && performance.now() - this.#since >= MAX_AGE_MILLIS);
  }

  /** Whether some could not be exported when it was asked last. */
  get isFailing(): boolean {
    return this.#failures > 0;
  }

  /** Milliseconds after which to ask again. */
  get delay(): number {
    return backoff(this.#failures, FIRST_DELAY_MILLIS, MAX_DELAY_MILLIS);
  }

  /** Asks whether all lines handed on so far are exported, and saves the place when they are. */
  confirm(): Promise<boolean> {
    // One after the other: a place must not be saved after a later one.
    this.#turn = this.#turn.then(() => this.#confirm());
    return this.#turn;
  }

  /** As `confirm`, where there is something to ask for; resolves when it is saved, too. */
  async settle(): Promise<void> {
    if (this.#isPending) await this.confirm();
    await this.#saved;
  }

  /** Saves the place at once, for the disk as soon as all is exported. Nothing is saved after it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const place = this.#options.place();
    if (place !== undefined) void this.#options.save(place, this.#isPending ? this.#ask() : undefined);
  }

  get #isPending(): boolean {
    return this.#handed > this.#confirmed;
  }

  async #confirm(): Promise<boolean> {
    const asked = this.#handed;
    const place = this.#options.place();
    const isDelivered = await this.#ask();
    if (this.#isClosed) return isDelivered;
    this.#failures = isDelivered ? 0 : this.#failures + 1;
    if (!isDelivered) return false;
    this.#confirmed = asked;
    this.#since = performance.now();
    if (place !== undefined) this.#saved = this.#options.save(place);
    return true;
  }

  #ask(): Promise<boolean> {
    return this.#options.delivered().catch(() => false);
  }
}
