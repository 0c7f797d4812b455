/** For how long what was told is not told again. */
export class Cooldown {
  readonly #millis: number;
  /** When each was told last. */
  readonly #toldAt = new Map<string, number>();

  constructor(millis: number) {
    this.#millis = millis;
  }

  told(id: string, now: number): void {
    this.#toldAt.set(id, now);
  }

  /** Whether it may be told. A clock that was set back ends what began in its future. */
  isOver(id: string, now: number): boolean {
    const at = this.#toldAt.get(id);
    return at === undefined || this.#isOverAt(at, now);
  }

  /** How many are remembered; those that are over are forgotten. */
  forget(now: number): number {
    for (const [id, at] of this.#toldAt) if (this.#isOverAt(at, now)) this.#toldAt.delete(id);
    return this.#toldAt.size;
  }

  #isOverAt(at: number, now: number): boolean {
    return now - at >= this.#millis || now < at;
  }
}
