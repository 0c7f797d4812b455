import { log } from './log.js';

/** Each says what the program must mend; more would only be the same in other words. */
const MAX_SAID = 16;

/** Says what the program's own parts throw, once for each kind: one that always throws does so for every line of frp. */
export class FaultsOfProgram {
  readonly #what: string;
  readonly #said = new Set<string>();

  constructor(what: string) {
    this.#what = what;
  }

  say(error: unknown): void {
    const kind = kindOf(error);
    if (this.#said.has(kind) || this.#said.size >= MAX_SAID) return;
    this.#said.add(kind);
    log.error(`${this.#what}; further faults of this kind are not said`, error);
  }
}

/** A message may hold a time or a number, so that each is another one. */
const kindOf = (error: unknown): string => {
  try {
    const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown };
    return `${typeof error} ${String(name)} ${String(code)}`;
  } catch {
    return 'unreadable';
  }
};
