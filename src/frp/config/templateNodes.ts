import { readTemplatePieces, refuse, type TemplatePiece, type TemplateToken } from './templateTokens.js';

/** What a template says, as a tree. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | ({ readonly kind: 'output' | 'if' } & Branch)
  | ({ readonly kind: 'range'; readonly variables: readonly string[] } & Branch);

interface Branch {
  readonly offset: number;
  readonly pipeline: Pipeline;
  /** `{{ $v := … }}` declares, `{{ $v = … }}` sets; both print nothing. */
  readonly target?: { readonly name: string; readonly declares: boolean } | undefined;
  readonly body: readonly TemplateNode[];
  readonly otherwise: readonly TemplateNode[];
}

/** Commands joined by `|`: each gets the value of the one before as its last argument. */
export type Pipeline = readonly Command[];
/** A value, or a function and its arguments. */
export type Command = readonly Operand[];
export type Operand =
  | { readonly kind: 'value'; readonly value: string | number | boolean }
  | { readonly kind: 'function'; readonly name: string }
  /** A variable, `.` or a pipeline in parentheses, then fields of it. */
  | { readonly kind: 'path'; readonly from: string | Pipeline; readonly fields: readonly string[] };

/** Deeper than any config nests; the tree is walked by recursion. */
const MAX_DEPTH = 50;

/**
 * Reads a Go template (text/template): output, variables, `if`, `else if`, `else`, `range`, `end`.
 *
 * @throws FrpConfigError for anything else; the message names the line
 */
export const parseTemplate = (template: string): readonly TemplateNode[] => {
  const pieces = readTemplatePieces(template);
  let next = 0;

  /** Reads up to an `end` or `else` of the block around. */
  const readBlock = (depth: number): { nodes: TemplateNode[]; stop: Action | undefined } => {
    const nodes: TemplateNode[] = [];
    while (next < pieces.length) {
      const piece = pieces[next] as TemplatePiece;
      next += 1;
      if (piece.kind === 'text') nodes.push(piece);
      else {
        const word = wordOf(piece.tokens[0]);
        if (word === 'end' || word === 'else') return { nodes, stop: piece };
        if (depth > MAX_DEPTH)
          throw refuse(template, piece.offset, `expected at most ${MAX_DEPTH} blocks in each other`);
        nodes.push(word === 'if' || word === 'range' ? readBranch(word, piece, 1, depth) : readOutput(piece));
      }
    }
    return { nodes, stop: undefined };
  };
  const readOutput = (piece: Action): TemplateNode => ({ kind: 'output', ...readHead(piece, 0, 1), ...NO_BLOCKS });
  const readBranch = (word: 'if' | 'range', piece: Action, from: number, depth: number): TemplateNode => {
    const { variables, ...head } = readHead(piece, from, word === 'range' ? 2 : 1);
    const { nodes: body, stop } = readBlock(depth + 1);
    const otherwise = readElse(piece, stop, word, depth);
    return word === 'if'
      ? { kind: 'if', ...head, body, otherwise }
      : { kind: 'range', ...head, variables, body, otherwise };
  };
  const readElse = (opening: Action, stop: Action | undefined, word: string, depth: number): TemplateNode[] => {
    if (stop === undefined) throw refuse(template, opening.offset, 'expected {{ end }} after it');
    if (wordOf(stop.tokens[0]) === 'end') return [];
    if (word === 'if' && wordOf(stop.tokens[1]) === 'if') {
      if (depth > MAX_DEPTH) throw refuse(template, stop.offset, `expected at most ${MAX_DEPTH} of {{ else if }}`);
      return [readBranch('if', stop, 2, depth + 1)];
    }
    if (stop.tokens.length > 1) throw refuse(template, stop.offset, 'expected {{ else }}');
    const { nodes, stop: end } = readBlock(depth + 1);
    if (end === undefined || wordOf(end.tokens[0]) !== 'end') throw refuse(template, stop.offset, 'expected {{ end }}');
    return nodes;
  };
  const readHead = (piece: Action, from: number, mostVariables: number) =>
    readPipelineWithTarget(template, piece, from, mostVariables);

  const { nodes, stop } = readBlock(0);
  if (stop !== undefined) throw refuse(template, stop.offset, 'expected a block for it to end');
  return nodes;
};

