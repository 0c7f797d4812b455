/** No file name of today's systems is longer than 255 bytes: a longer pattern is an attack or a mistake. */
const MAX_PATTERN = 1024;

/**
 * Whether a file name fits a pattern as Go's filepath.Match has it: `*`, `?`, `[a-z]`, `[^a]`, `\x`. frpc matches the files of an
 * include's folder by it (pkg/config/load.go); a broken pattern matches nothing.
 *
 * @param pattern the last part of the include, without its folder
 */
export const matchFileName = (pattern: string, name: string): boolean => {
  const parts = parsePattern(pattern);
  if (parts === undefined) return false;
  const letters = [...name];
  let part = 0;
  let letter = 0;
  // The last star seen, and where what it has taken ends: on a mismatch it takes one letter more.
  let star = -1;
  let taken = 0;
  while (letter < letters.length) {
    const next = parts[part];
    if (next === '*') {
      star = part;
      taken = letter;
      part += 1;
    } else if (next?.(letters[letter] as string)) {
      part += 1;
      letter += 1;
    } else if (star >= 0) {
      taken += 1;
      letter = taken;
      part = star + 1;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === '*');
};

type Part = '*' | ((letter: string) => boolean);

const parsePattern = (pattern: string): readonly Part[] | undefined => {
  if (pattern.length > MAX_PATTERN) return undefined;
  const parts: Part[] = [];
  const letters = [...pattern];
  for (let index = 0; index < letters.length; index += 1) {
    const letter = letters[index] as string;
    if (letter === '*') parts.push('*');
    else if (letter === '?') parts.push(() => true);
    else if (letter === '[') {
      const found = parseClass(letters, index + 1);
      if (found === undefined) return undefined;
      parts.push(found.fits);
      index = found.end;
    } else {
      if (letter === '\\') index += 1;
      const exact = letters[index];
      if (exact === undefined) return undefined;
      parts.push((other) => other === exact);
    }
  }
  return parts;
};

/** @returns the class and the index of its `]` */
const parseClass = (letters: readonly string[], start: number): { fits: Part & object; end: number } | undefined => {
  const negated = letters[start] === '^';
  const ranges: [from: string, to: string][] = [];
  let index = start + (negated ? 1 : 0);
  const take = (): string | undefined => {
    if (letters[index] === '\\') index += 1;
    else if (letters[index] === '-' || letters[index] === ']') return undefined;
    index += 1;
    return letters[index - 1];
  };
  while (letters[index] !== ']' || ranges.length === 0) {
    const from = take();
    if (from === undefined) return undefined;
    let to: string | undefined = from;
    if (letters[index] === '-') {
      index += 1;
      to = take();
      if (to === undefined) return undefined;
    }
    ranges.push([from, to]);
  }
  return { fits: (letter) => ranges.some(([from, to]) => from <= letter && letter <= to) !== negated, end: index };
};
