/**
 * Random choices that are the same for the same seed: mulberry32.
 *
 * @param {number} seed
 */
export function seededRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  /** @param {number} limit */
  const below = (limit) => next() % limit;
  /** @param {number} digits */
  const hex = (digits) => Array.from({ length: digits / 8 }, () => next().toString(16).padStart(8, '0')).join('');
  /** @template T @param {readonly T[]} values @returns {T} */
  const oneOf = (values) => /** @type {T} */ (values[below(values.length)]);
  return { below, hex, oneOf };
}
