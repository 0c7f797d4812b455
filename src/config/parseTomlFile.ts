import { parse, TomlError } from 'smol-toml';
import type { OptionPath } from './Fault.js';
import { FileFault, type ParsedFile } from './FileFault.js';

/** No option is deeper. */
const MAX_DEPTH = 20;

/** @throws FileFault */
export const parseTomlFile = (text: string): ParsedFile => {
  try {
    const value = parse(text, { integersAsBigInt: 'asNeeded', maxDepth: MAX_DEPTH });
    return { value, lineOf: (path) => lineIn(text, path) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new FileFault(`expected TOML, found something else at column ${error.column}`, error.line);
  }
};

const KEY = /^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=/;

/** The parser does not tell: the line that begins with the option's key, or with what comes nearest to it. */
const lineIn = (text: string, path: OptionPath): number | undefined => {
  const wanted = path.map(String);
  const counts = new Map<string, number>();
  let table: readonly string[] = [];
  let best: { readonly line: number; readonly length: number } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const header = headerOf(line);
    const key = header === undefined ? KEY.exec(line)?.[1] : undefined;
    if (header !== undefined) table = header.isEntry ? entryOf(keysOf(header.name), counts) : keysOf(header.name);
    if (header === undefined && key === undefined) continue;
    const place = [...table, ...(key === undefined ? [] : keysOf(key))];
    const isOnTheWay = place.length <= wanted.length && place.every((name, level) => name === wanted[level]);
    if (isOnTheWay && place.length > (best?.length ?? 0)) best = { line: index + 1, length: place.length };
  }
  return best?.line;
};

/** Of `[a.b]` and `[[a.b]]`. */
const headerOf = (line: string): { readonly name: string; readonly isEntry: boolean } | undefined => {
  const text = line.trim();
  if (!text.startsWith('[')) return undefined;
  const isEntry = text.startsWith('[[');
  const end = text.indexOf(']');
  const name = end === -1 ? '' : text.slice(isEntry ? 2 : 1, end).trim();
  const isHeader = name !== '' && /^\]\]?\s*(?:#|$)/.test(text.slice(end));
  return isHeader ? { name, isEntry } : undefined;
};

/** `[[a.b]]` is a.b.0, then a.b.1. */
const entryOf = (keys: readonly string[], counts: Map<string, number>): readonly string[] => {
  const list = keys.join('.');
  const index = counts.get(list) ?? 0;
  counts.set(list, index + 1);
  return [...keys, String(index)];
};

const keysOf = (text: string): readonly string[] =>
  (text.match(/[\w-]+|"[^"]*"|'[^']*'/g) ?? []).map((key) => key.replace(/^["']|["']$/g, ''));
