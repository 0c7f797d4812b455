/** What a terminal takes for a command, or what changes how other text is shown; a joiner makes one emoji of several. */
const UNSEEN = /(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text of others (names of proxies, messages, paths) as it may be written to a terminal: control characters, those that change
 * the direction of writing and broken surrogates are shown by their number.
 */
export const plainText = (text: string): string => text.replace(UNSEEN, (found) => NAMED[found] ?? byNumber(found));

/** JSON on one line that may be written to a terminal: JSON itself lets C1 controls and changes of direction through. */
export const plainJson = (value: unknown): string => JSON.stringify(value).replace(UNSEEN, byNumber);

/** One `\u….` for each UTF-16 unit, as JSON has it. */
const byNumber = (text: string): string =>
  Array.from({ length: text.length }, (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`).join(
    '',
  );
