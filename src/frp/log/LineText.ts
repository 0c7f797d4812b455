/** How long a field may be, and what it may look like. */
interface Form {
  readonly min: number;
  readonly max: number;
  readonly pattern?: RegExp;
  readonly noBlanks?: true;
}

const ANY_TEXT: Form = { min: 0, max: Number.POSITIVE_INFINITY };
const ANY_NAME: Form = { min: 1, max: Number.POSITIVE_INFINITY };

const FORMS: Readonly<Record<string, Form>> = {
  address: { min: 1, max: 64, noBlanks: true },
  type: { min: 1, max: 16, pattern: /^\w+$/ },
  port: { min: 1, max: 5, pattern: /^\d+$/ },
  runId: { min: 1, max: 64, pattern: /^[0-9a-f]+$/ },
  by: { min: 1, max: 64, noBlanks: true },
  path: { min: 1, max: 2_048 },
  version: { min: 0, max: 64 },
  hostname: { min: 0, max: 255 },
  os: { min: 0, max: 64, pattern: /^\w*$/ },
  arch: { min: 0, max: 64, pattern: /^\w*$/ },
  proxy: ANY_NAME,
  proxies: ANY_NAME,
};

const hasForm = ({ min, max, pattern, noBlanks }: Form, text: string): boolean =>
  text.length >= min &&
  text.length <= max &&
  (noBlanks === undefined || !text.includes(' ')) &&
  (pattern === undefined || pattern.test(text));

/** A field of a text, and the words that follow it. */
interface Part {
  readonly field: string;
  readonly kept: boolean;
  readonly form: Form;
  readonly words: string;
  /** The words are looked for from the end of the line: the field may imitate them. */
  readonly fromEnd: boolean;
}

/** A row's text, ready to be held against lines: words, field, words, field, … */
export interface LineText {
  readonly begin: string;
  readonly parts: readonly Part[];
}

/**
 * Takes frp's format apart.
 *
 * @param text see {@link LogRow.text}
 * @param imitating fields whose text may imitate the words after it: these are looked for from the end
 */
export const lineText = (text: string, imitating: ReadonlySet<string>): LineText => {
  const [begin = '', ...rest] = text.split('{');
  const parts = rest.map((part): Part => {
    const end = part.indexOf('}');
    const field = part.slice(0, end);
    return {
      field,
      kept: field !== '' && field !== '*',
      form: FORMS[field] ?? ANY_TEXT,
      words: part.slice(end + 1),
      fromEnd: field === '*' || imitating.has(field),
    };
  });
  return { begin, parts };
};

/**
 * Holds a line against a text, in linear time: each part is looked for once, and nothing is tried a second time.
 *
 * @param line in the case of the text
 * @param original the line as it is, of the same length
 * @param from where the text begins in the line
 * @param fields takes the line's fields, in the order of the text's parts
 */
export const matchesText = (
  { begin, parts }: LineText,
  line: string,
  original: string,
  from: number,
  fields: string[],
): boolean => {
  if (!line.startsWith(begin, from)) return false;
  let at = from + begin.length;
  for (let index = 0; index < parts.length; index += 1) {
    const { kept, form, words, fromEnd } = parts[index] as Part;
    const end = endOfField(line, at, words, fromEnd, index === parts.length - 1);
    if (end < at) return false;
    if (kept) {
      const text = original.slice(at, end);
      if (!hasForm(form, text)) return false;
      fields[index] = text;
    }
    at = end + words.length;
  }
  return at === line.length;
};

/** Where a field ends; before its begin where it doesn't. */
const endOfField = (line: string, at: number, words: string, fromEnd: boolean, isLast: boolean): number => {
  if (isLast) return line.endsWith(words) ? line.length - words.length : -1;
  return fromEnd ? line.lastIndexOf(words) : line.indexOf(words, at);
};
