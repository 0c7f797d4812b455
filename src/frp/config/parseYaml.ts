import type { CST, Document, DocumentOptions, LineCounter, ParseOptions, Parser, SchemaOptions } from 'yaml';
import { FrpConfigError } from './FrpConfigError.js';
import { yamlLibrary } from './yamlLibrary.js';

/**
 * Deeper than any config of frp nests. The library composes by recursion, and a text of 25,000 `- - -` ends not in an error
 * but in the death of the process (V8 cannot compile a regular expression on a full stack).
 */
const MAX_DEPTH = 100;
/** The library looks through the whole document for each. */
const MAX_ALIASES = 100;
/** It takes the library more than half a second, seven times as long as TOML. */
const MAX_LENGTH = 1024 * 1024;

/**
 * Reads YAML 1.1, as frp's gopkg.in/yaml.v2 does: `yes` is true, 010 is eight, `<<` merges, keys may repeat; only the first document.
 *
 * @throws FrpConfigError with the place or what it is longer than, or whatever the library throws
 */
export const parseYaml = (text: string): unknown => {
  if (text.length > MAX_LENGTH) throw new FrpConfigError(` (longer than ${MAX_LENGTH} characters)`);
  const options = {
    version: '1.1',
    // yaml.v2 leaves a date the text that it is.
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !tag.tag.endsWith(':timestamp')),
  } as const satisfies YamlOptions;
  const { document } = composeYaml(
    text,
    options,
    (line, column) => new FrpConfigError(` (line ${line}, column ${column})`),
  );
  return document?.toJS({ maxAliasCount: MAX_ALIASES });
};

type YamlOptions = Pick<ParseOptions & DocumentOptions & SchemaOptions, 'version' | 'customTags'>;

/** The first document of a text, undefined of an empty one, and where its lines begin; keys may repeat. */
export const composeYaml = (
  text: string,
  options: YamlOptions,
  faultAt: (line: number, column: number) => Error,
): { readonly document: Document.Parsed | undefined; readonly lineCounter: LineCounter } => {
  const { Composer, LineCounter, Parser } = yamlLibrary();
  const lineCounter = new LineCounter();
  lineCounter.addNewLine(0);
  const fail = (offset: number): Error => {
    const { line, col } = lineCounter.linePos(offset);
    return faultAt(line, col);
  };
  const composer = new Composer({
    ...options,
    // A search through all keys before, for each.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  // The first error is enough: the library would make one for each byte of a hostile text.
  Object.assign(composer, {
    onError: (source: ErrorSource, _code: string, _message: string, isWarning?: boolean) => {
      if (isWarning) return;
      if (typeof source === 'number') throw fail(source);
      throw fail('offset' in source ? source.offset : source[0]);
    },
  });
  const tokens = readTokens(text, new Parser(lineCounter.addNewLine), fail);
  for (const document of composer.compose(tokens, true, text.length)) {
    const [fault] = document.errors;
    if (fault !== undefined) throw fail(fault.pos[0]);
    return { document, lineCounter };
  }
  return { document: undefined, lineCounter };
};

type ErrorSource = number | readonly [number, ...unknown[]] | { readonly offset: number };

/** What the library's own loop does, with bounds. */
const readTokens = (text: string, parser: Parser, fail: (offset: number) => Error): readonly CST.Token[] => {
  const tokens: CST.Token[] = [];
  let offset = 0;
  let aliases = 0;
  const { Lexer } = yamlLibrary();
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme.startsWith('*')) aliases += 1;
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') throw fail(token.offset);
      tokens.push(token);
    }
    if (parser.stack.length > MAX_DEPTH || aliases > MAX_ALIASES) throw fail(offset);
    offset = parser.offset;
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
};
