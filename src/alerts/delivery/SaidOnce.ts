/** Says each fault of one receiver once, and again only after all was well in between. */
export class SaidOnce {
  readonly #say: (message: string) => void;
  readonly #said = new Set<string>();

  constructor(say: (message: string) => void) {
    this.#say = say;
  }

  fault(message: string): void {
    if (this.#said.has(message)) return;
    this.#said.add(message);
    this.#say(message);
  }

  well(): void {
    this.#said.clear();
  }
}
