import { parser as logqlParser } from '@grafana/lezer-logql';
import { parser as traceqlParser } from '@grafana/lezer-traceql';
import type { SyntaxNode, Tree } from '@lezer/common';

/** A name held against a text. */
export interface Comparison {
  /** As it is written: `span.frp.proxy.name`. */
  readonly name: string;
  readonly op: string;
  /** With its quotes; of a keyword and a number as they are. */
  readonly value: string;
}

export interface NamedTree {
  /** Text that the grammar has no place for. */
  readonly errors: readonly string[];
  readonly comparisons: readonly Comparison[];
}

/** @param query without variables */
export const logqlTree = (query: string): NamedTree =>
  namedTree(query, logqlParser.parse(query), (node, textOf) => {
    if (node.name !== 'Matcher') return undefined;
    const [name, op, value] = childrenOf(node).map(textOf);
    return { name, op, value };
  });

/** @param query without variables */
export const traceqlTree = (query: string): NamedTree =>
  namedTree(query, traceqlParser.parse(query), (node, textOf) => {
    const children = childrenOf(node);
    const [name, op, value] = children;
    const isName = /^(AttributeField|IntrinsicField)$/.test(name?.firstChild?.name ?? '');
    return children.length === 3 && isName && op?.name === 'FieldOp'
      ? { name: textOf(name), op: textOf(op), value: textOf(value) }
      : undefined;
  });

type TextOf = (node: SyntaxNode | undefined) => string;

const namedTree = (
  query: string,
  tree: Tree,
  comparisonOf: (
    node: SyntaxNode,
    textOf: TextOf,
  ) => { readonly [Key in keyof Comparison]: string | undefined } | undefined,
): NamedTree => {
  const errors: string[] = [];
  const comparisons: Comparison[] = [];
  const textOf: TextOf = (node) => (node === undefined ? '' : query.slice(node.from, node.to));
  tree.iterate({
    enter: ({ node, type, from, to }) => {
      if (type.isError) errors.push(`at ${from}: ${query.slice(from, to) || query.slice(from, from + 20)}`);
      const { name = '', op = '', value = '' } = comparisonOf(node, textOf) ?? {};
      if (name !== '') comparisons.push({ name, op, value });
    },
  });
  return { errors, comparisons };
};

const childrenOf = (node: SyntaxNode): readonly SyntaxNode[] => {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
};
