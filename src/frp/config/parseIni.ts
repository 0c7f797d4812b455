import { FrpConfigError } from './FrpConfigError.js';

/** Sections of an INI file by name, in the order of the file; each has its keys. */
export type Ini = ReadonlyMap<string, IniSection>;
export type IniSection = ReadonlyMap<string, string>;

/** Keys that stand before the first section. */
export const DEFAULT_SECTION = 'DEFAULT';

/**
 * Reads an INI file as frp does (gopkg.in/ini.v1 with IgnoreInlineComment and AllowBooleanKeys): `key = value` or `key: value`, lines of comment,
 * quotes around a value, `\` at the end of a line that goes on, multi-line values in backticks or `"""`.
 *
 * @throws FrpConfigError with the line
 */
export const parseIni = (text: string): Ini => readIni(text, true);

/**
 * Whether frp takes a file for legacy INI: all of it reads as INI, no key stands alone, and there is a [common] section
 * (DetectLegacyINIFormat in pkg/config/load.go). It looks at the file before it evaluates its template.
 */
export const isLegacyIni = (text: string): boolean => {
  // Few files have it: the others are not read twice.
  if (!text.includes('[common]')) return false;
  try {
    return readIni(text, false).has('common');
  } catch (error) {
    if (error instanceof FrpConfigError) return false;
    throw error;
  }
};

const readIni = (text: string, allowsBooleanKeys: boolean): Ini => {
  const lines = text.split('\n');
  const sections = new Map<string, Map<string, string>>();
  const sectionOf = (name: string): Map<string, string> => {
    const section = sections.get(name) ?? new Map<string, string>();
    sections.set(name, section);
    return section;
  };
  let section = sectionOf(DEFAULT_SECTION);
  let unnamedKeys = 0;

  for (let index = 0; index < lines.length; index += 1) {
    const line = (lines[index] as string).trim();
    const fail = (expected: string): Error => new FrpConfigError(`expected ${expected} (line ${index + 1})`);
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    if (line.startsWith('[')) {
      const name = line.slice(1, Math.max(line.lastIndexOf(']'), 1));
      if (name === '') throw fail('a section such as [common]');
      section = sectionOf(name);
      unnamedKeys = 0;
      continue;
    }
    const pair = splitPair(line);
    if (pair === undefined && !allowsBooleanKeys) throw fail('key = value');
    const [key, start] = pair ?? ['', line];
    const value = readValue(start, lines, index);
    if (value === undefined) throw fail('the quotes of a value to be closed');
    index = value.lastLine;
    if (pair === undefined) {
      section.set(value.text, 'true');
    } else if (key === '-') {
      unnamedKeys += 1;
      section.set(`#${unnamedKeys}`, value.text);
    } else {
      if (key === '') throw fail('a key before =');
      section.set(key, value.text);
    }
  }
  return sections;
};

const splitPair = (line: string): readonly [key: string, value: string] | undefined => {
  const quote = line.length > 6 && line.startsWith('"""') ? '"""' : (/^["`]/.exec(line)?.[0] ?? '');
  const quoteEnd = quote === '' ? 0 : line.indexOf(quote, quote.length);
  if (quoteEnd < 0) return undefined;
  const delimiter = line.slice(quoteEnd).search(/[=:]/);
  if (delimiter < 0) return undefined;
  const key = quote === '' ? line.slice(0, delimiter) : line.slice(quote.length, quoteEnd);
  return [key.trim(), line.slice(quoteEnd + delimiter + 1).trim()];
};

interface IniValue {
  readonly text: string;
  /** Index of the last line that it takes. */
  readonly lastLine: number;
}

const readValue = (start: string, lines: readonly string[], index: number): IniValue | undefined => {
  const quote = start.length > 3 && start.startsWith('"""') ? '"""' : start.startsWith('`') ? '`' : undefined;
  if (quote !== undefined) return readQuoted(start, quote, lines, index);
  if (start.endsWith('\\')) return readContinued(start.slice(0, -1), lines, index);
  return { text: withoutQuotes(start), lastLine: index };
};

const readQuoted = (start: string, quote: string, lines: readonly string[], index: number): IniValue | undefined => {
  const first = start.slice(quote.length);
  const end = first.lastIndexOf(quote);
  if (end >= 0) return { text: first.slice(0, end), lastLine: index };
  const parts = [first];
  for (let next = index + 1; next < lines.length; next += 1) {
    const line = lines[next] as string;
    const close = line.lastIndexOf(quote);
    if (close >= 0) return { text: [...parts, line.slice(0, close)].join('\n'), lastLine: next };
    parts.push(line);
  }
  return undefined;
};

const readContinued = (start: string, lines: readonly string[], index: number): IniValue => {
  const parts = [start];
  let next = index + 1;
  for (; next < lines.length; next += 1) {
    const line = (lines[next] as string).trim();
    if (line === '') break;
    if (!line.endsWith('\\')) {
      parts.push(line);
      break;
    }
    parts.push(line.slice(0, -1));
  }
  return { text: parts.join(''), lastLine: Math.min(next, lines.length - 1) };
};

const withoutQuotes = (value: string): string => {
  const quote = value[0];
  const isQuoted = (quote === '"' || quote === "'") && value.length > 1 && value.indexOf(quote, 1) === value.length - 1;
  return isQuoted ? value.slice(1, -1) : value;
};
