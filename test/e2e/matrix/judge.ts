import type { Expected } from './Expectation.js';
import type { Fact } from './factsOf.js';

/** Facts that need not stand in the table: they tell nothing of what happened. */
const BESIDES = /^version$|^proxy .+ type$/;

/** What a view should say, and what it does say of the same facts and of all that is not in the table, to be compared. */
export const judge = (
  table: ReadonlyMap<string, Expected>,
  facts: ReadonlyMap<string, Fact>,
): { readonly expected: Readonly<Record<string, Fact>>; readonly said: Readonly<Record<string, Fact>> } => {
  const expected = [...table].flatMap(([fact, value]) => (typeof value === 'object' ? [] : [[fact, value] as const]));
  const said = [...facts].filter(([fact, value]) => {
    const inTable = table.get(fact);
    if (inTable === undefined) return !BESIDES.test(fact) && value !== 0 && value !== false;
    return !(typeof inTable === 'object' && 'open' in inTable);
  });
  return { expected: Object.fromEntries(expected.sort(byFact)), said: Object.fromEntries(said.sort(byFact)) };
};

const byFact = ([a]: readonly [string, Fact], [b]: readonly [string, Fact]): number => (a < b ? -1 : 1);
