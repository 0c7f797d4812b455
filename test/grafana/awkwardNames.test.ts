import { describe, expect, it } from '@jest/globals';
import { ALL, type Choices, ESCAPINGS, type Escaping } from '../support/grafana/interpolate.js';
import { queriesOf, renderedDashboards } from '../support/grafanaJson.js';
import { variableUses, written } from '../support/grafanaVariables.js';
import { logqlTree, traceqlTree } from '../support/lezerTree.js';
import { promqlTree } from '../support/promqlTree.js';
import { unquoted } from '../support/stringLiteral.js';

/** Names that a tunnel can have: frp takes any text. A backtick is the one that Grafana has no way for: raw strings end there. */
const NAMES = [
  'web',
  'a b',
  "it's",
  'say "hi"',
  '{web}',
  'back\\slash',
  'c:\\d\\w',
  '隧道-ünï-🚇',
  'a.b*c+(d)|e?[f]^g$h',
  '$proxy',
  '${proxy}',
  'a,b',
  'a/b',
  '%41&x=1',
];

interface Compared {
  readonly name: string;
  readonly op: string;
  /** With its quotes. */
  readonly value: string;
}

interface Read {
  readonly errors: readonly string[];
  readonly compared: readonly Compared[];
}

const promql = (query: string): Read => {
  const { errors, selectors } = promqlTree(query, () => []);
  const compared = selectors.flatMap(({ matchers }) =>
    matchers.map(({ label, op, literal }) => ({ name: label, op, value: literal })),
  );
  return { errors, compared };
};
const ofLogs =
  (tree: typeof logqlTree) =>
  (query: string): Read => {
    const { errors, comparisons } = tree(query);
    return { errors, compared: comparisons };
  };

const READERS: readonly (readonly [string, Escaping, (query: string) => Read])[] = [
  ...ESCAPINGS.map((escaping) => ['prometheus', escaping, promql] as const),
  ['loki', 'default', ofLogs(logqlTree)],
  ['tempo', 'default', ofLogs(traceqlTree)],
];

/** Whether the comparison is true for the text, as the stores read it: a pattern is of the whole of it. */
const takes = ({ op, value }: Compared, text: string): boolean => {
  const wanted = unquoted(value);
  if (wanted === undefined) return false;
  return op === '=' ? wanted === text : new RegExp(`^(?:${wanted})$`, 's').test(text);
};

const LABEL_OF: Readonly<Record<string, RegExp>> = {
  proxy: /frp[._]proxy[._]name$/,
  instance: /frp[._]instance$/,
  frps: /frp[._]instance$/,
  frpc: /frp[._]instance$/,
  server: /frp[._]server[._]name$/,
};

const asked = renderedDashboards('collector').flatMap((dashboard) =>
  queriesOf(dashboard).map((query) => ({ dashboard, ...query })),
);

/** What each use of such a variable must be, so that every data source writes the same. */
const RAW_PATTERN = /=~`\$\{(\w+):regex\}`/g;

/** Dashboards and variables of which a query is not read, or does not find the name, where the variable is set to what is chosen. */
const faults = (
  of: string,
  escaping: Escaping,
  read: (query: string) => Read,
  chosen: Choices[string],
): readonly string[] => {
  const found = asked
    .filter((query) => query.of === of)
    .flatMap(({ dashboard, text }) =>
      [...new Set(variableUses(text).map(({ name }) => name))].flatMap((variable) => {
        const label = LABEL_OF[variable];
        const isMulti = dashboard.templating.list?.find(({ name }) => name === variable)?.multi;
        if (label === undefined || (chosen === ALL && !isMulti)) return [];
        const choice = isMulti ? chosen : ([chosen].flat()[0] ?? '');
        const { errors, compared } = read(written(text, dashboard, { [variable]: choice }, escaping));
        const names = choice === ALL ? NAMES : [choice].flat();
        const isFound = compared
          .filter(({ name, op, value }) => label.test(name) && !op.startsWith('!') && value !== '""')
          .every((each) => names.every((name) => takes(each, name)));
        return errors.length === 0 && isFound ? [] : [`${dashboard.uid}: ${variable}`];
      }),
    );
  return [...new Set(found)];
};

describe.each(READERS)('names in queries of %s, where Grafana escapes by %s', (of, escaping, read) => {
  it.each(NAMES)('finds one that is chosen: %s', (name) => {
    expect(faults(of, escaping, read, name)).toEqual([]);
  });

  it('finds each of several that are chosen', () => {
    expect(faults(of, escaping, read, NAMES)).toEqual([]);
  });

  it('finds each where all are', () => {
    expect(faults(of, escaping, read, ALL)).toEqual([]);
  });
});

describe('a variable in a query of logs or traces', () => {
  it('is a pattern in a raw string: no data source writes it otherwise then', () => {
    const others = asked
      .filter(({ of }) => of === 'loki' || of === 'tempo')
      .flatMap(({ place, text }) =>
        variableUses(text.replaceAll(RAW_PATTERN, '')).flatMap(({ name }) =>
          LABEL_OF[name] ? [`${place}: ${name}`] : [],
        ),
      );
    expect(others).toEqual([]);
  });
});