type Action = TemplatePiece & { readonly kind: 'action' };

const NO_BLOCKS = { body: [], otherwise: [] } as const;

const wordOf = (token: TemplateToken | undefined): string | undefined =>
  token?.kind === 'word' ? token.name : undefined;

const isSign = (token: TemplateToken | undefined, name: string): boolean =>
  token?.kind === 'sign' && token.name === name;

const readPipelineWithTarget = (template: string, { tokens, offset }: Action, from: number, mostVariables: number) => {
  const assignment = tokens.findIndex((token) => isSign(token, ':=') || isSign(token, '='));
  const declares = isSign(tokens[assignment], ':=');
  const names = tokens.slice(from, Math.max(assignment, from));
  const variables = names.flatMap((token) => (token.kind === 'variable' ? [token.name] : []));
  const commas = names.filter((token) => isSign(token, ',')).length;
  const isWellFormed = names.length === variables.length + commas && commas === Math.max(variables.length - 1, 0);
  if (!isWellFormed || variables.length > mostVariables || (mostVariables > 1 && assignment >= 0 && !declares)) {
    throw refuse(template, offset, 'expected {{ $v := … }} or {{ range $i, $v := … }}');
  }
  const [name] = variables;
  const target = name === undefined || mostVariables > 1 ? undefined : { name, declares };
  return {
    offset,
    target,
    variables,
    pipeline: parsePipeline(template, offset, tokens.slice(Math.max(assignment + 1, from))),
  };
};

const parsePipeline = (template: string, offset: number, tokens: readonly TemplateToken[]): Pipeline => {
  let next = 0;
  const fail = (): Error => refuse(template, offset, 'expected .Envs.NAME, $v, parseNumberRange, range, if or end');

  const readPipeline = (depth: number): Pipeline => {
    if (depth > MAX_DEPTH) throw fail();
    const commands: Operand[][] = [[]];
    for (; next < tokens.length && !isSign(tokens[next], ')'); next += 1) {
      if (isSign(tokens[next], '|')) commands.push([]);
      else commands.at(-1)?.push(readOperand(tokens[next] as TemplateToken, depth));
    }
    if (commands.some(({ length }) => length === 0)) throw fail();
    return commands;
  };
  const readOperand = (token: TemplateToken, depth: number): Operand => {
    switch (token.kind) {
      case 'string':
      case 'number':
        return { kind: 'value', value: token.value };
      case 'variable':
        return { kind: 'path', from: token.name, fields: readFields() };
      case 'field':
        return { kind: 'path', from: '.', fields: token.name === '' ? [] : [token.name, ...readFields()] };
      case 'word':
        if (token.name === 'true' || token.name === 'false') return { kind: 'value', value: token.name === 'true' };
        return { kind: 'function', name: token.name };
      case 'sign': {
        if (token.name !== '(') throw fail();
        next += 1;
        const from = readPipeline(depth + 1);
        if (!isSign(tokens[next], ')')) throw fail();
        return { kind: 'path', from, fields: readFields() };
      }
    }
  };
  /** Leaves `next` on the last token read. */
  const readFields = (): string[] => {
    const fields: string[] = [];
    for (let token = tokens[next + 1]; token?.kind === 'field' && token.isJoined; token = tokens[next + 1]) {
      if (token.name === '') throw fail();
      fields.push(token.name);
      next += 1;
    }
    return fields;
  };

  const pipeline = readPipeline(0);
  if (next < tokens.length) throw fail();
  return pipeline;
};
