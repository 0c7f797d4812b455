import { errorTypeOf, type FrpErrorType } from '../errorType.js';
import type { FrpLogMeaning } from './FrpLogMeaning.js';
import { type LineText, lineText, matchesText } from './LineText.js';
import type { LogRow } from './LogRow.js';

/** A row, ready to be held against lines. */
interface Entry {
  readonly row: LogRow;
  readonly text: LineText;
  /** What every line of the row means, where it has no fields. */
  readonly fixed: FrpLogMeaning | undefined;
  readonly ofProxy: boolean;
  readonly failed: boolean;
}

/** Rows by their first two letters, so that few are tried. */
type Entries = ReadonlyMap<number, readonly Entry[]>;

interface Index {
  readonly plain: Entries;
  /** Rows whose text follows the logger's prefix, `[proxy] `. */
  readonly prefixed: Entries;
}

export interface LogGrammar {
  readonly exact: Index;
  /** In lower case, for what another version spells in another case. */
  readonly folded: Index;
  /** A name may hold what ends it, `] `: then the longest name counts, or the shortest. */
  readonly longestNames: boolean;
}

type Failed = Extract<FrpLogMeaning, { readonly errorType: unknown }>['kind'];

const FAILED: Readonly<Record<Failed, true>> = {
  'client.login.refused': true,
  'proxy.start.refused': true,
  'proxy.user.rejected': true,
  'proxy.connection.failed': true,
  'proxy.fault': true,
  fault: true,
  'login.failed': true,
  'proxy.start.failed': true,
  'proxy.check.error': true,
  'local.connect.failed': true,
  'config.reload.failed': true,
};

const OPEN = 0x5b;
const NAME_END = '] ';
const PREFIX = /^\[\{\w*\}\] /;
/** A name is looked for before this many `] ` at the most, so that a hostile line costs linear time. */
const MAX_NAME_ENDS = 16;

/**
 * Makes a grammar of a table.
 *
 * @param imitating the fields that somebody without trust fills, with what may look like frp's own words
 */
export const logGrammar = (rows: readonly LogRow[], imitating: readonly string[]): LogGrammar => ({
  exact: indexOf(rows, new Set(imitating), (words) => words),
  folded: indexOf(rows, new Set(imitating), foldWords),
  longestNames: imitating.includes('proxy'),
});

const indexOf = (rows: readonly LogRow[], imitating: ReadonlySet<string>, spell: (text: string) => string): Index => {
  const index = { plain: new Map<number, Entry[]>(), prefixed: new Map<number, Entry[]>() };
  for (const row of rows) {
    const prefix = PREFIX.exec(row.text)?.[0] ?? '';
    const text = lineText(spell(row.text.slice(prefix.length)), imitating);
    const ofProxy = prefix === '[{proxy}] ';
    const failed = row.kind in FAILED;
    const isFixed = !failed && !ofProxy && !text.parts.some(({ kept }) => kept);
    const fixed = isFixed ? ({ kind: row.kind } as FrpLogMeaning) : undefined;
    const entries = prefix === '' ? index.plain : index.prefixed;
    const key = lettersAt(text.begin, 0);
    entries.set(key, [...(entries.get(key) ?? []), { row, text, ofProxy, failed, fixed }]);
  }
  return index;
};

/** What a message means; undefined for one that no row knows. */
export const meaningIn = ({ exact, folded, longestNames }: LogGrammar, message: string): FrpLogMeaning | undefined =>
  meaningBy(exact, longestNames, message, message) ?? meaningBy(folded, longestNames, fold(message), message);

const meaningBy = (
  { plain, prefixed }: Index,
  longestNames: boolean,
  message: string,
  original: string,
): FrpLogMeaning | undefined => {
  if (message.charCodeAt(0) !== OPEN) return firstMatch(plain, message, original, 0, '');
  const first = message.indexOf(NAME_END);
  if (first < 2) return undefined;
  if (message.indexOf(NAME_END, first + 2) === -1) {
    return firstMatch(prefixed, message, original, first + 2, original.slice(1, first));
  }
  let end = longestNames ? message.lastIndexOf(NAME_END) : first;
  for (let tried = 0; end > 1 && tried < MAX_NAME_ENDS; tried += 1) {
    const meaning = firstMatch(prefixed, message, original, end + 2, original.slice(1, end));
    if (meaning !== undefined) return meaning;
    end = longestNames ? message.lastIndexOf(NAME_END, end - 1) : message.indexOf(NAME_END, end + 1);
  }
  return undefined;
};

/** Where the fields of the line at hand are put. */
const fields: string[] = [];

const firstMatch = (
  entries: Entries,
  message: string,
  original: string,
  from: number,
  proxy: string,
): FrpLogMeaning | undefined => {
  const candidates = entries.get(lettersAt(message, from));
  if (candidates === undefined) return undefined;
  for (let index = 0; index < candidates.length; index += 1) {
    const entry = candidates[index] as Entry;
    if (matchesText(entry.text, message, original, from, fields)) {
      return entry.fixed ?? meaningOf(entry, original, from, proxy);
    }
  }
  return undefined;
};

const meaningOf = (entry: Entry, message: string, from: number, proxy: string): FrpLogMeaning => {
  const { row, text, ofProxy, failed } = entry;
  const meaning: Record<string, unknown> = { kind: row.kind };
  if (ofProxy) meaning.proxy = proxy;
  for (let index = 0; index < text.parts.length; index += 1) {
    const { field, kept } = text.parts[index] as LineText['parts'][number];
    if (kept) meaning[field] = field === 'proxies' ? fields[index]?.split(' ') : fields[index];
  }
  if (failed) {
    const told = meaning.error as string | undefined;
    meaning.error = told ?? message.slice(from);
    meaning.errorType = (told === undefined ? row.errorType : undefined) ?? classOf(meaning.error as string, row);
  }
  return meaning as unknown as FrpLogMeaning;
};

const classOf = (error: string, row: LogRow): FrpErrorType => {
  const type = errorTypeOf(error);
  return type === '_OTHER' ? (row.errorType ?? type) : type;
};

const lettersAt = (text: string, from: number): number => (text.charCodeAt(from) << 16) | text.charCodeAt(from + 1);

/** In lower case, and of the same length: `İ` would become two. */
const fold = (text: string): string => {
  const folded = text.toLowerCase();
  return folded.length === text.length ? folded : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
};

/** A row's own words in lower case; the names of its fields stay. */
const foldWords = (text: string): string =>
  text.replace(/\{\w*\}|[^{}]+/g, (part) => (part.startsWith('{') ? part : fold(part)));
