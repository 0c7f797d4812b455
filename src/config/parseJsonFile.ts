import { type OptionPath, showPath } from './Fault.js';
import { FileFault, type ParsedFile } from './FileFault.js';

/** No option is deeper. */
const MAX_DEPTH = 100;

/** @throws FileFault */
export const parseJsonFile = (text: string): ParsedFile => {
  const value = jsonOf(text);
  refuseRepeated(text);
  return { value, lineOf: (path) => lineIn(text, path) };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Node says where it is, but not always: "Unexpected end of JSON input".
    const position = /at position (\d+)/.exec((error as Error).message)?.[1];
    const before = text.slice(0, position === undefined ? undefined : Number(position));
    throw new FileFault('expected JSON, found something else', lineAt(text, before.length));
  }
};

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** An object or an array, and where in it the reader is. */
interface Level {
  readonly isArray: boolean;
  /** The key, or the index as a text. */
  step: string;
}

/** Tells of each key and each element where it begins; `JSON.parse` does not, and has found the text to be JSON. */
const visit = (text: string, onPlace: (levels: readonly Level[], offset: number) => void): void => {
  const levels: Level[] = [];
  // Whether the next token is a key, or the first of an element.
  let begins = false;
  for (let offset = 0; offset < text.length; offset += 1) {
    const letter = text[offset] as string;
    if (letter <= ' ' || letter === ':') continue;
    const level = levels.at(-1);
    const isEnd = letter === '}' || letter === ']';
    const end = letter === '"' ? endOfString(text, offset) : offset;
    if (begins && !isEnd && level !== undefined) {
      if (!level.isArray) level.step = JSON.parse(text.slice(offset, end + 1)) as string;
      onPlace(levels, offset);
    }
    begins = letter === '{' || letter === '[' || letter === ',';
    if (isEnd) levels.pop();
    else if (letter === ',' && level?.isArray) level.step = String(Number(level.step) + 1);
    else if (begins && letter !== ',') levels.push({ isArray: letter === '[', step: '0' });
    if (levels.length > MAX_DEPTH) {
      throw new FileFault('expected fewer brackets within brackets', lineAt(text, offset));
    }
    offset = end;
  }
};

const endOfString = (text: string, start: number): number => {
  let end = start + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
};

/** @throws FileFault for a key that is there twice: JSON would take the last one and forget the first */
const refuseRepeated = (text: string): void => {
  const keys = new WeakMap<Level, Set<string>>();
  visit(text, (levels, offset) => {
    const level = levels.at(-1) as Level;
    if (level.isArray) return;
    const known = keys.get(level) ?? new Set();
    if (known.has(level.step)) throw new FileFault(`${showPath([level.step])} is there twice`, lineAt(text, offset));
    keys.set(level, known.add(level.step));
  });
};

/** The line of an option's key, or of what comes nearest to it. */
const lineIn = (text: string, path: OptionPath): number | undefined => {
  let best: { readonly offset: number; readonly depth: number } | undefined;
  visit(text, (levels, offset) => {
    const depth = levels.length;
    if (depth > path.length || depth <= (best?.depth ?? 0)) return;
    if (levels.every(({ step }, index) => step === String(path[index]))) best = { offset, depth };
  });
  return best && lineAt(text, best.offset);
};
