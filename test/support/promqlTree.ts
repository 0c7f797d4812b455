import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

export interface Matcher {
  readonly label: string;
  readonly op: string;
  /** As written, without its quotes. */
  readonly value: string;
  /** With them. */
  readonly literal: string;
}

/** One choice of series within a query. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  readonly isRange: boolean;
  /** What it is an argument of, from the inside out: functions, aggregations, and operators as they are written. */
  readonly within: readonly string[];
}

/** Labels that are named by `by`, `on`, `group_left`: with what there is to choose from. */
export interface Grouping {
  readonly text: string;
  readonly labels: readonly string[];
  readonly of: ReadonlySet<string>;
}

export interface PromqlTree {
  /** Text that the grammar has no place for. */
  readonly errors: readonly string[];
  readonly selectors: readonly Selector[];
  readonly groupings: readonly Grouping[];
  /** What the series of the answer can have. */
  readonly labels: ReadonlySet<string>;
}

/** @param labelsOf what the series that are chosen can have */
export const promqlTree = (query: string, labelsOf: (selector: Selector) => Iterable<string>): PromqlTree => {
  const tree = parser.parse(query);
  const errors: string[] = [];
  const selectors: Selector[] = [];
  const groupings: Grouping[] = [];
  const textOf = ({ from, to }: SyntaxNode): string => query.slice(from, to);
  tree.iterate({
    enter: ({ node, type, from, to }) => {
      if (type.isError) errors.push(`at ${from}: ${query.slice(from, to) || query.slice(from, from + 20)}`);
      if (type.name === 'VectorSelector') selectors.push(selectorOf(node, textOf));
    },
  });
  const flow = (node: SyntaxNode | null | undefined): Set<string> => {
    if (!node) return new Set();
    switch (node.name) {
      case 'VectorSelector':
        return new Set(labelsOf(selectorOf(node, textOf)));
      case 'AggregateExpr': {
        const inner = union(expressions(node.getChild('FunctionCallBody')).map(flow));
        const modifier = node.getChild('AggregateModifier');
        const labels = namesIn(modifier, textOf);
        if (modifier) groupings.push({ text: textOf(modifier), labels, of: inner });
        if (modifier?.getChild('Without')) return new Set([...inner].filter((label) => !labels.includes(label)));
        const keeps = /^(topk|bottomk|limitk|limit_ratio)$/.test(textOf(firstOf(node, 'AggregateOp')));
        return keeps ? inner : new Set(labels);
      }
      case 'FunctionCall': {
        const inner = union(expressions(node.getChild('FunctionCallBody')).map(flow));
        const name = textOf(firstOf(node, 'FunctionIdentifier'));
        if (name === 'label_replace' || name === 'label_join') {
          const [added = ''] = node.getChild('FunctionCallBody')?.getChildren('StringLiteral').map(textOf) ?? [];
          inner.add(added.slice(1, -1));
        }
        if (name === 'histogram_quantile' || name === 'histogram_fraction') inner.delete('le');
        return inner;
      }
      case 'BinaryExpr': {
        const [left, right] = expressions(node);
        const [ofLeft, ofRight] = [flow(left), flow(right)];
        const modifier = node.getChild('MatchingModifierClause');
        const [matching = [], brought = []] =
          modifier?.getChildren('GroupingLabels').map((each) => namesIn(each, textOf)) ?? [];
        if (modifier) {
          groupings.push({ text: textOf(modifier), labels: matching, of: ofLeft });
          groupings.push({ text: textOf(modifier), labels: matching, of: ofRight });
        }
        if (node.getChild('Or')) return union([ofLeft, ofRight]);
        if (node.getChild('And') || node.getChild('Unless')) return ofLeft;
        if (modifier?.getChild('GroupLeft')) return new Set([...ofLeft, ...brought]);
        if (modifier?.getChild('GroupRight')) return new Set([...ofRight, ...brought]);
        if (modifier?.getChild('On')) return new Set(matching);
        if (modifier) return new Set([...ofLeft].filter((label) => !matching.includes(label)));
        return isNumber(left, textOf) ? ofRight : ofLeft;
      }
      default:
        return union(expressions(node).map(flow));
    }
  };
  return { errors, selectors, groupings, labels: flow(tree.topNode) };
};

const EXPRESSION = /(Expr|Selector|Call|Literal)$/;

const childrenOf = (node: SyntaxNode | null): readonly SyntaxNode[] => {
  const children: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child; child = child.nextSibling) children.push(child);
  return children;
};

const expressions = (node: SyntaxNode | null): readonly SyntaxNode[] =>
  childrenOf(node).filter(({ name }) => EXPRESSION.test(name) && name !== 'StringLiteral' && name !== 'DurationExpr');

const isNumber = (node: SyntaxNode | undefined, textOf: (node: SyntaxNode) => string): boolean => {
  if (node === undefined || node.name === 'NumberDurationLiteral') return true;
  if (node.name === 'FunctionCall') return /^(time|pi|scalar)$/.test(textOf(firstOf(node, 'FunctionIdentifier')));
  return (
    /^(ParenExpr|UnaryExpr|BinaryExpr)$/.test(node.name) && expressions(node).every((each) => isNumber(each, textOf))
  );
};

const firstOf = (node: SyntaxNode, name: string): SyntaxNode => {
  const child = node.getChild(name);
  if (child === null) throw new Error(`expected a ${name} in ${node.name}`);
  return child;
};

const namesIn = (node: SyntaxNode | null, textOf: (node: SyntaxNode) => string): readonly string[] => {
  const labels: string[] = [];
  node?.cursor().iterate((each) => {
    if (each.name === 'LabelName') labels.push(textOf(each.node));
  });
  return labels;
};

const union = (sets: readonly ReadonlySet<string>[]): Set<string> => new Set(sets.flatMap((each) => [...each]));

const selectorOf = (node: SyntaxNode, textOf: (node: SyntaxNode) => string): Selector => {
  const within: string[] = [];
  for (let outer = node.parent; outer; outer = outer.parent) {
    const named = outer.getChild('FunctionIdentifier') ?? outer.getChild('AggregateOp');
    if (outer.name === 'FunctionCall' || outer.name === 'AggregateExpr') within.push(named ? textOf(named) : '');
    if (outer.name === 'BinaryExpr') within.push(textOf(childrenOf(outer)[1] ?? outer));
    if (outer.name === 'UnaryExpr') within.push('-');
  }
  const name = node.getChild('Identifier');
  return {
    metric: name ? textOf(name) : '',
    matchers: (node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map((matcher) => ({
      label: textOf(firstOf(matcher, 'LabelName')),
      op: textOf(firstOf(matcher, 'MatchOp')),
      value: textOf(firstOf(matcher, 'StringLiteral')).slice(1, -1),
      literal: textOf(firstOf(matcher, 'StringLiteral')),
    })),
    isRange: node.parent?.name === 'MatrixSelector',
    within,
  };
};
