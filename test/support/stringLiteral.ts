/** What a text of PromQL, LogQL or TraceQL says, read as Go reads its own; undefined where that is refused. */
export const unquoted = (literal: string): string | undefined => {
  const [quote = '', body] = [literal[0], literal.slice(1, -1)];
  if (literal.length < 2 || literal.at(-1) !== quote) return undefined;
  if (quote === '`') return body.includes('`') ? undefined : body;
  if (/\n/.test(body)) return undefined;
  let text = '';
  for (let index = 0; index < body.length; index += 1) {
    const character = body[index] ?? '';
    if (character === quote) return undefined;
    if (character !== '\\') {
      text += character;
      continue;
    }
    index += 1;
    const escaped = body[index] ?? '';
    // Of the quotes it takes the one that the text is in.
    const meaning = escaped === quote ? quote : SIMPLE[escaped];
    if (meaning === undefined) return undefined;
    text += meaning;
  }
  return text;
};

const SIMPLE: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', t: '\t', r: '\r' };
