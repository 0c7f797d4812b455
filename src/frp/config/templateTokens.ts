import { FrpConfigError, placeOf } from './FrpConfigError.js';

/** A piece of a Go template: text that stands as it is, or the tokens of one `{{ … }}`. */
export type TemplatePiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly TemplateToken[]; readonly offset: number };

export type TemplateToken =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  /** `$`, `$v` */
  | { readonly kind: 'variable'; readonly name: string }
  /** `.`, `.Envs`; `isJoined`: to what stands before it, as in `$v.First` */
  | { readonly kind: 'field'; readonly name: string; readonly isJoined: boolean }
  | { readonly kind: 'word'; readonly name: string }
  | { readonly kind: 'sign'; readonly name: string };

const SPACE = ' \t\r\n';
const TOKEN =
  /(?<space>[ \t\r\n]+)|"(?<quoted>(?:[^"\\\n]|\\.)*)"|`(?<raw>[^`]*)`|(?<number>\d+)(?![\w.])|\.(?<field>[\p{L}_][\p{L}\p{Nd}_]*)?|(?<variable>\$[\p{L}\p{Nd}_]*)|(?<word>[\p{L}_][\p{L}\p{Nd}_]*)|(?<sign>:=|[=,()|])/uy;

/**
 * Takes a Go template apart (text/template/parse/lex.go): trim markers and comments are gone after it.
 *
 * @throws FrpConfigError for what it does not know; the message names the line
 */
export const readTemplatePieces = (template: string): readonly TemplatePiece[] => {
  const pieces: TemplatePiece[] = [];
  let position = 0;
  let trimsStart = false;
  const addText = (end: number, trimsEnd: boolean): void => {
    let from = position;
    let to = end;
    while (trimsStart && from < to && SPACE.includes(template[from] as string)) from += 1;
    while (trimsEnd && from < to && SPACE.includes(template[to - 1] as string)) to -= 1;
    if (from < to) pieces.push({ kind: 'text', text: template.slice(from, to) });
  };
  for (let open = template.indexOf('{{'); open >= 0; open = template.indexOf('{{', position)) {
    const trimsEnd = template[open + 2] === '-' && isSpace(template[open + 3]);
    addText(open, trimsEnd);
    const start = open + (trimsEnd ? 4 : 2);
    if (template.startsWith('/*', start)) {
      position = readComment(template, start, open);
    } else {
      const { tokens, end } = readTokens(template, start, open);
      pieces.push({ kind: 'action', tokens, offset: open });
      position = end;
    }
    trimsStart = template[position - 3] === '-';
  }
  addText(template.length, false);
  return pieces;
};

export const refuse = (template: string, offset: number, reason: string): FrpConfigError =>
  new FrpConfigError(`the Go template at ${placeOf(template, offset)}: ${reason}`);

const isSpace = (letter: string | undefined): boolean => letter !== undefined && SPACE.includes(letter);

/** Where `}}` or ` -}}` ends at a position. */
const readClose = (template: string, position: number): number | undefined => {
  if (template.startsWith('}}', position)) return position + 2;
  return isSpace(template[position - 1]) && template.startsWith('-}}', position) ? position + 3 : undefined;
};

const readComment = (template: string, start: number, open: number): number => {
  const end = template.indexOf('*/', start + 2);
  const after = isSpace(template[end + 2]) ? end + 3 : end + 2;
  const close = end < 0 ? undefined : readClose(template, after);
  if (close === undefined) throw refuse(template, open, 'expected its comment to end with */}}');
  return close;
};

const readTokens = (template: string, start: number, open: number): { tokens: TemplateToken[]; end: number } => {
  const tokens: TemplateToken[] = [];
  let afterSpace = true;
  for (let position = start; ; ) {
    const close = readClose(template, position);
    if (close !== undefined) return { tokens, end: close };
    TOKEN.lastIndex = position;
    const groups = TOKEN.exec(template)?.groups;
    if (groups === undefined) {
      throw refuse(template, open, 'expected it to close with }} and to hold nothing that only Go can evaluate');
    }
    position = TOKEN.lastIndex;
    if (groups.space === undefined) {
      const token = toToken(groups, !afterSpace && canHaveFields(tokens.at(-1)));
      if (token === undefined) throw refuse(template, open, 'its string has an escape that cannot be read here');
      tokens.push(token);
    }
    afterSpace = groups.space !== undefined;
  }
};

const canHaveFields = (token: TemplateToken | undefined): boolean =>
  token?.kind === 'variable' || token?.kind === 'field' || (token?.kind === 'sign' && token.name === ')');

const toToken = (groups: Record<string, string | undefined>, isJoined: boolean): TemplateToken | undefined => {
  const { quoted, raw, number, variable, word, sign, field } = groups;
  if (quoted !== undefined) {
    const value = unquote(quoted);
    return value === undefined ? undefined : { kind: 'string', value };
  }
  if (raw !== undefined) return { kind: 'string', value: raw };
  if (number !== undefined) return { kind: 'number', value: Number(number) };
  if (variable !== undefined) return { kind: 'variable', name: variable };
  if (word !== undefined) return { kind: 'word', name: word };
  if (sign !== undefined) return { kind: 'sign', name: sign };
  return { kind: 'field', name: field ?? '', isJoined };
};

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' };

const unquote = (quoted: string): string | undefined => {
  let isKnown = true;
  const value = quoted.replace(/\\(.)/gsu, (_escape, letter: string) => {
    const known = ESCAPES[letter];
    isKnown &&= known !== undefined;
    return known ?? '';
  });
  return isKnown ? value : undefined;
};
