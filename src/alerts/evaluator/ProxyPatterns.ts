import { wildcard } from '../../telemetry/wildcard.js';

/** Patterns by what is before their first `*`: of a thousand that begin differently a name is held against a few. */
export class ProxyPatterns {
  /** By the length of the beginning, then by the beginning. */
  readonly #byLength = new Map<number, Map<string, Map<string, (name: string) => boolean>>>();

  constructor(patterns: readonly string[]) {
    for (const pattern of new Set(patterns)) {
      const [begin = ''] = pattern.split('*', 1);
      const byBegin = this.#byLength.get(begin.length) ?? new Map<string, Map<string, (name: string) => boolean>>();
      const alike = byBegin.get(begin) ?? new Map<string, (name: string) => boolean>();
      this.#byLength.set(begin.length, byBegin.set(begin, alike.set(pattern, wildcard(pattern))));
    }
  }

  /** Those that take a name. */
  matching(name: string): ReadonlySet<string> {
    const found = new Set<string>();
    for (const [length, byBegin] of this.#byLength) {
      for (const [pattern, matches] of byBegin.get(name.slice(0, length)) ?? []) if (matches(name)) found.add(pattern);
    }
    return found;
  }
}
