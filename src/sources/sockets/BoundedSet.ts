/** A set that forgets the oldest when it is full. */
export class BoundedSet<Value> {
  readonly #limit: number;
  readonly #values = new Set<Value>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  has(value: Value): boolean {
    return this.#values.has(value);
  }

  add(value: Value): void {
    this.#values.add(value);
    if (this.#values.size > this.#limit) this.#values.delete(this.#values.values().next().value as Value);
  }
}
